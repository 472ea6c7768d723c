// What happened to a table, commit by commit, as its log tells it. Commits of other writers are shown with what their
// commitInfo says, but for their time: that is the one by which the table is read as of an instant, whatever clock a writer had.
// Nothing here decides anything.
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {LogEntry, TxnAction} from './actions.ts'
import {ownTime, timesByModification} from './commit-times.ts'
import {isObject} from './decode-entry.ts'
import {commitKey, listLog} from './log-files.ts'
import {readEntry} from './read-entry.ts'
import {sumRows} from './table-files.ts'
import {assertTableName} from './table-name.ts'

export interface HistoryEntry {
  readonly version: number
  /** ISO 8601 in UTC: as of it, this version is the newest. */
  readonly timestamp: string
  /** As Delta names it: WRITE, MERGE, … */
  readonly operation: string
  readonly mode?: string
  readonly runId?: string
  readonly contractVersion?: string
  readonly digests?: Readonly<Record<string, string>>
  readonly isBlindAppend?: boolean
  readonly txns: readonly TxnAction[]
  readonly filesAdded: number
  readonly filesRemoved: number
  /** Absent when the writer did not say. */
  readonly rowsAdded?: number
  readonly rowsRemoved?: number
  /** Rows in the table after the commit. */
  readonly rows?: number
}

/** What the writer of a version left in it as `info.details`; undefined when the version is not hippo's or not in the log. */
export async function readCommitDetails(store: ObjectStore, table: string, version: number): Promise<unknown> {
  const {commitInfo} = await readEntry(store, {table, version, key: commitKey(table, version)})
  return isObject(commitInfo?.hippo) ? commitInfo.hippo.details : undefined
}

/** True when a version added or removed rows, not only rearranged the files they are in. */
export async function changesRows(store: ObjectStore, table: string, version: number): Promise<boolean> {
  const {add, remove} = await readEntry(store, {table, version, key: commitKey(table, version)})
  return [...add, ...remove].some(({dataChange}) => dataChange)
}

const readsAtOnce = 16

/** The commits still in the log, newest first, from `version` back; at most `limit` of them. TABLE_NOT_FOUND when there is no table. */
export async function history(
  store: ObjectStore,
  table: string,
  options: {readonly limit?: number; readonly version?: number} = {},
): Promise<readonly HistoryEntry[]> {
  assertTableName(table)
  const {commits, checkpoints} = await listLog(store, table, 0)
  if (commits.size === 0 && checkpoints.length === 0) throw new HippoError('TABLE_NOT_FOUND', {message: `there is no table ${table}`})
  const times = timesByModification(commits)
  const {version: newest = Number.POSITIVE_INFINITY} = options
  const wanted = [...commits]
    .filter(([version]) => version <= newest)
    .reverse()
    .slice(0, options.limit)
  const entries: HistoryEntry[] = []
  for (let at = 0; at < wanted.length; at += readsAtOnce) {
    const batch = wanted.slice(at, at + readsAtOnce)
    entries.push(...(await Promise.all(batch.map(([version]) => readHistoryEntry(store, table, version, times.get(version) ?? 0)))))
  }
  return entries
}

async function readHistoryEntry(store: ObjectStore, table: string, version: number, modifiedAt: number): Promise<HistoryEntry> {
  return describe(version, modifiedAt, await readEntry(store, {table, version, key: commitKey(table, version)}))
}

function describe(version: number, modifiedAt: number, entry: LogEntry): HistoryEntry {
  const {commitInfo = {}, txn, add, remove} = entry
  const own = isObject(commitInfo.hippo) ? commitInfo.hippo : {}
  const rowsAdded = sumRows(add)
  return {
    version,
    timestamp: new Date(ownTime(entry) ?? modifiedAt).toISOString(),
    operation: typeof commitInfo.operation === 'string' ? commitInfo.operation : 'UNKNOWN',
    ...texts(own),
    ...(isObject(own.digests) ? {digests: ofTexts(own.digests)} : {}),
    ...(typeof commitInfo.isBlindAppend === 'boolean' ? {isBlindAppend: commitInfo.isBlindAppend} : {}),
    txns: txn,
    filesAdded: add.length,
    filesRemoved: remove.length,
    ...(rowsAdded === undefined ? {} : {rowsAdded}),
    ...(typeof own.rowsRemoved === 'number' ? {rowsRemoved: own.rowsRemoved} : {}),
    ...(typeof own.rows === 'number' ? {rows: own.rows} : {}),
  }
}

function texts({
  mode,
  runId,
  contractVersion,
}: Readonly<Record<string, unknown>>): Pick<HistoryEntry, 'mode' | 'runId' | 'contractVersion'> {
  return {
    ...(typeof mode === 'string' ? {mode} : {}),
    ...(typeof runId === 'string' ? {runId} : {}),
    ...(typeof contractVersion === 'string' ? {contractVersion} : {}),
  }
}

function ofTexts(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
