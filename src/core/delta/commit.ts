// Makes a change the next version of a table. The commit point is `putIfAbsent` of the log entry: `created` means every
// later reader sees the version whole; `exists` means another writer was first: everything committed since is read at once and,
// when ours can follow all of it, ours is tried at the end of the log. Who loses waits a random while, longer the more often, so
// that many writers do not all try at once for ever. A put that fails tells neither: the entry is read back and recognised by
// its id. Data files are durable before (`stageFiles`); those of a change that fails stay unreferenced.
import {randomUUID} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {encodeEntry, type LogEntry} from './actions.ts'
import {writeCheckpoint} from './checkpoint.ts'
import {commitsAfter} from './commits-after.ts'
import {type Conflict, findConflict} from './conflicts.ts'
import {enforceConstraints} from './enforce-constraints.ts'
import {commitKey} from './log-files.ts'
import {assertWritable} from './protocol.ts'
import {readEntry} from './read-entry.ts'
import {emptyState, replay} from './replay.ts'
import {encodeSchema} from './schema.ts'
import {assertWholeLog, readSnapshot, type Snapshot, toSnapshot} from './snapshot.ts'
import {assertFilesFit} from './staged-files.ts'
import {buildEntry, footprintOf, type TableChange} from './table-change.ts'
import {assertOwnFolder, assertWritableName} from './table-name.ts'
import {writeChecksum} from './version-checksum.ts'

export interface Committed extends Snapshot {
  /** `already`: the table holds the change's txn (or a later one of the same application); nothing was written. */
  readonly state: 'committed' | 'already'
  /** Why the checkpoint that was due could not be written. The commit stands; a later one makes up for it. */
  readonly checkpointError?: unknown
  /** Why the checksum of the version could not be written. The commit stands without it. */
  readonly checksumError?: unknown
}

export interface CommitOptions {
  readonly now?: () => number
  readonly newId?: () => string
  readonly signal?: AbortSignal
  /** Commits from one checkpoint to the next. */
  readonly checkpointEvery?: number
  /** Longest wait after the first lost try; 0 for none. Each further loss doubles it, up to a second. */
  readonly backoffMs?: number
}

const defaultCheckpointEvery = 10
const defaultBackoffMs = 20
const longestBackoffMs = 1000

/**
 * Commits `change`, worked out from `base` (undefined: there is no table yet), and resolves to the new version. TABLE_CONFLICT
 * when another writer changed what the change depends on: read the table again, work the change out again and retry.
 * TABLE_REQUEST_INVALID when the table could not be read or written after the change.
 */
export async function commit(
  store: ObjectStore,
  table: string,
  base: Snapshot | undefined,
  change: TableChange,
  options: CommitOptions = {},
): Promise<Committed> {
  const {now = Date.now, newId = randomUUID, signal} = options
  assertWritableName(table)
  if (base === undefined) await assertOwnFolder(store, table)
  const commitId = newId()
  const readVersion = base === undefined ? {} : {readVersion: base.version}
  let current = base
  for (let losses = 0; ; losses++) {
    signal?.throwIfAborted()
    if (current !== undefined && isReached(current, change)) return {...current, state: 'already'}
    if (current !== undefined) assertWholeLog(current)
    const version = (current?.version ?? -1) + 1
    const entry = buildEntry(change, current, {table, now: now(), newId, commitId, ...readVersion})
    const committed = toSnapshot(store, table, version, replay(current ?? emptyState, [entry]))
    assertWritable(committed, {mode: change.mode, before: current ?? emptyState})
    assertFilesFit(committed, [...change.add, ...(change.changes ?? [])])
    // A winner that changes the constraints is a conflict: unless somebody else made the table, one look is enough.
    if (current === base || base === undefined) await enforceConstraints(current, committed, {...change, add: entry.add}, signal)
    const place = {table, version, key: commitKey(table, version)}
    const winner = await putEntry(store, place, entry)
    if (winner === undefined) {
      return {...committed, state: 'committed', ...(await sumUp(committed, commitId, options))}
    }
    await waitAfterLoss(losses, options)
    current =
      current === undefined
        ? await adopt(store, table, change)
        : follow(current, [winner, ...(await commitsAfter(store, table, version))], change)
  }
}

/** A random part of a time that doubles with each loss in a row. */
async function waitAfterLoss(losses: number, {backoffMs = defaultBackoffMs, signal}: CommitOptions): Promise<void> {
  const longestMs = Math.min(longestBackoffMs, backoffMs * 2 ** losses)
  if (longestMs > 0) await sleep(Math.random() * longestMs, undefined, signal === undefined ? {} : {signal})
}

function isReached(snapshot: Snapshot, {txn}: TableChange): boolean {
  return txn !== undefined && (snapshot.txns.get(txn.appId)?.version ?? -1) >= txn.version
}

/** Undefined when our entry is the version now; else the entry that took its place. */
async function putEntry(
  store: ObjectStore,
  place: {readonly table: string; readonly version: number; readonly key: string},
  entry: LogEntry,
): Promise<LogEntry | undefined> {
  const outcome = await store.putIfAbsent(place.key, encodeEntry(entry)).catch(async (error: unknown) => {
    // The answer was lost, or nothing was written: only what is stored now can tell.
    const stored = await readEntry(store, place).catch(() => undefined)
    if (stored === undefined) throw error
    return 'exists' as const
  })
  if (outcome === 'created') return undefined
  const stored = await readEntry(store, place)
  return isOurs(stored, entry) ? undefined : stored
}

function isOurs(stored: LogEntry, entry: LogEntry): boolean {
  return stored.commitInfo?.txnId !== undefined && stored.commitInfo.txnId === entry.commitInfo?.txnId
}

/** The table after the winners, one version each, when our change can still follow all of them. */
function follow(current: Snapshot, winners: readonly LogEntry[], change: TableChange): Snapshot {
  const footprint = footprintOf(change, current)
  for (const [index, winner] of winners.entries()) {
    if (holdsTxn(winner, change)) return after(current, winners.slice(0, index + 1))
    const conflict = findConflict(winner, footprint)
    if (conflict !== undefined) throw conflictError(current.table, current.version + 1 + index, conflict)
  }
  return after(current, winners)
}

function after(current: Snapshot, entries: readonly LogEntry[]): Snapshot {
  return toSnapshot(current.store, current.table, current.version + entries.length, replay(current, entries))
}

/** The entry holds the change's txn, or a later one of the same application. */
function holdsTxn({txn: held}: LogEntry, {txn}: TableChange): boolean {
  return txn !== undefined && held.some(({appId, version}) => appId === txn.appId && version >= txn.version)
}

/** Somebody else made the table first: an append of the same columns goes on top of it, anything else conflicts. */
async function adopt(store: ObjectStore, table: string, change: TableChange): Promise<Snapshot> {
  const snapshot = await readSnapshot(store, table)
  if (snapshot === undefined) throw conflictError(table, 0, 'tableMade')
  if (isReached(snapshot, change)) return snapshot
  const isSameTable = change.fields !== undefined && encodeSchema(change.fields) === encodeSchema(snapshot.fields)
  if (change.mode === 'append' && change.readsTable !== true && isSameTable) return snapshot
  throw conflictError(table, snapshot.version, 'tableMade')
}

/** True for the error of a commit that another writer got ahead of: read, work out and commit again. */
export function isTableConflict(error: unknown): error is HippoError {
  return error instanceof HippoError && error.code === 'TABLE_CONFLICT'
}

const reasons: Readonly<Record<Conflict | 'tableMade', string>> = {
  protocolChanged: 'changed its protocol',
  metaDataChanged: 'changed its columns',
  rowsAdded: 'added rows',
  rowsRemoved: 'removed rows',
  fileRemovedTwice: 'replaced the same files',
  sameApplication: 'wrote another batch of the same application',
  tableMade: 'made the table',
}

function conflictError(table: string, version: number, conflict: Conflict | 'tableMade'): HippoError {
  return new HippoError('TABLE_CONFLICT', {
    message: `table ${table}: another writer ${reasons[conflict]} first, in version ${version}`,
    details: {table, version, conflict},
  })
}

/**
 * What a version adds up to, for readers: its checkpoint when one is due, else its checksum; a commit takes three requests at most.
 * The commit stands whatever becomes of it.
 */
async function sumUp(
  snapshot: Snapshot,
  commitId: string,
  {now = Date.now, checkpointEvery = defaultCheckpointEvery}: CommitOptions,
): Promise<Pick<Committed, 'checkpointError' | 'checksumError'>> {
  const isCheckpointDue = snapshot.version > 0 && snapshot.version % checkpointEvery === 0
  try {
    await (isCheckpointDue ? writeCheckpoint(snapshot, now()) : writeChecksum(snapshot.store, snapshot, snapshot, commitId))
    return {}
  } catch (error) {
    return isCheckpointDue ? {checkpointError: error} : {checksumError: error}
  }
}
