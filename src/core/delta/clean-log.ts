// Log clean-up (PROTOCOL.md "Metadata Cleanup"): commits and checkpoints older than the log's retention go, but for the newest
// checkpoint at or before that time, its commit, and everything after. It is read before anything before it goes. Versions
// older than it cannot be read afterwards.
import type {ObjectStore} from '../store/object-store.ts'
import {intervalMs} from './interval.ts'
import {commitKey, listLog} from './log-files.ts'
import {readCheckpoint} from './read-checkpoint.ts'
import type {Snapshot} from './snapshot.ts'

/** Delta's default for `delta.logRetentionDuration`. */
const defaultLogRetentionMs = 30 * 24 * 3600 * 1000

export interface LogCleanup {
  /** The oldest version that can be read afterwards. */
  readonly keptFrom: number
  /** Oldest first, so that a clean-up that stops half-way leaves a log with its beginning gone and no hole. */
  readonly keys: readonly string[]
  /** Versions whose commits go. */
  readonly versions: readonly number[]
}

/** Says what a clean-up would delete; nothing while no checkpoint is old enough. TABLE_CORRUPT when that checkpoint cannot be read. */
export async function planLogCleanup(
  {store, table, metaData}: Snapshot,
  {now, retentionMs}: {readonly now: number; readonly retentionMs?: number},
): Promise<LogCleanup> {
  const cutoff = now - (retentionMs ?? intervalMs(metaData.configuration['delta.logRetentionDuration']) ?? defaultLogRetentionMs)
  const {commits, checkpoints, checksums} = await listLog(store, table, 0)
  // A commit is old only when it and all before it are: clocks may have run backwards.
  const youngest = [...commits].find(([, {modifiedAt}]) => modifiedAt > cutoff)?.[0] ?? Number.POSITIVE_INFINITY
  const base = checkpoints.find(({version}) => version < youngest && commits.has(version))
  if (base === undefined) return {keptFrom: [...commits.keys()][0] ?? 0, keys: [], versions: []}
  await readCheckpoint(store, table, base)
  const versions = [...commits.keys()].filter((version) => version < base.version)
  const oldCheckpoints = checkpoints.filter(({version}) => version < base.version).toReversed()
  const oldChecksums = [...checksums].flatMap(([version, key]) => (version < base.version ? [key] : []))
  const oldCommits = versions.map((version) => commitKey(table, version))
  const keys = [...oldCheckpoints.flatMap((checkpoint) => checkpoint.keys), ...oldChecksums, ...oldCommits]
  return {keptFrom: base.version, keys, versions}
}

/** Deletes what the plan names. */
export async function cleanLog(store: ObjectStore, {keys}: LogCleanup): Promise<void> {
  for (const key of keys) await store.delete(key)
}
