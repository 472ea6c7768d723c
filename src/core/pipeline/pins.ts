// What a batch is judged under: contract, instant, and the versions of the datasets its rules refer to. Fixed before anything
// is read; a batch whose quarantine was committed by a run that died is finished under the pins of that run.
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {planColumn} from '../contract/scalar-type.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import {type PinRecord, readPromotionRecord} from '../lake/promotion-record.ts'
import {originColumns} from '../lake/reserved-columns.ts'
import {columnTypesOf, planColumnsOf, scanTable} from '../lake/scan-table.ts'
import type {Batch} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import type {SettledRows} from '../model/run.ts'
import type {Queryable} from '../postgres/database.ts'
import type {Relation} from '../rules/define-rule.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {assertNoneLost} from './lost-versions.ts'
import type {DatasetContext} from './promote-dataset.ts'

export interface Pins extends Relations {
  readonly contract: Contract
  readonly judgedAt: string
  /** Number of rows the interrupted run quarantined, when this batch finishes one. */
  readonly quarantinedBefore?: number
  /** Rows of earlier batches that it settled. */
  readonly settledBefore?: SettledRows
}

/** The pins of an interrupted promotion of this batch, or new ones. */
export async function openPins(context: DatasetContext, batch: Batch, silver: Snapshot | undefined): Promise<Pins> {
  const quarantine = await quarantineAhead(context, silver, batch)
  const before = quarantine ? await recordOfBatch(quarantine, batch.number) : undefined
  return before ? pinsOfRecord(context, before) : newPins(context)
}

/** Quarantine, when it holds the batch and silver does not yet: a run died between its two commits. */
export async function quarantineAhead(
  context: DatasetContext,
  silver: Snapshot | undefined,
  {number}: Pick<Batch, 'number'>,
): Promise<Snapshot | undefined> {
  if (silverReached(context, silver) >= number) return undefined
  const table = layout.table('quarantine', context.contract.dataset)
  const quarantine = await readSnapshot(await context.workspace.store(), table)
  return quarantine?.txns.get(promotionAppId(table))?.version === number ? quarantine : undefined
}

/** The record of the batch's promotion: the newest one, but for commits of other kinds that came after it. */
async function recordOfBatch({store, table, version: newest}: Snapshot, batch: number): Promise<PinRecord> {
  for (let version = newest; version >= 0; version--) {
    const record = await readPromotionRecord(store, table, version)
    if (record?.batch === batch) return record
  }
  throw new HippoError('TABLE_CORRUPT', {message: `table ${table} holds batch ${batch} without a record of what it was judged by`})
}

export function silverReached({contract}: DatasetContext, silver: Snapshot | undefined): number {
  return silver?.txns.get(promotionAppId(layout.table('silver', contract.dataset)))?.version ?? 0
}

async function newPins(context: DatasetContext): Promise<Pins> {
  const relations = await openRelations(
    {store: await context.workspace.store(), database: context.run.database},
    context.contracts,
    context.contract,
    () => 'newest',
  )
  return {contract: context.contract, judgedAt: context.run.startedAt.toISOString(), ...relations}
}

async function pinsOfRecord(context: DatasetContext, record: PinRecord): Promise<Pins> {
  const store = await context.workspace.store()
  const isToday = record.contractDigest === context.contract.digest
  const text = isToday ? '' : Buffer.from(await store.get(layout.contract(record.contractDigest))).toString('utf8')
  const written = isToday ? context.contract : await contractOf(context.contract.path, text)
  const contract = await withFilesOf(store, context.contract, written, record)
  // A dataset that had no table then has no rows for this batch, whatever it holds by now.
  const relations = await openRelations(
    {store, database: context.run.database},
    context.contracts,
    contract,
    (dataset) => record.references[dataset] ?? 'none',
  )
  const settled = record.settled ? {settledBefore: record.settled} : {}
  return {contract, judgedAt: record.judgedAt, quarantinedBefore: record.quarantined, ...settled, ...relations}
}

/** The contract with its files as they were when the batch was judged. */
async function withFilesOf(store: ObjectStore, today: Contract, contract: Contract, {files = {}}: PinRecord): Promise<Contract> {
  const entries = Object.entries(files)
  if (entries.length === 0) return contract
  const {readReferenceFile} = await import('../contract/reference-files.ts')
  const read = entries.map(async ([name, sha256]) => {
    const file = today.referenceFiles?.get(name)
    const isSame = typeof file === 'object' && file.sha256 === sha256
    return [name, isSame ? file : readReferenceFile(name, Buffer.from(await store.get(layout.referenceFile(sha256))))] as const
  })
  return {...contract, referenceFiles: new Map(await Promise.all(read))}
}

async function contractOf(path: string, text: string): Promise<Contract> {
  const {readContract} = await import('../contract/read-contract.ts')
  return readContract(path, text)
}

export interface Relations {
  /** Versions of the datasets that have a table. */
  readonly references: Readonly<Record<string, number>>
  relation(dataset: string): Relation | undefined
}

/** The rows that a contract's rules and steps refer to, each dataset at the version asked for. */
export async function openRelations(
  {store, database}: {readonly store: ObjectStore; readonly database?: Queryable | undefined},
  contracts: readonly Contract[],
  contract: Contract,
  versionOf: (dataset: string) => number | 'newest' | 'none',
): Promise<Relations> {
  const snapshots = new Map<string, Snapshot | undefined>()
  for (const dataset of referencedDatasets(contract)) {
    if (!contracts.some((one) => one.dataset === dataset)) continue
    const version = versionOf(dataset)
    const choice = version === 'newest' || version === 'none' ? {} : {version}
    snapshots.set(dataset, version === 'none' ? undefined : await readSnapshot(store, layout.table('silver', dataset), choice))
  }
  // Whoever reads a dataset itself has asked for it already.
  const newest = [...snapshots].filter(([dataset]) => dataset !== contract.dataset && versionOf(dataset) === 'newest')
  const reads = newest.map(([dataset, snapshot]) => ({dataset, version: snapshot?.version ?? -1}))
  if (database) await assertNoneLost(database, store, reads)
  const references: Record<string, number> = {}
  for (const [dataset, snapshot] of snapshots) if (snapshot) references[dataset] = snapshot.version
  return {
    references,
    relation(dataset) {
      if (!snapshots.has(dataset)) return undefined
      const snapshot = snapshots.get(dataset)
      if (!snapshot) return emptyRelation(contracts, dataset)
      const columns = planColumnsOf(snapshot)
      return {plan: scanTable(snapshot, {columns}), columns: columnTypesOf(columns)}
    },
  }
}

/** A dataset without a table yet has the columns of its contract and no rows. */
export function emptyRelation(contracts: readonly Contract[], dataset: string): Relation | undefined {
  const contract = contracts.find((one) => one.dataset === dataset)
  if (!contract) return undefined
  const columns = [...contract.columns.map(planColumn), ...originColumns]
  return {plan: {kind: 'values', columns, rows: []}, columns: columnTypesOf(columns)}
}
