// One version of a table as its log tells it: found by `_last_checkpoint`, the newest complete checkpoint at or before
// the version, and the commits after it. A log with a hole, a torn entry or a lost end is an error that names the place;
// it is never read as a smaller table.
import {HippoError} from '../errors/hippo-error.ts'
import type {RowRange} from '../expr/plan.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {MetaDataAction, ProtocolAction} from './actions.ts'
import {type TimedLog, versionAt} from './commit-times.ts'
import {readDeletedRows} from './deletion-vector.ts'
import {readLastCheckpoint} from './last-checkpoint.ts'
import {checksumKey, commitKey, type LogListing, listLog} from './log-files.ts'
import {assertReadable, mappingMode} from './protocol.ts'
import {readEntry} from './read-entry.ts'
import {type Reading, readState} from './read-state.ts'
import type {TableState} from './replay.ts'
import {decodeSchema, type Field} from './schema.ts'
import {corruptTable, invalidRequest, unknownVersion} from './table-errors.ts'
import {assertTableName} from './table-name.ts'
import {lostEnd} from './unreadable-log.ts'
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
    readState({store, table, version, listing, isWholeLog}),
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

/** `newest` is the reading of the newest version. */
async function wantedVersion(newest: Reading, {version, asOf}: SnapshotChoice): Promise<number> {
  const {store, table, version: latest, listing} = newest
  if (version !== undefined) {
    if (version <= latest && version >= 0 && Number.isInteger(version)) return version
    throw unknownVersion(table, `there is no version ${version}; the newest is ${latest}`)
  }
  if (asOf === undefined) return latest
  const read = (v: number) => readEntry(store, {table, version: v, key: commitKey(table, v)})
  return versionAt({table, commits: listing.commits, readEntry: read, ...(await newestReadable(newest))}, asOf)
}

/** What the newest version that can be read says of itself: a broken entry hinders nobody who asks for a time before it. */
async function newestReadable(newest: Reading): Promise<Pick<TimedLog, 'metaData' | 'broken'>> {
  try {
    return {metaData: (await readState(newest)).metaData}
  } catch (error) {
    const version = error instanceof HippoError && error.code === 'TABLE_CORRUPT' ? Number(error.details.version) : 0
    if (!(version > 0)) throw error
    const before = await readState({...newest, version: version - 1}).catch(() => {
      throw error
    })
    return {metaData: before.metaData, broken: {version, error}}
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
