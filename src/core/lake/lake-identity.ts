// A lake's identity: a small object that is made once and never changed. It goes where the lake goes: a copy or a restored backup is
// the same lake, an empty folder is none yet.
import {isObject} from '../delta/decode-entry.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {layout} from './layout.ts'

/** Undefined for a lake that has none yet; STORE_CORRUPT when the object is none of ours. */
export async function readLakeId(store: ObjectStore, options: {readonly signal?: AbortSignal} = {}): Promise<string | undefined> {
  try {
    const {id} = parse(await store.get(layout.identity, options))
    return id
  } catch (error) {
    if (isMissingKey(error)) return undefined
    throw error
  }
}

function parse(bytes: Uint8Array): {readonly id: string} {
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (isObject(said) && typeof said.id === 'string') return {id: said.id}
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new HippoError('STORE_CORRUPT', {
    message: `${layout.identity} of the lake does not say which lake this is`,
    hint: 'bring it back from a copy of the lake, or remove it: the next run gives the lake a new identity, and hippo doctor --rebuild-catalog takes it over',
  })
}

/** The lake's identity, made when it has none; of several that make one at once all get the same. */
export async function ensureLakeId(store: ObjectStore, newId: () => string): Promise<string> {
  const known = await readLakeId(store)
  if (known !== undefined) return known
  const body = new TextEncoder().encode(`${JSON.stringify({id: newId()})}\n`)
  await store.putIfAbsent(layout.identity, body)
  return (await readLakeId(store)) ?? ''
}
