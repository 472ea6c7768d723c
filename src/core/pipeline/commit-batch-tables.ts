// The commits of one batch: quarantine first, then silver, both under the batch's number. Silver's is the one that counts: a
// quarantine without it belongs to a run that died and is found again by its number, never doubled.
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {stageFiles} from '../delta/add-files.ts'
import {type Committed, commit} from '../delta/commit.ts'
import {evolveFields, type Field} from '../delta/schema.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import type {TableChange} from '../delta/table-change.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {digestOfFiles} from '../lake/digest-of-files.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import type {PinRecord, PromotionRecord} from '../lake/promotion-record.ts'
import {quarantineFields} from '../lake/quarantine-fields.ts'
import {silverFields} from '../lake/silver-fields.ts'
import {propertyChanges} from '../lake/table-properties.ts'
import {type Contract, primaryKey} from '../model/contract.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {BatchAudit} from './audit-batch.ts'
import {driftOf} from './drift-of.ts'
import {hiddenColumns} from './hidden-columns.ts'
import {mergeInto} from './merge-into.ts'
import type {BatchFiles, BatchWork} from './promote-batch.ts'
import {nothingReplaced} from './rows-without-keys.ts'
import {changesOfMerge} from './write-changes.ts'

export interface CommittedBatch {
  readonly silver: Snapshot
  /** Of the accepted rows' files. */
  readonly digest: string
}

export async function commitBatchTables(work: BatchWork, files: BatchFiles, audit: BatchAudit): Promise<CommittedBatch> {
  const {context, pins, batch} = work
  const store = await context.workspace.store()
  const record: PinRecord = {
    batch: batch.number,
    judgedAt: pins.judgedAt,
    contractVersion: pins.contract.version,
    contractDigest: pins.contract.digest,
    references: pins.references,
    quarantined: audit.rows.quarantined,
  }
  const rejectFirst = async (): Promise<void> => {
    await keepContract(store, work)
    assertHeld(work)
    await commitQuarantine(store, work, files, record)
  }
  const [digest] = await Promise.all([digestOfFiles(files.accepted.map((file) => file.path)), rejectFirst()])
  assertHeld(work)
  return {digest, silver: await commitSilver(store, work, files, audit, record, digest)}
}

/** The contract's text goes into the lake, so that a half-done batch can be finished under it after it was edited. */
async function keepContract(store: ObjectStore, {pins, context}: BatchWork): Promise<void> {
  if (pins.contract.digest !== context.contract.digest) return
  const key = layout.contract(pins.contract.digest)
  if (await store.head(key)) return
  const edited = (cause: unknown) =>
    new HippoError('CONTRACT_CHANGED', {
      message: `the contract of ${pins.contract.dataset} was edited while its batch was judged; nothing was committed`,
      hint: 'run hippo promote silver again',
      cause,
    })
  const text = await readFile(pins.contract.path).catch((cause: unknown) => {
    throw edited(cause)
  })
  // A file edited since it was read no longer has the digest it was judged by, and the run must not go on under a false one.
  await store.putIfAbsent(key, text, {sha256: pins.contract.digest}).catch((cause: unknown) => {
    throw cause instanceof HippoError && cause.code === 'STORE_CORRUPT' ? edited(cause) : cause
  })
}

/** Without its lock a run may have been overtaken by another one that judges by other pins: it must not commit any more. */
export function assertHeld({context}: Pick<BatchWork, 'context'>): void {
  if (!context.lost.aborted) return
  throw new HippoError('CATALOG_UNREACHABLE', {
    message: `the connection that held dataset ${context.contract.dataset} broke; the rest of its batch was not committed`,
  })
}

async function commitQuarantine(store: ObjectStore, work: BatchWork, files: BatchFiles, record: PinRecord): Promise<void> {
  const {context, batch, plan, pins} = work
  const table = layout.table('quarantine', pins.contract.dataset)
  if (files.quarantined.length === 0 && pins.quarantinedBefore === undefined) return
  if (pins.quarantinedBefore !== undefined) {
    if (pins.quarantinedBefore === record.quarantined) return
    throw new HippoError('RUN_UNBALANCED', {
      message: `batch ${batch.number} of ${pins.contract.dataset} gives ${record.quarantined} quarantined rows, an earlier run of it gave ${pins.quarantinedBefore}`,
    })
  }
  const fields = quarantineFields([...plan.rawColumns.values()])
  const quarantined = await digestOfFiles(files.quarantined.map((file) => file.path))
  const {state} = await commit(store, table, await readSnapshot(store, table), {
    mode: 'append',
    add: await stageFiles(store, table, files.quarantined, fields, 'all'),
    fields,
    txn: {appId: promotionAppId(table), version: batch.number},
    info: {runId: context.run.id, contractVersion: pins.contract.version, digests: {quarantined}, details: record},
  })
  if (state === 'committed') return
  // Rows that another run rejected under its pins must not meet rows that were accepted under ours.
  throw new HippoError('TABLE_CONFLICT', {message: `another run judged batch ${batch.number} of ${pins.contract.dataset} first`})
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
function withProperties(contract: Contract, silver: Snapshot | undefined, fields: readonly Field[]): Pick<TableChange, 'properties'> {
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
