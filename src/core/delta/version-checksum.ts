// `.crc` files (PROTOCOL.md "Version Checksum File"): what the writer of a version knew the table to be, beside its commit. hippo
// writes one with every commit without a checkpoint, and holds what it replayed against it: a log that lost an entry, or an object of another table
// among its own, shows here. A version without one is as good.
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {MetaDataAction} from './actions.ts'
import {isObject} from './decode-entry.ts'
import {checksumKey} from './log-files.ts'
import type {TableState} from './replay.ts'
import {corruptTable, type LogPlace} from './table-errors.ts'

export type VersionChecksum = Readonly<Record<string, unknown>>

/** Throws TABLE_CORRUPT when the state is not what the checksum file says. */
export function verifyChecksum(place: LogPlace, checksum: VersionChecksum, state: TableState): void {
  const facts = [
    ['files', checksum.numFiles, state.files.size],
    ['bytes', checksum.tableSizeBytes, sizeOf(state)],
  ] as const
  for (const [what, said, found] of facts) {
    if (typeof said !== 'number' || said === found) continue
    throw corruptTable(place, `the checksum of this version says ${said} ${what}, the log adds up to ${found}`, undefined, wayOut)
  }
  if (idOf(checksum.metadata) !== undefined && idOf(checksum.metadata) !== state.metaData?.id) {
    throw corruptTable(place, 'the checksum of this version is of another table', undefined, wayOut)
  }
}

/** What the state adds up to, as Delta's own writer puts it. `txnId` names the commit. */
export async function writeChecksum(
  store: ObjectStore,
  {table, version}: Pick<LogPlace, 'table' | 'version'>,
  state: TableState,
  txnId: string,
): Promise<void> {
  const checksum = {
    txnId,
    tableSizeBytes: sizeOf(state),
    numFiles: state.files.size,
    numMetadata: 1,
    numProtocol: 1,
    setTransactions: [...state.txns.values()],
    domainMetadata: [],
    metadata: state.metaData,
    protocol: state.protocol,
  }
  await store.putIfAbsent(checksumKey(table, version), new TextEncoder().encode(`${JSON.stringify(checksum)}\n`))
}

const sizeOf = ({files}: TableState): number => [...files.values()].reduce((sum, {size}) => sum + size, 0)

const wayOut =
  'compare the table with its writer: an entry of the log is another one than was written; when the log is right, remove the .crc file'

const idOf = (metadata: unknown): MetaDataAction['id'] | undefined =>
  isObject(metadata) && typeof metadata.id === 'string' ? metadata.id : undefined

/** Undefined for a file that is gone or unreadable: it says nothing. */
export async function readChecksum(store: ObjectStore, key: string): Promise<VersionChecksum | undefined> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(await store.get(key)))
    return isObject(parsed) ? parsed : undefined
  } catch (error) {
    if (error instanceof SyntaxError || isMissingKey(error)) return undefined
    throw error
  }
}
