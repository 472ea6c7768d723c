// What no reader can need any more: data files that belong to no version that was newest within the retention, and that are
// older than it, so that no running writer is still to commit them. Decided by the log of the kept versions, not by tombstones:
// those expire from checkpoints. Objects below folders that begin with `_` are never touched, but for `_change_data`.
import {HippoError} from '../errors/hippo-error.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'
import {decodePath, type LogEntry} from './actions.ts'
import {isDataFile, wholePlace} from './file-place.ts'
import {intervalMs} from './interval.ts'
import {commitKey, type LogListing, listLog} from './log-files.ts'
import {assertWritable} from './protocol.ts'
import {readEntry} from './read-entry.ts'
import {readSnapshot, type Snapshot} from './snapshot.ts'
import {corruptTable, type LogPlace} from './table-errors.ts'
import {assertWritableName} from './table-name.ts'

const hourMs = 3600 * 1000

/** Delta's default for `delta.deletedFileRetentionDuration`. */
const defaultRetentionMs = 7 * 24 * hourMs

export interface VacuumOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The table's own, else 7 days, when absent. */
  readonly retentionMs?: number
  /** A retention shorter than the table's is refused without it: nobody may be reading or writing the table then. */
  readonly allowShortRetention?: boolean
  /** Files that something outside the log needs, relative to the table. */
  readonly alsoKeep?: ReadonlySet<string>
}

export interface VacuumPlan {
  readonly table: string
  readonly version: number
  readonly retentionMs: number
  /** The oldest version that can be read afterwards. */
  readonly keptFrom: number
  readonly files: readonly ObjectInfo[]
  readonly sizeBytes: number
  /** Of `files`, those that no version in the log ever had: what failed and crashed writers left. */
  readonly orphans: number
}

/** Says what a vacuum would delete. CONFIG_USAGE for too short a retention, TABLE_NOT_FOUND when there is no table. */
export async function planVacuum(store: ObjectStore, table: string, options: VacuumOptions): Promise<VacuumPlan> {
  const snapshot = await readSnapshot(store, table)
  if (snapshot === undefined) throw new HippoError('TABLE_NOT_FOUND', {message: `there is no table ${table}`})
  assertWritableName(table)
  assertWritable(snapshot, {mode: 'delete'})
  const retentionMs = options.retentionMs ?? tableRetentionMs(snapshot)
  refuseShortRetention(snapshot, retentionMs, options)
  const cutoff = options.now - retentionMs
  const {keptFrom, needed, known} = await neededFiles(snapshot, cutoff)
  const files: ObjectInfo[] = []
  let orphans = 0
  const isOfFeed = await feedTest(snapshot, keptFrom)
  for await (const info of store.list(`${table}/`)) {
    const path = info.key.slice(table.length + 1)
    const place = wholePlace(snapshot, path)
    if (!isDataFile(path) || info.modifiedAt >= cutoff || needed.has(place) || options.alsoKeep?.has(path)) continue
    files.push(info)
    if (!known.has(place) && !(await isOfFeed(path))) orphans++
  }
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  return {table, version: snapshot.version, retentionMs, keptFrom, files, sizeBytes, orphans}
}

/** Deletes what the plan names. Stopped half-way it has deleted less, and nothing else. */
export async function vacuum(store: ObjectStore, plan: VacuumPlan, options: {readonly signal?: AbortSignal} = {}): Promise<void> {
  for (const {key} of plan.files) {
    options.signal?.throwIfAborted()
    await store.delete(key)
  }
}

/** The table's own `delta.deletedFileRetentionDuration`, else Delta's default of 7 days. */
export function tableRetentionMs({metaData}: Pick<Snapshot, 'metaData'>): number {
  return intervalMs(metaData.configuration['delta.deletedFileRetentionDuration']) ?? defaultRetentionMs
}

function refuseShortRetention(snapshot: Snapshot, retentionMs: number, {allowShortRetention}: VacuumOptions): void {
  const least = tableRetentionMs(snapshot)
  if (retentionMs >= least || allowShortRetention) return
  throw new HippoError('CONFIG_USAGE', {
    message: `table ${snapshot.table}: a retention of ${retentionMs / hourMs} hours is shorter than its own of ${least / hourMs} hours`,
    hint: 'who reads an older version, or writes the table with another tool, would lose files under their feet: when nobody does, say --allow-short-retention',
  })
}

interface Needed {
  readonly keptFrom: number
  /** Places of files that a kept version has; a log may name a file of its own folder by an absolute URI. */
  readonly needed: ReadonlySet<string>
  /** Places of files that any version in the log has, or had. */
  readonly known: ReadonlySet<string>
}

const readsAtOnce = 16

/** Files of the version that was newest at the cutoff and of every later one. */
async function neededFiles(snapshot: Snapshot, cutoff: number): Promise<Needed> {
  const {store, table} = snapshot
  const listing = await listLog(store, table, 0)
  const base = await readSnapshot(store, table, {version: firstKept(listing, snapshot.version, cutoff)})
  const keptFrom = base?.version ?? snapshot.version
  const placed = (paths: Iterable<string>) => [...paths].map((path) => wholePlace(snapshot, path))
  const needed = new Set(placed([...(base ?? snapshot).files.keys(), ...snapshot.files.keys()]))
  const known = new Set([...needed, ...placed(snapshot.tombstones.keys())])
  const versions = Array.from({length: snapshot.version - keptFrom}, (_, index) => keptFrom + 1 + index)
  for (let at = 0; at < versions.length; at += readsAtOnce) {
    const entries = await Promise.all(
      versions.slice(at, at + readsAtOnce).map((version) => readKept(store, {table, version, key: commitKey(table, version)})),
    )
    for (const place of placed(entries.flatMap(pathsOf))) {
      needed.add(place)
      known.add(place)
    }
  }
  return {keptFrom, needed, known}
}

/** Data files and files of the change feed that an entry brings. */
const pathsOf = ({add, cdc = []}: LogEntry): readonly string[] => [...add, ...cdc].map(({path}) => decodePath(path))

/**
 * Tells files that belonged to the feed of a version nobody needs any more from what crashed writers left. Reads the entries
 * up to there only when there is such a file.
 */
async function feedTest({store, table}: Snapshot, keptFrom: number): Promise<(path: string) => Promise<boolean>> {
  let known: Promise<ReadonlySet<string>> | undefined
  const read = async (): Promise<ReadonlySet<string>> => {
    const paths = new Set<string>()
    for (const [version, {key}] of (await listLog(store, table, 0)).commits) {
      if (version > keptFrom) break
      for (const {path} of (await readEntry(store, {table, version, key})).cdc ?? []) paths.add(decodePath(path))
    }
    return paths
  }
  return async (path) => {
    if (!path.startsWith('_change_data/')) return false
    known ??= read()
    return (await known).has(path)
  }
}

/** Without one of them nobody can say which files the kept versions need. */
async function readKept(store: ObjectStore, place: LogPlace): Promise<LogEntry> {
  return readEntry(store, place).catch((error: unknown) => {
    throw isMissingKey(error)
      ? corruptTable(place, 'this commit is missing from the log, so nothing can be called superfluous', error)
      : error
  })
}

/**
 * The newest version that, and all before which, were committed at or before the cutoff: with clocks that ran backwards rather
 * one too old than one too new. The oldest that can be read when the log does not reach back so far.
 */
function firstKept({commits, checkpoints}: LogListing, newest: number, cutoff: number): number {
  const oldest = commits.has(0) ? 0 : Math.min(...checkpoints.map(({version}) => version), newest)
  let kept = oldest
  for (const [version, {modifiedAt}] of commits) {
    if (version < oldest) continue
    if (modifiedAt > cutoff || version > newest) break
    kept = version
  }
  return kept
}
