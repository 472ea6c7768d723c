// Which version was the newest at an instant (PROTOCOL.md "In-Commit Timestamps"; the rules of Delta's own time travel). Where
// the table keeps its times in its commits, those count, and they only grow. Elsewhere the modification times of the log
// entries count, a later commit never being older than one before it: a clock that went back moves on by a millisecond.

import type {LogEntry, MetaDataAction} from './actions.ts'
import {isObject} from './decode-entry.ts'
import type {LogListing} from './log-files.ts'
import {unknownVersion} from './table-errors.ts'

export interface TimedLog {
  readonly table: string
  readonly commits: LogListing['commits']
  /** Of the newest version that can be read: tells since when commits carry their own time. */
  readonly metaData: MetaDataAction | undefined
  /** The first commit that cannot be read, and why. */
  readonly broken?: {readonly version: number; readonly error: unknown}
  readEntry(version: number): Promise<LogEntry>
}

/** The newest version at the instant. TABLE_VERSION_UNKNOWN when the log holds none as old. Reads few entries, if any. */
export async function versionAt(log: TimedLog, instant: Date): Promise<number> {
  const time = instant.getTime()
  const since = ownTimesSince(log.metaData)
  const versions = [...log.commits.keys()]
  const found =
    since !== undefined && time >= since.time
      ? await lastByOwnTime(
          log,
          versions.filter((version) => version >= since.version),
          time,
        )
      : lastByModification(log, time, since?.version)
  if (found === undefined) throw tooOld(log, instant)
  return found
}

/** From which version and time on commits carry their own time; undefined when they do not. */
function ownTimesSince(metaData: MetaDataAction | undefined): {readonly version: number; readonly time: number} | undefined {
  const {configuration = {}} = metaData ?? {}
  if (configuration['delta.enableInCommitTimestamps'] !== 'true') return undefined
  const version = Number(configuration['delta.inCommitTimestampEnablementVersion'] ?? 0)
  const time = Number(configuration['delta.inCommitTimestampEnablementTimestamp'] ?? Number.NEGATIVE_INFINITY)
  return Number.isNaN(version) || Number.isNaN(time) ? undefined : {version, time}
}

/** By bisection: of 10,000 commits, 14 are read. */
async function lastByOwnTime(log: TimedLog, versions: readonly number[], time: number): Promise<number | undefined> {
  const {broken} = log
  const readable = broken === undefined ? versions : versions.filter((version) => version < broken.version)
  let [low, high] = [0, readable.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const version = readable[middle] ?? 0
    const own = ownTime(await log.readEntry(version)) ?? log.commits.get(version)?.modifiedAt ?? 0
    if (own <= time) low = middle + 1
    else high = middle
  }
  // The broken one may be as old as the instant: only its own time would tell.
  if (broken !== undefined && low === readable.length) throw broken.error
  return readable[low - 1]
}

/** The time that a commit carries, in milliseconds since the epoch. */
export function ownTime({commitInfo}: LogEntry): number | undefined {
  const time = isObject(commitInfo) ? commitInfo.inCommitTimestamp : undefined
  return typeof time === 'number' ? time : undefined
}

function lastByModification({commits}: TimedLog, time: number, before = Number.POSITIVE_INFINITY): number | undefined {
  let found: number | undefined
  for (const [version, at] of timesByModification(commits)) {
    if (version >= before || at > time) break
    found = version
  }
  return found
}

/** Version -> milliseconds since the epoch, by the modification times of the entries, each later than the one before it. */
export function timesByModification(commits: LogListing['commits']): ReadonlyMap<number, number> {
  const times = new Map<number, number>()
  let clock = Number.NEGATIVE_INFINITY
  for (const [version, {modifiedAt}] of commits) {
    clock = Math.max(modifiedAt, clock + 1)
    times.set(version, clock)
  }
  return times
}

function tooOld({table, commits}: TimedLog, instant: Date) {
  const [oldest] = commits
  const reach =
    oldest === undefined ? '' : `; its log reaches back to version ${oldest[0]} of ${new Date(oldest[1].modifiedAt).toISOString()}`
  return unknownVersion(table, `no version is as old as ${instant.toISOString()}${reach}`)
}
