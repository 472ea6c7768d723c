// A table's log held against itself: every commit and every checkpoint is read, and a checkpoint must say what the commits before
// it add up to. Tells all that is damaged and how far the table can be read; where the two disagree, the commits are right. It
// reads everything there is, and no data file. `isSoundLog` reads what opening the table takes, and only says yes or no.
import {HippoError} from '../errors/hippo-error.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {LogEntry} from './actions.ts'
import {checkpointDifference} from './checkpoint-difference.ts'
import {readLastCheckpoint} from './last-checkpoint.ts'
import {type CheckpointFiles, commitKey, type LogListing, lastCheckpointKey, listLog} from './log-files.ts'
import {readCheckpoint} from './read-checkpoint.ts'
import {readEntry} from './read-entry.ts'
import {emptyState, replay, type TableState} from './replay.ts'
import {toSnapshot} from './snapshot.ts'
import {readChecksum, verifyChecksum} from './version-checksum.ts'

export interface LogDamage {
  /** commit: unreadable. gap: a commit that is gone. checksum: the `.crc` of the newest version is of another state. */
  readonly kind: 'commit' | 'gap' | 'checkpoint' | 'hint' | 'checksum'
  readonly version: number
  readonly key: string
  readonly what: string
}

export interface LogExamination {
  readonly store: ObjectStore
  readonly table: string
  readonly listing: LogListing
  /** In the order of their versions. */
  readonly damages: readonly LogDamage[]
  /** The highest version of which anything is left. */
  readonly newest: number
  /** The newest version that the log can give, and what it adds up to; absent when it can give none. */
  readonly readable?: {readonly version: number; readonly state: TableState}
  /** Oldest first; with its commits, or with an older checkpoint and those after it, one can be made again. */
  readonly damagedCheckpoints: readonly {readonly files: CheckpointFiles; readonly hasCommits: boolean}[]
  /** Newest first. */
  readonly soundCheckpoints: readonly {readonly files: CheckpointFiles; readonly state: TableState}[]
}

const readsAtOnce = 16

/** Versions that a log can have lost at its end and still be mended by numbers. */
const mostLost = 1000

export interface ExamineOptions {
  /** The newest version that somebody else knows to have been committed; without it `_last_checkpoint` is believed. */
  readonly committed?: number
  readonly signal?: AbortSignal | undefined
}

/** What the log of a table is like; undefined when there is none, and nobody knows of one. */
export async function examineLog(
  store: ObjectStore,
  table: string,
  {committed, signal}: ExamineOptions = {},
): Promise<LogExamination | undefined> {
  const listing = await listLog(store, table, 0)
  const hint = await readLastCheckpoint(store, table)
  const last = Math.max(-1, ...listing.commits.keys(), ...listing.checkpoints.map(({version}) => version))
  // A checksum is written after its commit: it proves that the log reached there.
  const proven = Math.max(-1, ...[...listing.checksums.keys()].filter((version) => version <= last + mostLost))
  const newest = Math.max(last, proven, committed ?? hinted(hint, last))
  if (newest < 0 && hint === 'absent') return undefined
  const found: LogDamage[] = []
  const entries = await readEntries(store, table, {listing, found, signal})
  const walked = await walk(store, table, {listing, entries, newest, found, signal})
  found.push(...gaps(table, {listing, newest, sound: walked.soundCheckpoints}))
  found.push(...hintDamages(table, hint, listing))
  found.push(...(await checksumDamages(store, table, {listing, newest, readable: walked.readable})))
  const order = (a: LogDamage, b: LogDamage) => a.version - b.version || (a.key < b.key ? -1 : 1)
  return {store, table, listing, newest, ...walked, damages: found.toSorted(order)}
}

/** Written after the checkpoint that it names, so the log reached there once; a number far beyond is itself the damage. */
function hinted(hint: number | 'absent' | 'unreadable', last: number): number {
  return typeof hint === 'number' && hint <= last + mostLost ? hint : -1
}

interface Look {
  readonly listing: LogListing
  readonly found: LogDamage[]
  readonly signal: AbortSignal | undefined
}

async function readEntries(store: ObjectStore, table: string, {listing, found, signal}: Look): Promise<ReadonlyMap<number, LogEntry>> {
  const entries = new Map<number, LogEntry>()
  const versions = [...listing.commits.keys()]
  for (let at = 0; at < versions.length; at += readsAtOnce) {
    signal?.throwIfAborted()
    const read = async (version: number) => {
      const key = commitKey(table, version)
      try {
        entries.set(version, await readEntry(store, {table, version, key}))
      } catch (error) {
        found.push({kind: 'commit', version, key, what: asDamage(error)})
      }
    }
    await Promise.all(versions.slice(at, at + readsAtOnce).map(read))
  }
  return entries
}

/** What the error says of the object; anything that is no damage is thrown on. */
function asDamage(error: unknown): string {
  if (isMissingKey(error)) return 'it is gone'
  if (!(error instanceof HippoError) || !['TABLE_CORRUPT', 'STORE_UNREADABLE', 'STORE_CORRUPT'].includes(error.code)) throw error
  const {key} = error.details
  return typeof key === 'string' ? (error.message.split(`${key}: `)[1] ?? error.message) : error.message
}

interface Walk extends Look {
  readonly entries: ReadonlyMap<number, LogEntry>
  readonly newest: number
}

type Walked = Pick<LogExamination, 'readable' | 'damagedCheckpoints' | 'soundCheckpoints'>

/** From the first commit on, over every checkpoint: it is compared where the commits reach it, and a new start where they do not. */
async function walk(store: ObjectStore, table: string, {listing, entries, newest, found, signal}: Walk): Promise<Walked> {
  let reached = {version: -1, state: emptyState}
  const damagedCheckpoints: {files: CheckpointFiles; hasCommits: boolean}[] = []
  const soundCheckpoints: {files: CheckpointFiles; state: TableState}[] = []
  for (const files of listing.checkpoints.toReversed()) {
    signal?.throwIfAborted()
    reached = advance(reached, entries, files.version)
    const isReached = reached.version === files.version
    const {held, problem} = await holdCheckpoint(store, table, files, isReached ? reached.state : undefined)
    if (held === undefined) {
      damagedCheckpoints.push({files, hasCommits: isReached})
      found.push({kind: 'checkpoint', version: files.version, ...problem})
      continue
    }
    soundCheckpoints.unshift({files, state: held})
    if (!isReached) reached = {version: files.version, state: held}
  }
  reached = advance(reached, entries, newest)
  const isTable = reached.version >= 0 && ownProblem(reached.state) === undefined
  return {...(isTable ? {readable: reached} : {}), damagedCheckpoints, soundCheckpoints}
}

type Held =
  | {readonly held: TableState; readonly problem?: never}
  | {readonly held?: never; readonly problem: {readonly key: string; readonly what: string}}

/** What a checkpoint says, unless it cannot be read or says something else than the commits, where these reach it. */
async function holdCheckpoint(store: ObjectStore, table: string, files: CheckpointFiles, commits: TableState | undefined): Promise<Held> {
  const [first = ''] = files.keys
  try {
    const held = await readCheckpoint(store, table, files)
    const what = commits ? checkpointDifference(held, commits) : ownProblem(held)
    return what === undefined ? {held} : {problem: {key: first, what}}
  } catch (error) {
    const what = asDamage(error)
    const key = error instanceof HippoError ? error.details.key : undefined
    return {problem: {key: typeof key === 'string' ? key : first, what}}
  }
}

const ownProblem = ({protocol, metaData}: TableState): string | undefined =>
  protocol && metaData ? undefined : 'it has no protocol or no metaData'

/** As far as the commits go without a hole, but not past `to`. */
function advance({version, state}: {version: number; state: TableState}, entries: ReadonlyMap<number, LogEntry>, to: number) {
  const next: LogEntry[] = []
  for (let at = version + 1; at <= to; at++) {
    const entry = entries.get(at)
    if (entry === undefined) break
    next.push(entry)
  }
  return next.length === 0 ? {version, state} : {version: version + next.length, state: replay(state, next)}
}

/** Commits that a clean-up took are no gap: a checkpoint stands for them. */
function gaps(
  table: string,
  {listing, newest, sound}: {listing: LogListing; newest: number; sound: LogExamination['soundCheckpoints']},
): readonly LogDamage[] {
  const [oldest = newest + 1] = listing.commits.keys()
  const isCleanedUp = sound.some(({files}) => files.version + 1 >= oldest)
  const damages: LogDamage[] = []
  let next = isCleanedUp ? oldest : 0
  for (const version of [...listing.commits.keys(), newest + 1]) {
    const what =
      version - next === 1
        ? 'this commit is missing from the log'
        : `the commits from here to version ${version - 1} are missing from the log`
    if (version > next) damages.push({kind: 'gap', version: next, key: commitKey(table, next), what})
    next = Math.max(next, version + 1)
  }
  return damages
}

function hintDamages(table: string, hint: Awaited<ReturnType<typeof readLastCheckpoint>>, listing: LogListing): readonly LogDamage[] {
  if (hint === 'absent' || listing.checkpoints.some(({version}) => version === hint)) return []
  const isKnown = typeof hint === 'number'
  const what = isKnown ? `it names a checkpoint of version ${hint}, which is not there` : 'it is no JSON that names a version'
  return [{kind: 'hint', version: isKnown ? hint : 0, key: lastCheckpointKey(table), what}]
}

async function checksumDamages(
  store: ObjectStore,
  table: string,
  {listing, newest, readable}: Pick<LogExamination, 'listing' | 'newest'> & {readonly readable: LogExamination['readable'] | undefined},
): Promise<readonly LogDamage[]> {
  const what = 'it is of a version far beyond the end of the log'
  const beyond = [...listing.checksums].filter(([version]) => version > newest)
  if (beyond.length > 0) return beyond.map(([version, key]) => ({kind: 'checksum', version, key, what}))
  const key = listing.checksums.get(newest)
  if (key === undefined || readable?.version !== newest) return []
  try {
    const checksum = await readChecksum(store, key)
    if (checksum !== undefined) verifyChecksum({table, version: newest, key}, checksum, readable.state)
    return []
  } catch (error) {
    return [{kind: 'checksum', version: newest, key, what: asDamage(error)}]
  }
}

/** Whether the log opens as it should: no gap, its newest checkpoint and the commits after it readable, the hint as it should be. */
export async function isSoundLog(store: ObjectStore, table: string): Promise<boolean> {
  const listing = await listLog(store, table, 0)
  const hint = await readLastCheckpoint(store, table)
  const [checkpoint] = listing.checkpoints
  const newest = Math.max(-1, ...listing.commits.keys(), checkpoint?.version ?? -1)
  if (hintDamages(table, hint, listing).length > 0 || newest < 0) return false
  const [oldest = newest + 1] = listing.commits.keys()
  const isWhole = listing.commits.size >= newest - oldest + 1
  const hasStart = oldest === 0 || listing.checkpoints.some(({version}) => version + 1 >= oldest)
  if (!isWhole || !hasStart) return false
  try {
    const state = checkpoint ? await readCheckpoint(store, table, checkpoint) : emptyState
    const after = [...listing.commits.keys()].filter((version) => version > (checkpoint?.version ?? -1))
    const entries: LogEntry[] = []
    for (const version of after) entries.push(await readEntry(store, {table, version, key: commitKey(table, version)}))
    const snapshot = toSnapshot(store, table, newest, replay(state, entries))
    return (await checksumDamages(store, table, {listing, newest, readable: {version: newest, state: snapshot}})).length === 0
  } catch (error) {
    if (!isMissingKey(error)) asDamage(error)
    return false
  }
}
