// The commits of one batch: quarantine first, then silver, both under the batch's number. Silver's is the one that counts: a
// quarantine without it belongs to a run that died and is found again by its number, never doubled.
import path from 'node:path'
import {stageFiles} from '../delta/add-files.ts'
import {type Committed, commit} from '../delta/commit.ts'
import {evolveFields, type Field} from '../delta/schema.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import type {TableChange} from '../delta/table-change.ts'
import type {WrittenFile} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {text} from '../expr/expr.ts'
import {digestOfFiles} from '../lake/digest-of-files.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import type {PinRecord, PromotionRecord} from '../lake/promotion-record.ts'
import {quarantineFields} from '../lake/quarantine-fields.ts'
import {silverFields} from '../lake/silver-fields.ts'
import {propertyChanges} from '../lake/table-properties.ts'
import {type Contract, primaryKey} from '../model/contract.ts'
import type {SettledRows} from '../model/run.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {BatchAudit} from './audit-batch.ts'
import {driftOf} from './drift-of.ts'
import {hiddenColumns} from './hidden-columns.ts'
import {digestsOfFiles, keepContract, keepReferenceFiles} from './keep-judged-files.ts'
import {mergeInto} from './merge-into.ts'
import {countReasons, type RejectedRow} from './open-rows.ts'
import type {BatchFiles, BatchWork} from './promote-batch.ts'
import {nothingReplaced} from './rows-without-keys.ts'
import {placesPlan, type SettledFiles, settleRows, stateColumnsOf} from './settle-rows.ts'
import {supersededRows} from './superseded-rows.ts'
import {changesOfMerge} from './write-changes.ts'

export interface CommittedBatch {
  readonly silver: Snapshot
  /** Of the accepted rows' files. */
  readonly digest: string
  readonly settled?: SettledRows
}

export async function commitBatchTables(work: BatchWork, files: BatchFiles, audit: BatchAudit): Promise<CommittedBatch> {
  const {context} = work
  const store = await context.workspace.store()
  const superseded = await supersededRows(work, files)
  const record = pinRecord(work, audit.rows.quarantined, superseded)
  const rejectFirst = async (): Promise<void> => {
    await keepJudgement(store, work)
    assertHeld(work)
    await commitQuarantine(store, work, {rejected: files.quarantined, superseded}, record)
  }
  const [digest] = await Promise.all([digestOfFiles(files.accepted.map((file) => file.path)), rejectFirst()])
  assertHeld(work)
  const silver = await commitSilver(store, work, files, audit, record, digest)
  return {digest, silver, ...(record.settled ? {settled: record.settled} : {})}
}

/** What quarantine's commit says: a batch that is finished later is finished by it. */
export function pinRecord(
  {pins, batch}: Pick<BatchWork, 'pins' | 'batch'>,
  quarantined: number,
  settled: readonly Pick<RejectedRow, 'reasons'>[],
): PinRecord {
  const before = pins.settledBefore ?? (settled.length > 0 ? countReasons(settled) : undefined)
  return {
    batch: batch.number,
    judgedAt: pins.judgedAt,
    contractVersion: pins.contract.version,
    contractDigest: pins.contract.digest,
    references: pins.references,
    ...digestsOfFiles(pins.contract),
    quarantined,
    ...(before ? {settled: before} : {}),
  }
}

/** What rows are judged by goes into the lake, so that a half-done batch can be finished under it after the files were edited. */
export async function keepJudgement(store: ObjectStore, {pins, context}: Pick<BatchWork, 'pins' | 'context'>): Promise<void> {
  // A batch that is finished under what it was judged by before has it in the lake already.
  if (pins.contract.digest === context.contract.digest) await keepContract(store, pins.contract)
  if (pins.quarantinedBefore === undefined) await keepReferenceFiles(store, pins.contract)
}

/** Without its lock a run may have been overtaken by another one that judges by other pins: it must not commit any more. */
export function assertHeld({context}: Pick<BatchWork, 'context'>): void {
  if (!context.lost.aborted) return
  throw new HippoError('CATALOG_UNREACHABLE', {
    message: `the connection that held dataset ${context.contract.dataset} broke; the rest of its batch was not committed`,
  })
}

interface RejectedByBatch {
  readonly rejected: readonly WrittenFile[]
  /** Rows of earlier batches that this one makes obsolete. */
  readonly superseded: readonly RejectedRow[]
}

async function commitQuarantine(
  store: ObjectStore,
  work: BatchWork,
  {rejected, superseded}: RejectedByBatch,
  record: PinRecord,
): Promise<void> {
  const {context, batch, plan, pins} = work
  const table = layout.table('quarantine', pins.contract.dataset)
  if (isFinished(work, record) || (rejected.length === 0 && superseded.length === 0)) return
  const fields = quarantineFields([...plan.rawColumns.values()])
  const quarantined = await digestOfFiles(rejected.map((file) => file.path))
  const before = await readSnapshot(store, table)
  const closed = before && superseded.length > 0 ? await closeSuperseded(work, before, superseded) : undefined
  const {state} = await commit(store, table, before, {
    mode: closed ? 'merge' : 'append',
    add: [
      ...(await stageFiles(store, table, rejected, fields, 'all')),
      ...(closed ? await stageFiles(store, table, closed.files, closed.fields, 'all') : []),
    ],
    ...(closed ? {remove: closed.remove} : {}),
    fields: closed ? evolveFields(closed.fields, fields) : fields,
    txn: {appId: promotionAppId(table), version: batch.number},
    info: {runId: context.run.id, contractVersion: pins.contract.version, digests: {quarantined}, details: record},
  })
  if (state === 'committed') return
  throw overtaken(work)
}

/** Whether a run that died has committed the batch's quarantine. RUN_UNBALANCED when it had rejected other rows. */
export function isFinished({pins, batch}: Pick<BatchWork, 'pins' | 'batch'>, record: PinRecord): boolean {
  if (pins.quarantinedBefore === undefined) return false
  if (pins.quarantinedBefore === record.quarantined) return true
  throw new HippoError('RUN_UNBALANCED', {
    message: `batch ${batch.number} of ${pins.contract.dataset} gives ${record.quarantined} quarantined rows, an earlier run of it gave ${pins.quarantinedBefore}`,
  })
}

/** Rows that another run rejected under its pins must not meet rows that were accepted under ours. */
export const overtaken = ({pins, batch}: Pick<BatchWork, 'pins' | 'batch'>) =>
  new HippoError('TABLE_CONFLICT', {message: `another run judged batch ${batch.number} of ${pins.contract.dataset} first`})

async function closeSuperseded(work: BatchWork, quarantine: Snapshot, rows: readonly RejectedRow[]): Promise<SettledFiles> {
  const {context, batch, pins, staging} = work
  const decision = {batch: batch.number, by: 'hippo', reason: `batch ${batch.number} brought the key again`, at: pins.judgedAt}
  return settleRows({
    engine: await context.workspace.engine(),
    quarantine,
    rows: placesPlan(rows),
    columns: stateColumnsOf(text('superseded'), decision),
    directory: path.join(staging, 'superseded'),
    signal: context.run.signal,
  })
}

async function commitSilver(
  store: ObjectStore,
  work: BatchWork,
  files: BatchFiles,
  audit: BatchAudit,
  pinned: PinRecord,
  digest: string,
): Promise<Committed> {
  const {context, batch, pins, silver, prepared} = work
  const table = layout.table('silver', pins.contract.dataset)
  const {contract} = pins
  const fields = silverFields(contract)
  const record: PromotionRecord = {
    ...pinned,
    run: context.run.id,
    counts: audit.rows,
    reasons: audit.reasons,
    drift: driftOf(contract, prepared.ready),
    checks: audit.checks,
    ...(audit.score === undefined ? {} : {score: audit.score}),
    ...leftOutBy(work),
  }
  const kept = silver ? evolveFields(silver.fields, fields) : fields
  const replaced = contract.writeMode === 'merge' && silver ? await mergeInto(work, silver, files.accepted, kept) : nothingReplaced
  const changes =
    silver && (await changesOfMerge({...(await engineOf(work, 'changes')), snapshot: silver, fields: kept, replaced}, files.accepted))
  const add = [
    ...(await stageFiles(store, table, files.accepted, fields, hiddenColumns(contract, fields))),
    ...(await stageFiles(store, table, replaced.files, kept, hiddenColumns(contract, kept))),
  ]
  return commit(store, table, silver, {
    mode: replaced.remove.length > 0 ? 'merge' : contract.writeMode === 'overwrite' ? 'overwrite' : 'append',
    add,
    ...(replaced.remove.length > 0 ? {remove: replaced.remove} : {}),
    ...(changes ? {changes} : {}),
    ...(contract.writeMode === 'merge' ? {readsTable: true} : {}),
    fields,
    ...withProperties(contract, silver, kept),
    txn: {appId: promotionAppId(table), version: batch.number},
    info: {runId: context.run.id, contractVersion: contract.version, digests: {accepted: digest}, details: record},
  })
}

async function engineOf({context, pins, staging}: BatchWork, folder: string) {
  const engine = await context.workspace.engine()
  return {engine, key: primaryKey(pins.contract), directory: path.join(staging, folder), signal: context.run.signal}
}

/**
 * What a new table has from the start. A table that exists was made to follow its contract before the batch was judged, but for what
 * is asked of the columns that come now.
 */
export function withProperties(
  contract: Contract,
  silver: Snapshot | undefined,
  fields: readonly Field[],
): Pick<TableChange, 'properties'> {
  const isNew = fields.some(({name}) => silver?.fields.every((one) => one.name !== name) ?? true)
  const properties = isNew ? propertyChanges(contract, silver, fields) : undefined
  return properties === undefined ? {} : {properties}
}

/** Files that a person left out of a batch that is committed otherwise. */
function leftOutBy({leftOut, context}: BatchWork): Partial<PromotionRecord> {
  const {reason} = context.request
  if (leftOut.length === 0 || reason === undefined) return {}
  return {skippedBecause: reason, actor: context.workspace.actor, leftOut: leftOut.map(({record}) => record.sha256)}
}
