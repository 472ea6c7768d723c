// One version of a table as its log tells it: found by `_last_checkpoint`, the newest complete checkpoint at or before
// the version, and the commits after it. A log with a hole, a torn entry or a lost end is an error that names the place;
// it is never read as a smaller table.
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarValue} from '../expr/expr.ts'
import type {RowRange} from '../expr/plan.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {AddAction, LogEntry, MetaDataAction, ProtocolAction} from './actions.ts'
import {versionAt} from './commit-times.ts'
import {decodeEntry, EntryProblem} from './decode-entry.ts'
import {readDeletedRows} from './deletion-vector.ts'
import {placeOf} from './file-place.ts'
import {readLastCheckpoint} from './last-checkpoint.ts'
import {type CheckpointFiles, checksumKey, commitKey, type LogListing, lastCheckpointKey, listLog} from './log-files.ts'
import {partitionOf} from './partition-values.ts'
import {assertReadable, mappingMode} from './protocol.ts'
import {readCheckpoint} from './read-checkpoint.ts'
import {emptyState, replay, type TableState} from './replay.ts'
import {decodeSchema, type Field} from './schema.ts'
import {countRows} from './stats.ts'
import {corruptTable, invalidRequest, unknownVersion, withRepair} from './table-errors.ts'
import {assertTableName} from './table-name.ts'
import {readChecksum, verifyChecksum} from './version-checksum.ts'

export interface Snapshot extends TableState {
  readonly store: ObjectStore
  /** Key prefix of the table, without a slash at its end. */
  readonly table: string
  readonly version: number
  readonly protocol: ProtocolAction
  readonly metaData: MetaDataAction
  readonly fields: readonly Field[]
  /** Rows of data files that are no rows of the table, by decoded path; only files with a deletion vector are here. */
  readonly deletedRows: ReadonlyMap<string, readonly RowRange[]>
  /** Of the newest version: one that `_last_checkpoint` names and the log does not reach. The table is read, and not written. */
  readonly hinted?: number
}

export interface SnapshotChoice {
  readonly version?: number
  /** The newest version committed at or before this time (`commit-times.ts`). */
  readonly asOf?: Date
}

const readsAtOnce = 16

/**
 * The table at its newest version, at `version`, or as of a time; undefined when there is no table. TABLE_VERSION_UNKNOWN
 * when the log does not reach there, TABLE_REQUEST_INVALID when the choice is none, TABLE_CORRUPT when it cannot be read, TABLE_UNSUPPORTED when it needs what hippo lacks.
 */
export async function readSnapshot(store: ObjectStore, table: string, choice: SnapshotChoice = {}): Promise<Snapshot | undefined> {
  assertTableName(table)
  assertChoice(table, choice)
  const said = await readLastCheckpoint(store, table)
  const hint = typeof said === 'number' ? said : undefined
  const isPast = choice.asOf !== undefined || (choice.version !== undefined && hint !== undefined && choice.version < hint)
  const start = hint === undefined || isPast ? 0 : hint
  let isWholeLog = start === 0
  let listing = await listLog(store, table, start)
  // A hint may name a checkpoint that is gone; then everything counts.
  if (!isWholeLog && listing.checkpoints.length === 0) {
    listing = await listLog(store, table, 0)
    isWholeLog = true
  }
  const latest = latestVersion(listing)
  if (latest === undefined && hint === undefined) return undefined
  if (latest === undefined) throw lostEnd(table, hint ?? 0, latest)
  // A hint alone proves nothing, the checksum of a later version does.
  const known = Math.max(-1, ...listing.checksums.keys())
  const isBeforeLoss = choice.version !== undefined && choice.version <= latest
  if (latest < known && !isBeforeLoss) throw lostEnd(table, known, latest, checksumKey(table, known))
  if (hint !== undefined && latest < hint && choice.version !== undefined && !isBeforeLoss) throw lostEnd(table, hint, latest)
  const version = await wantedVersion({store, table, version: latest, listing, isWholeLog}, choice)
  const key = listing.checksums.get(version)
  const [checksum, state] = await Promise.all([
    key === undefined ? undefined : readChecksum(store, key),
    stateAt({store, table, version, listing, isWholeLog}),
  ])
  if (key !== undefined && checksum !== undefined) verifyChecksum({table, version, key}, checksum, state)
  const snapshot = toSnapshot(store, table, version, state)
  // Read at once: whoever has the snapshot cannot forget them.
  const hinted = hint !== undefined && hint > latest && version === latest ? {hinted: hint} : {}
  return {...snapshot, ...hinted, deletedRows: await readDeletedRows(snapshot, snapshot.files)}
}

function assertChoice(table: string, {version, asOf}: SnapshotChoice): void {
  if (asOf === undefined) return
  if (version !== undefined) throw invalidRequest(table, 'a version and an instant (asOf) were both asked for: give one of them')
  if (!(asOf instanceof Date) || Number.isNaN(asOf.getTime())) throw invalidRequest(table, 'asOf has to be a Date that is an instant')
}

/** TABLE_CORRUPT for a table whose log may have lost its end: a commit would take the place of a lost one. */
export function assertWholeLog({table, version, hinted}: Pick<Snapshot, 'table' | 'version' | 'hinted'>): void {
  if (hinted !== undefined) throw lostEnd(table, hinted, version)
}

function latestVersion({commits, checkpoints}: LogListing): number | undefined {
  const versions = [...commits.keys()].slice(-1).concat(checkpoints.slice(0, 1).map((checkpoint) => checkpoint.version))
  return versions.length === 0 ? undefined : Math.max(...versions)
}

/** Checkpoints, hints and checksums are written after the commit they name: a log that ends before it has lost commits. */
function lostEnd(table: string, hinted: number, latest: number | undefined, proof = lastCheckpointKey(table)): HippoError {
  const end = latest === undefined ? 'holds no version' : `ends at version ${latest}`
  const what = `the log ${end} though version ${hinted} was committed`
  const hint =
    latest === undefined
      ? undefined
      : `version ${latest} can still be read; bring the others back from a copy of the log, or, when there never were any, remove ${proof.slice(table.length + 1)}`
  return corruptTable({table, version: hinted, key: commitKey(table, hinted)}, what, undefined, hint)
}

/** `newest` is the reading of the newest version. */
async function wantedVersion(newest: Reading, {version, asOf}: SnapshotChoice): Promise<number> {
  const {store, table, version: latest, listing} = newest
  if (version !== undefined) {
    if (version <= latest && version >= 0 && Number.isInteger(version)) return version
    throw unknownVersion(table, `there is no version ${version}; the newest is ${latest}`)
  }
  if (asOf === undefined) return latest
  const {metaData} = await stateAt(newest)
  const read = (v: number) => readEntry(store, {table, version: v, key: commitKey(table, v)})
  return versionAt({table, commits: listing.commits, metaData, readEntry: read}, asOf)
}

interface Reading {
  readonly store: ObjectStore
  readonly table: string
  readonly version: number
  readonly listing: LogListing
  readonly isWholeLog: boolean
}

/** From the newest checkpoint that can be read; when it cannot, from an older one or from the first commit. */
async function stateAt(reading: Reading): Promise<TableState> {
  const {store, table, version} = reading
  let failure: unknown
  for (const checkpoint of reading.listing.checkpoints.filter((candidate) => candidate.version <= version)) {
    try {
      const base = await readCheckpoint(store, table, checkpoint)
      return replay(base, await readEntries(reading, checkpoint.version + 1, checkpoint))
    } catch (error) {
      if (!(error instanceof HippoError) || error.code !== 'TABLE_CORRUPT') throw error
      failure ??= error
    }
  }
  if (!reading.isWholeLog) return stateAt({...reading, listing: await listLog(store, table, 0), isWholeLog: true})
  if (failure !== undefined && !reading.listing.commits.has(0)) throw noneReadable(failure, reading)
  try {
    return replay(emptyState, await readEntries(reading, 0))
  } catch (error) {
    throw failure ?? error
  }
}

/** The commits that the checkpoint stands for are cleaned up. */
function noneReadable(failure: unknown, {table, version}: Reading): unknown {
  if (!(failure instanceof HippoError)) return failure
  const {message, details} = failure
  const hint = withRepair(table, `no version up to ${version} can be read without it; bring it back from a copy of the log`)
  return new HippoError('TABLE_CORRUPT', {message, hint, details, cause: failure})
}

/** Every version is asked for by name: a listing made while others commit may lack an entry older than its newest. */
async function readEntries(reading: Reading, from: number, base?: CheckpointFiles): Promise<readonly LogEntry[]> {
  const {store, table, version} = reading
  const versions = Array.from({length: Math.max(0, version - from + 1)}, (_, index) => from + index)
  const read = (v: number) =>
    readEntry(store, {table, version: v, key: commitKey(table, v)}).catch((error: unknown) => {
      throw isMissingKey(error) ? missingEntry(reading, v, base) : stillReadable(table, error, v, base)
    })
  const entries: LogEntry[] = []
  for (let at = 0; at < versions.length; at += readsAtOnce) {
    const batch = await Promise.allSettled(versions.slice(at, at + readsAtOnce).map(read))
    // The first that is broken, whichever came to light first: up to it, the table can be read.
    for (const one of batch) {
      if (one.status === 'rejected') throw one.reason
      entries.push(one.value)
    }
  }
  return entries
}

function missingEntry({table, version, listing}: Reading, missing: number, base: CheckpointFiles | undefined): unknown {
  const isCleanedUp =
    base === undefined && !listing.commits.has(0) && listing.checkpoints.some((checkpoint) => checkpoint.version > version)
  if (isCleanedUp) {
    const oldest = listing.checkpoints.findLast((checkpoint) => checkpoint.version > version)?.version
    return unknownVersion(table, `version ${version} is older than its log reaches; the oldest that can be read is version ${oldest}`)
  }
  const gap = corruptTable({table, version: missing, key: commitKey(table, missing)}, 'this commit is missing from the log')
  return stillReadable(table, gap, missing, base)
}

/** Says up to which version the table can be read when the entry of `broken` cannot. */
function stillReadable(table: string, error: unknown, broken: number, base: CheckpointFiles | undefined): unknown {
  if (!(error instanceof HippoError) || error.code !== 'TABLE_CORRUPT') return error
  const oldest = base?.version ?? 0
  const range = oldest === broken - 1 ? `version ${oldest}` : `versions ${oldest} to ${broken - 1}`
  const hint =
    broken > oldest
      ? `${range} can still be read; bring the entry back from a copy of the log to read the others`
      : 'no version can be read without it; bring the entry back from a copy of the log'
  const {message, details, cause} = error
  return new HippoError('TABLE_CORRUPT', {
    message,
    hint: withRepair(table, hint),
    ...(details ? {details} : {}),
    ...(cause === undefined ? {} : {cause}),
  })
}

/** One commit of the log; TABLE_CORRUPT says where it is broken, STORE_KEY_MISSING that there is none. */
export async function readEntry(
  store: ObjectStore,
  place: {readonly table: string; readonly version: number; readonly key: string},
): Promise<LogEntry> {
  const bytes = await store.get(place.key)
  try {
    return decodeEntry(bytes)
  } catch (error) {
    if (error instanceof EntryProblem) throw corruptTable(place, error.message, error)
    throw error
  }
}

/** A state with a version as a snapshot; TABLE_CORRUPT without protocol or metaData, TABLE_UNSUPPORTED for foreign features. */
export function toSnapshot(store: ObjectStore, table: string, version: number, state: TableState): Snapshot {
  const {protocol, metaData} = state
  if (protocol === undefined || metaData === undefined) {
    throw corruptTable({table, version, key: commitKey(table, version)}, 'the log has no protocol or no metaData up to here')
  }
  assertReadable(state, {table, version})
  const fields = decodeSchema(metaData.schemaString, {table, version}, mappingMode(protocol, metaData) === 'name')
  return {...state, store, table, version, protocol, metaData, fields, deletedRows: new Map()}
}

export interface TableFile {
  /** Names the file in its store; for a file elsewhere, its URI. */
  readonly key: string
  /** Where an engine can read it, when the store is on this machine. */
  readonly localPath?: string
  /** Bytes. */
  readonly sizeBytes: number
  /** Absent when its writer did not say. */
  readonly rows?: number
  /** Values of the partition columns, which the file itself does not have. */
  readonly partition: Readonly<Record<string, ScalarValue>>
  /** Rows of the file that are no rows of the table. */
  readonly deletedRows?: readonly RowRange[]
}

/** The data files that make up the snapshot, in the order they were added. TABLE_UNSUPPORTED for files in another store. */
export function tableFiles(snapshot: Snapshot): readonly TableFile[] {
  return [...snapshot.files].map(([path, add]) => {
    const {key, localPath} = placeOf(snapshot, path)
    const deletedRows = snapshot.deletedRows.get(path)
    if (add.deletionVector && !deletedRows) {
      throw new HippoError('RUN_INTERNAL', {message: `the deletion vectors of table ${snapshot.table} were not read`})
    }
    const rows = countRows(add)
    return {
      key,
      sizeBytes: add.size,
      ...(localPath === undefined ? {} : {localPath}),
      ...(rows === undefined ? {} : {rows}),
      partition: partitionOf(snapshot, {table: snapshot.table, version: snapshot.version, key}, add),
      ...(deletedRows === undefined ? {} : {deletedRows}),
    }
  })
}

/** Rows in the snapshot, or undefined when a file's writer did not say how many it has. */
export function rowCount({files}: Pick<Snapshot, 'files'>): number | undefined {
  return sumRows([...files.values()])
}

/** Rows in the files together, or undefined when one of them does not say. */
export function sumRows(files: readonly AddAction[]): number | undefined {
  let sum = 0
  for (const file of files) {
    const rows = countRows(file)
    if (rows === undefined) return undefined
    sum += rows
  }
  return sum
}
