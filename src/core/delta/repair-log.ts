// Mends a table's log by what is left of it. A damaged checkpoint is made again from the commits; a damaged hint is written anew.
// Versions that cannot be read again are replaced by commits that repeat the newest readable one, one number further than anything
// ever committed: a version number never stands for two contents. What is replaced is set aside, nothing is lost. A repair that is
// stopped half-way leaves a log that the next repair finishes. Data files are not looked at, and rows that are gone do not come back.
import {randomUUID} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import {isObjectKey} from '../store/object-key.ts'
import {encodeEntry, type LogEntry} from './actions.ts'
import {writeCheckpoint} from './checkpoint.ts'
import type {LogExamination} from './examine-log.ts'
import {writeLastCheckpoint} from './last-checkpoint.ts'
import {type CheckpointFiles, checkpointKey, commitKey, lastCheckpointKey} from './log-files.ts'
import {unkeptDemands} from './protocol.ts'
import {emptyState, replay, toEntry} from './replay.ts'
import type {Field} from './schema.ts'
import {setAside} from './set-aside.ts'
import {readSnapshot, type Snapshot, toSnapshot} from './snapshot.ts'
import {buildEntry, type CommitContext, type TableChange} from './table-change.ts'

export interface LogRepair {
  /** Checkpoints to set aside, and, where hippo may write the table and its commits reach there, to make again. */
  readonly checkpoints: readonly {readonly files: CheckpointFiles; readonly isMadeAgain: boolean}[]
  readonly isHintRewritten: boolean
  /** Checksum files to set aside: commits and checkpoints agree, and not with them. */
  readonly checksums: readonly string[]
  /** Versions that cannot be read again: from `from` to `to` the table repeats `restored`; absent: it begins anew, without a row. */
  readonly lost?: {readonly from: number; readonly to: number; readonly restored?: number}
}

/** What can be mended; undefined when nothing can, or nothing has to. */
export function planLogRepair({table, newest, readable, damagedCheckpoints, damages}: LogExamination): LogRepair | undefined {
  const last = readable?.version ?? -1
  const lost = last < newest ? {from: last + 1, to: newest + 1, ...(readable ? {restored: last} : {})} : undefined
  const isWritable = readable !== undefined && isObjectKey(table) && unkeptDemands(readable.state).length === 0
  const checkpoints = damagedCheckpoints.map(({files, hasCommits}) => ({files, isMadeAgain: isWritable && hasCommits}))
  const isHintRewritten = checkpoints.length > 0 || damages.some(({kind}) => kind === 'hint')
  const checksums = checkpoints.length > 0 ? [] : damages.filter(({kind}) => kind === 'checksum').map(({key}) => key)
  if (!lost && !isHintRewritten && checksums.length === 0) return undefined
  return {checkpoints, isHintRewritten, checksums, ...(lost ? {lost} : {})}
}

export interface RepairOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Columns of a table of which no version is left. */
  readonly fields: readonly Field[] | undefined
  readonly info: CommitContext
  /** Of the versions that repeat the restored one; the last of them carries `reached`. */
  readonly mark: NonNullable<TableChange['txn']>
  /** How far an application counts as having written from now on. */
  readonly reached?: TableChange['txn']
}

/** Does what the plan says. TABLE_CORRUPT when no version is left and nobody knows the table's columns. */
export async function repairLog(found: LogExamination, plan: LogRepair, options: RepairOptions): Promise<void> {
  const {store, table} = found
  if (plan.lost) await replaceVersions(found, plan.lost, options)
  for (const key of plan.checksums) await setAside(store, table, key)
  for (const {files} of plan.checkpoints) for (const key of files.keys) await setAside(store, table, key)
  if (!plan.isHintRewritten) return
  await setAside(store, table, lastCheckpointKey(table))
  for (const {files, isMadeAgain} of plan.checkpoints) {
    const snapshot = isMadeAgain ? await readSnapshot(store, table, {version: files.version}) : undefined
    if (snapshot) await writeCheckpoint(snapshot, options.now)
  }
  await pointAtNewest(found, plan)
}

/** From the newest down: until the last of its puts the log has its hole, so a repair that is stopped never leaves a table that seems whole. */
async function replaceVersions(found: LogExamination, lost: NonNullable<LogRepair['lost']>, options: RepairOptions): Promise<void> {
  const {store, table, listing} = found
  const start = firstVersion(found, lost, options)
  const replaced = Array.from({length: lost.to - lost.from}, (_, index) => lost.to - 1 - index)
  await putNew(found, lost.to, fillVersion(start, lost.to, {...options, txn: options.reached ?? options.mark}))
  for (const version of replaced) {
    const checksum = listing.checksums.get(version)
    for (const key of [commitKey(table, version), ...(checksum === undefined ? [] : [checksum])]) await setAside(store, table, key)
  }
  for (const version of replaced) {
    await putNew(found, version, version === 0 ? start.first : fillVersion(start, version, {...options, txn: options.mark}))
  }
}

interface Start {
  /** What every replaced version repeats. */
  readonly snapshot: Snapshot
  /** Makes the table anew; of a log that lost its beginning. */
  readonly first: LogEntry
}

function firstVersion(found: LogExamination, {restored}: NonNullable<LogRepair['lost']>, {fields, info, now}: RepairOptions): Start {
  const {store, table, readable} = found
  if (readable !== undefined && restored !== undefined)
    return {snapshot: toSnapshot(store, table, restored, readable.state), first: toEntry(readable.state)}
  if (fields === undefined) {
    throw new HippoError('TABLE_CORRUPT', {
      message: `table ${table}: no version is left, and no contract says which columns it has`,
      hint: 'bring its log back from a copy of the lake',
    })
  }
  const first = buildEntry({mode: 'append', add: [], fields, info}, undefined, {table, now, newId: randomUUID, commitId: randomUUID()})
  return {snapshot: toSnapshot(store, table, 0, replay(emptyState, [first])), first}
}

function fillVersion({snapshot}: Start, version: number, {info, now, txn}: RepairOptions & {readonly txn: TableChange['txn']}): LogEntry {
  const parameters = {version: String(snapshot.version)}
  const change: TableChange = {mode: 'restore', add: [], remove: [], info, parameters, ...(txn ? {txn} : {})}
  return buildEntry(change, {...snapshot, version: version - 1}, {table: snapshot.table, now, newId: randomUUID, commitId: randomUUID()})
}

async function putNew({store, table}: LogExamination, version: number, entry: LogEntry): Promise<void> {
  if ((await store.putIfAbsent(commitKey(table, version), encodeEntry(entry))) === 'created') return
  throw new HippoError('TABLE_CONFLICT', {message: `table ${table}: another writer committed version ${version} during the repair`})
}

/** Checkpoints that were made again have theirs. Of those in the form of Delta's version 2 none is written: readers find them by listing. */
async function pointAtNewest({store, table, soundCheckpoints}: LogExamination, {checkpoints}: LogRepair): Promise<void> {
  const madeAgain = Math.max(-1, ...checkpoints.filter(({isMadeAgain}) => isMadeAgain).map(({files}) => files.version))
  const isPlain = (key: string) => /\.checkpoint\.(?:[0-9]{10}\.[0-9]{10}\.)?parquet$/.test(key)
  const sound = soundCheckpoints.find(({files}) => files.keys.every(isPlain))
  if (sound === undefined || sound.files.version <= madeAgain) return
  const {files, state} = sound
  const parts = files.keys[0] === checkpointKey(table, files.version) ? {} : {parts: files.keys.length}
  const {add, remove, txn} = toEntry(state)
  // Besides these a checkpoint holds protocol and metaData.
  await writeLastCheckpoint(store, table, {version: files.version, size: 2 + add.length + remove.length + txn.length, ...parts})
}
