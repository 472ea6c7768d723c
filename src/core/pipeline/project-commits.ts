// Brings the catalog up to the lake. What is committed stands in capture records and Delta logs; the catalog repeats it, and a
// run that dies between a commit and its record leaves a gap that the next run fills here, from the lake alone. Everything
// about one commit is recorded in one transaction, so a version that is recorded is recorded whole.
import {actorOfRun, forgetCapturedFiles, forgetSnapshots, isAudited, recordedBatches, recordedVersions} from '../catalog/projection.ts'
import {
  recordAudit,
  recordCapturedFiles,
  recordChecks,
  recordContract,
  recordEdges,
  recordFacts,
  recordSnapshot,
} from '../catalog/writer.ts'
import {readContract} from '../contract/read-contract.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {rowCount} from '../delta/table-files.ts'
import {readBatches} from '../lake/bronze.ts'
import {commitDetails, rowsByVersion} from '../lake/kept-records.ts'
import {layout} from '../lake/layout.ts'
import {isMaintenanceRecord, isPromotionRecord, type PromotionRecord} from '../lake/promotion-record.ts'
import {type Batch, isReview} from '../model/capture.ts'
import type {SnapshotRef} from '../model/lineage.ts'
import type {MaintenanceRecord} from '../model/table.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {lostVersions} from './lost-versions.ts'
import {takeOverLake} from './own-lake.ts'
import type {Workspace} from './ports.ts'
import {silverContracts} from './select-datasets.ts'

export interface CatalogRebuild {
  readonly batches: number
  /** Recorded versions of each silver dataset. */
  readonly versions: Readonly<Record<string, number>>
}

/** Records the promotions, restores and clean-ups in a silver table that the catalog lacks; resolves to their number. The caller holds the dataset's lock. */
export async function projectCommits(database: Database, silver: Snapshot | undefined, dataset: string): Promise<number> {
  if (!silver) return 0
  const known = await recordedVersions(database, dataset)
  if ((known.at(-1) ?? -1) > silver.version) throw lostVersions(silver, known.at(-1) ?? 0)
  if (known.length === silver.version + 1 && known.at(-1) === silver.version) return 0
  const missing = missingVersions(silver.version, known)
  const rows = await rowsOfVersions(silver, missing)
  let recorded = 0
  for (const version of missing) {
    const details = await commitDetails(silver.store, silver.table, version).catch(unlessGone)
    const record = isPromotionRecord(details) ? details : undefined
    const committed = {dataset, version, rows: rows.get(version) ?? 0}
    if (record) {
      await keepContractRecord(database, silver.store, dataset, record)
      await database.transaction((tx) => recordPromotion(tx, {...committed, record}))
    } else {
      if (!isMaintenanceRecord(details)) continue
      await database.transaction((tx) => recordMaintenance(tx, {...committed, record: details}))
    }
    recorded++
  }
  return recorded
}

/** Of a commit that is gone for good the catalog can say nothing. */
function unlessGone(error: unknown): undefined {
  if (!isMissingKey(error)) throw error
}

function missingVersions(newest: number, known: readonly number[]): readonly number[] {
  const have = new Set(known)
  return Array.from({length: newest + 1}, (_, version) => version).filter((version) => !have.has(version))
}

/** Rows in the table after each version; its log is only read when the newest version is not the only one asked for. */
async function rowsOfVersions(silver: Snapshot, versions: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (versions.every((version) => version === silver.version)) return new Map([[silver.version, rowCount(silver) ?? 0]])
  return rowsByVersion(silver.store, silver.table)
}

/** The contract that a commit was judged under, when the lake kept it; only a catalog that was lost does not have it yet. */
async function keepContractRecord(db: Queryable, store: ObjectStore, dataset: string, {contractDigest}: PromotionRecord): Promise<void> {
  const key = layout.contract(contractDigest)
  if (!(await store.head(key))) return
  const contract = readContract(`contracts/${dataset}.odcs.yaml`, Buffer.from(await store.get(key)).toString('utf8'))
  await recordContract(db, contract, 'silver')
}

interface CommittedPromotion {
  readonly dataset: string
  readonly version: number
  readonly rows: number
  readonly record: PromotionRecord
}

async function recordPromotion(tx: Queryable, {dataset, version, rows, record}: CommittedPromotion): Promise<void> {
  const place = {dataset, layer: 'silver' as const, version}
  const at = record.judgedAt
  await recordSnapshot(tx, {
    ...place,
    run: record.run,
    batch: record.batch,
    rows,
    counts: record.counts,
    reasons: record.reasons,
    drift: record.drift,
    ...(record.score === undefined ? {} : {score: record.score}),
    contractVersion: record.contractVersion,
    contractDigest: record.contractDigest,
    committedAt: at,
    ...(record.rebuild ? {rebuilt: true} : {}),
    ...(record.settled ? {settled: record.settled} : {}),
  })
  const {contractVersion, contractDigest} = record
  await recordChecks(tx, {...place, run: record.run, at, contractVersion, contractDigest}, record.checks)
  await recordFacts(tx, {...place, run: record.run}, record.checks)
  const to: SnapshotRef = {layer: 'silver', name: dataset, version}
  await recordEdges(
    tx,
    inputsOf(dataset, record).map((from) => ({run: record.run, from, to, at})),
  )
  await auditDecisions(tx, dataset, record)
}

interface CommittedMaintenance {
  readonly dataset: string
  readonly version: number
  readonly rows: number
  readonly record: MaintenanceRecord
}

/** A version without a batch: its rows come from an earlier version. */
async function recordMaintenance(tx: Queryable, {dataset, version, rows, record}: CommittedMaintenance): Promise<void> {
  const {run, at, actor, contractVersion, contractDigest, score, restored, maintenance} = record
  if (contractVersion !== undefined && contractDigest !== undefined) {
    const place = {dataset, layer: 'silver' as const, version}
    await recordSnapshot(tx, {
      ...place,
      run,
      rows,
      contractVersion,
      contractDigest,
      committedAt: at,
      ...(score === undefined ? {} : {score}),
    })
  }
  const ref = (of: number): SnapshotRef => ({layer: 'silver', name: dataset, version: of})
  // A repair may begin a table anew.
  if (version > 0) await recordEdges(tx, [{run, from: ref(restored ?? version - 1), to: ref(version), at}])
  await auditMaintenance(tx, `silver.${dataset}`, version, {maintenance, run, actor, at, ...(restored === undefined ? {} : {restored})})
}

/** One line in the audit trail, however often the commit is recorded. */
export async function auditMaintenance(
  tx: Queryable,
  table: string,
  version: number,
  {maintenance, run, actor, at, restored}: MaintenanceRecord,
): Promise<void> {
  const subject = `${table} version ${version}${restored === undefined ? '' : ` from version ${restored}`}`
  if (!(await isAudited(tx, {run, action: maintenance, subject}))) await recordAudit(tx, {run, action: maintenance, subject, at, actor})
}

/** What a promotion was made from. */
function inputsOf(
  dataset: string,
  {batch, references, rebuild}: Pick<PromotionRecord, 'batch' | 'references' | 'rebuild'>,
): readonly SnapshotRef[] {
  const silver = Object.entries(references).map(([name, version]): SnapshotRef => ({layer: 'silver', name, version}))
  const numbers = rebuild ? rebuild.batches.map((one) => one.batch) : [batch]
  return [...numbers.map((version): SnapshotRef => ({layer: 'bronze', name: dataset, version})), ...silver]
}

/** A person's decision to rebuild, or to leave a batch out, is in the audit trail exactly once, whenever its commit is recorded. */
async function auditDecisions(tx: Queryable, dataset: string, record: PromotionRecord): Promise<void> {
  const {run, judgedAt: at, rebuild} = record
  const once = async (action: string, subject: string, of: {readonly actor?: string; readonly reason?: string}) => {
    if (await isAudited(tx, {run, action, subject})) return
    const actor = of.actor ?? (await actorOfRun(tx, run)) ?? 'unknown'
    await recordAudit(tx, {run, action, subject, at, ...of, actor})
  }
  const {review} = record
  if (review) {
    const {action, actor, reason, rows, of, approvedBy} = review
    const by = approvedBy === undefined ? '' : `, approved by ${approvedBy}`
    const subject = `${dataset} batch ${record.batch}: ${rows} rows of batch ${of}${by}`
    await once(`quarantine ${action}`, subject, {actor, ...(reason === undefined ? {} : {reason})})
  }
  if (rebuild) await once('rebuild', dataset, record.actor === undefined ? {} : {actor: record.actor})
  const decided = rebuild ? rebuild.batches.filter((one) => one.run === run) : [record]
  for (const {batch, skippedBecause, actor} of decided) {
    if (skippedBecause === undefined) continue
    await once('skip batch', `${dataset} batch ${batch}`, {reason: skippedBecause, ...(actor === undefined ? {} : {actor})})
  }
}

const waitForOthersMs = 60_000

/** Records the captured files of batches that the catalog lacks, each with its line in the audit trail. */
export async function projectBatches(database: Database, workspace: string, batches: readonly Batch[]): Promise<number> {
  const isKnown = await recordedBatches(database)
  // Decisions captured nothing; they stand in the audit trail once they are promoted.
  const deliveries = batches.filter((batch) => !isReview(batch))
  if (deliveries.every((batch) => isKnown.has(batch.number))) return 0
  // Two ingests at once would both find the other's batch missing, and both write it down.
  const lock = {waitMs: waitForOthersMs, what: 'the record of captured files'}
  return database.withLock(`project-batches:${workspace}`, lock, async () => {
    const known = await recordedBatches(database)
    const missing = deliveries.filter((batch) => !known.has(batch.number))
    for (const batch of missing) await database.transaction((tx) => recordBatch(tx, batch))
    return missing.length
  })
}

async function recordBatch(tx: Queryable, batch: Batch): Promise<void> {
  await recordCapturedFiles(tx, batch, batch.files)
  const act = {action: 'ingest', subject: `batch ${batch.number}`, run: batch.run}
  if (await isAudited(tx, act)) return
  await recordAudit(tx, {...act, actor: (await actorOfRun(tx, batch.run)) ?? 'unknown', at: batch.createdAt})
}

/**
 * Makes what the catalog says of bronze and silver again from the lake. RUN_LOCKED while a dataset is being promoted. Runs,
 * results of validations, gold versions and the audit trail are kept.
 */
export async function rebuildCatalog(workspace: Workspace): Promise<CatalogRebuild> {
  const [database, store] = await Promise.all([workspace.database({anyLake: true}), workspace.store()])
  const {name} = workspace.config
  await takeOverLake(workspace, database)
  const batches = await readBatches(store)
  await forgetCapturedFiles(database)
  await projectBatches(database, name, batches)
  const versions: Record<string, number> = {}
  for (const contract of silverContracts(await workspace.contracts())) {
    const {dataset} = contract
    await recordContract(database, contract, 'silver')
    await database.withLock(promotionLock(name, dataset), {waitMs: 0, what: `dataset ${dataset}`}, async () => {
      await forgetSnapshots(database, dataset)
      versions[dataset] = await projectCommits(database, await readSnapshot(store, layout.table('silver', dataset)), dataset)
    })
  }
  return {batches: batches.length, versions}
}

/** Name of the lock that whoever promotes a dataset holds. */
export const promotionLock = (workspace: string, dataset: string): string => `promote:${workspace}:${dataset}`
