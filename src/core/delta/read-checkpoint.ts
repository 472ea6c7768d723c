// Reads a checkpoint (PROTOCOL.md "Checkpoints"): a Parquet table with one action a row; with the feature v2Checkpoint it may
// be JSON too, and name sidecars, which hold further actions.
import {HippoError} from '../errors/hippo-error.ts'
import {isMissingKey, isObjectKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {AddAction, LogEntry, RemoveAction, TxnAction} from './actions.ts'
import {EntryProblem, isObject, parseLines, readAdd, readMetaData, readProtocol, readRemove, readTxn} from './decode-entry.ts'
import {type CheckpointFiles, sidecarKey} from './log-files.ts'
import {emptyState, replay, type TableState} from './replay.ts'
import {corruptTable, type LogPlace} from './table-errors.ts'

const columns = ['protocol', 'metaData', 'txn', 'add', 'remove', 'sidecar']
const readsAtOnce = 8

/** The state at the checkpoint's version; TABLE_CORRUPT when it, or a sidecar that it names, cannot be read. */
export async function readCheckpoint(store: ObjectStore, table: string, checkpoint: CheckpointFiles): Promise<TableState> {
  const {version} = checkpoint
  const entries: LogEntry[] = []
  for (const key of checkpoint.keys) {
    const {entry, sidecars} = await readPart(store, {table, version, key})
    entries.push(entry)
    for (let at = 0; at < sidecars.length; at += readsAtOnce) {
      const batch = sidecars.slice(at, at + readsAtOnce).map((name) => readPart(store, {table, version, key: sidecarKey(table, name)}))
      entries.push(...(await Promise.all(batch)).map((part) => part.entry))
    }
  }
  return replay(emptyState, entries)
}

interface Part {
  readonly entry: LogEntry
  /** Names of further files with actions (PROTOCOL.md "V2 Spec"). */
  readonly sidecars: readonly string[]
}

async function readPart(store: ObjectStore, place: LogPlace): Promise<Part> {
  try {
    const bytes = await store.get(place.key)
    return toPart(place.key.endsWith('.json') ? parseLines(bytes).map(({action}) => action) : await readRows(bytes))
  } catch (error) {
    if (error instanceof EntryProblem) throw corruptTable(place, error.message, error)
    if (isMissingKey(error)) throw corruptTable(place, 'this file of the checkpoint is gone', error)
    if (error instanceof HippoError) throw error
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

function toPart(rows: readonly unknown[]): Part {
  const sidecars: string[] = []
  const entry: {txn: TxnAction[]; add: AddAction[]; remove: RemoveAction[]} = {txn: [], add: [], remove: []}
  let single: Pick<LogEntry, 'protocol' | 'metaData'> = {}
  for (const row of rows) {
    const action = plain(row)
    if (!isObject(action)) continue
    if (isObject(action.add)) entry.add.push(readAdd({...action.add, ...statsOf(action.add), dataChange: false}))
    else if (isObject(action.remove)) entry.remove.push(readRemove({...action.remove, dataChange: false}))
    else if (isObject(action.txn)) entry.txn.push(readTxn(action.txn))
    else if (isObject(action.protocol)) single = {...single, protocol: readProtocol(action.protocol)}
    else if (isObject(action.metaData)) single = {...single, metaData: readMetaData(action.metaData)}
    else if (isObject(action.sidecar)) sidecars.push(sidecarName(action.sidecar.path))
  }
  return {entry: {...entry, ...single}, sidecars}
}

/** Sidecars lie in one folder, whatever path the checkpoint gives before their name. */
function sidecarName(path: unknown): string {
  const name = typeof path === 'string' ? path.split('/').at(-1) : undefined
  if (name === undefined || !isObjectKey(name)) throw new EntryProblem('a sidecar without a readable path')
  return name
}

/** Writers may keep statistics as columns only; of those the number of rows is taken. */
function statsOf({stats, stats_parsed: parsed}: Readonly<Record<string, unknown>>): {readonly stats?: string} {
  if (typeof stats === 'string' || !isObject(parsed) || typeof parsed.numRecords !== 'number') return {}
  return {stats: JSON.stringify({numRecords: parsed.numRecords})}
}

/** Parquet's 64-bit integers arrive as bigint; what the log holds (sizes, times, versions) fits a double. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  return value
}
