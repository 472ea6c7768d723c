// Reads a classic checkpoint (PROTOCOL.md "Checkpoints"): a Parquet table with one action a row.
import type {ObjectStore} from '../store/object-store.ts'
import type {AddAction, LogEntry, RemoveAction, TxnAction} from './actions.ts'
import {EntryProblem, isObject, readAdd, readMetaData, readProtocol, readRemove, readTxn} from './decode-entry.ts'
import type {CheckpointFiles} from './log-files.ts'
import {emptyState, replay, type TableState} from './replay.ts'
import {corruptTable} from './table-errors.ts'

const columns = ['protocol', 'metaData', 'txn', 'add', 'remove']

/** The state at the checkpoint's version; TABLE_CORRUPT when it cannot be read. */
export async function readCheckpoint(store: ObjectStore, table: string, checkpoint: CheckpointFiles): Promise<TableState> {
  const entries: LogEntry[] = []
  for (const key of checkpoint.keys) entries.push(await readPart(store, {table, version: checkpoint.version, key}))
  return replay(emptyState, entries)
}

async function readPart(
  store: ObjectStore,
  place: {readonly table: string; readonly version: number; readonly key: string},
): Promise<LogEntry> {
  const bytes = await store.get(place.key)
  try {
    return toEntry(await readRows(bytes))
  } catch (error) {
    if (error instanceof EntryProblem) throw corruptTable(place, error.message, error)
    // What the Parquet reader says may quote bytes of the file: it stays the cause and is not repeated.
    throw corruptTable(place, 'no readable Parquet file', error)
  }
}

async function readRows(bytes: Uint8Array): Promise<readonly unknown[]> {
  const {parquetMetadataAsync, parquetReadObjects} = await import('hyparquet')
  const file = {byteLength: bytes.byteLength, slice: (start: number, end?: number) => toArrayBuffer(bytes.subarray(start, end))}
  const metadata = await parquetMetadataAsync(file)
  const names = new Set(metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data?.path_in_schema[0])))
  const codecs = new Set(metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data?.codec)))
  const isPlain = [...codecs].every((codec) => codec === 'SNAPPY' || codec === 'UNCOMPRESSED')
  const compressors = isPlain ? {} : {compressors: (await import('hyparquet-compressors')).compressors}
  const rows = await parquetReadObjects({file, metadata, columns: columns.filter((name) => names.has(name)), ...compressors})
  if (rows.length !== Number(metadata.num_rows)) throw new EntryProblem(`it has ${rows.length} of ${metadata.num_rows} rows`)
  return rows
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function toEntry(rows: readonly unknown[]): LogEntry {
  const entry: {txn: TxnAction[]; add: AddAction[]; remove: RemoveAction[]} = {txn: [], add: [], remove: []}
  let single: Pick<LogEntry, 'protocol' | 'metaData'> = {}
  for (const row of rows) {
    const action = plain(row)
    if (!isObject(action)) continue
    if (isObject(action.add)) entry.add.push(readAdd({...action.add, dataChange: false}))
    else if (isObject(action.remove)) entry.remove.push(readRemove({...action.remove, dataChange: false}))
    else if (isObject(action.txn)) entry.txn.push(readTxn(action.txn))
    else if (isObject(action.protocol)) single = {...single, protocol: readProtocol(action.protocol)}
    else if (isObject(action.metaData)) single = {...single, metaData: readMetaData(action.metaData)}
  }
  return {...entry, ...single}
}

/** Parquet's 64-bit integers arrive as bigint; what the log holds (sizes, times, versions) fits a double. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  return value
}
