// `.crc` files (PROTOCOL.md "Version Checksum File"): what the writer of a version knew the table to be, beside its commit. hippo
// holds what it replayed against it: a log that lost an entry, or an object of another table among its own, shows here.
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {MetaDataAction} from './actions.ts'
import {isObject} from './decode-entry.ts'
import type {TableState} from './replay.ts'
import {corruptTable, type LogPlace} from './table-errors.ts'

/** Throws TABLE_CORRUPT when the state is not what the checksum file says. A file that is gone or unreadable says nothing. */
export async function verifyChecksum(store: ObjectStore, place: LogPlace, state: TableState): Promise<void> {
  const checksum = await readChecksum(store, place.key)
  if (checksum === undefined) return
  const bytes = [...state.files.values()].reduce((sum, {size}) => sum + size, 0)
  const facts = [
    ['files', checksum.numFiles, state.files.size],
    ['bytes', checksum.tableSizeBytes, bytes],
  ] as const
  for (const [what, said, found] of facts) {
    if (typeof said !== 'number' || said === found) continue
    throw corruptTable(place, `the checksum of this version says ${said} ${what}, the log adds up to ${found}`, undefined, wayOut)
  }
  if (idOf(checksum.metadata) !== undefined && idOf(checksum.metadata) !== state.metaData?.id) {
    throw corruptTable(place, 'the checksum of this version is of another table', undefined, wayOut)
  }
}

const wayOut =
  'compare the table with its writer: an entry of the log is another one than was written; when the log is right, remove the .crc file'

const idOf = (metadata: unknown): MetaDataAction['id'] | undefined =>
  isObject(metadata) && typeof metadata.id === 'string' ? metadata.id : undefined

async function readChecksum(store: ObjectStore, key: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(await store.get(key)))
    return isObject(parsed) ? parsed : undefined
  } catch (error) {
    if (error instanceof SyntaxError || isMissingKey(error)) return undefined
    throw error
  }
}
