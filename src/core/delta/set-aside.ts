// Objects that a repair takes out of a table's log. Nothing of them is lost: their bytes lie below `_damaged/` of the table, where
// neither readers nor a vacuum look. Doing it again changes nothing.
import {createHash} from 'node:crypto'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'

/** Key prefix of what was set aside of a table. */
export const asideFolder = (table: string): string => `${table}/_damaged/`

/** Copies the object aside and takes it away from its place; resolves to the copy's key, undefined when there is no object. */
export async function setAside(store: ObjectStore, table: string, key: string): Promise<string | undefined> {
  const copy = await copyAside(store, table, key)
  if (copy !== undefined) await store.delete(key)
  return copy
}

/** Copies the object aside and leaves it where it is. */
export async function copyAside(store: ObjectStore, table: string, key: string): Promise<string | undefined> {
  const bytes = await store.get(key).catch((error: unknown) => {
    if (isMissingKey(error)) return undefined
    throw error
  })
  if (bytes === undefined) return undefined
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const copy = `${asideFolder(table)}${sha256.slice(0, 16)}/${key.split('/').at(-1)}`
  await store.putIfAbsent(copy, bytes, {sha256})
  return copy
}
