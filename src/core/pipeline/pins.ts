// What a batch is judged under: contract, instant, and the versions of the datasets its rules refer to. Fixed before anything
// is read; a batch whose quarantine was committed by a run that died is finished under the pins of that run.
import {readContract} from '../contract/read-contract.ts'
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {planColumn} from '../contract/scalar-type.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import type {ScalarType} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import {type PinRecord, readPromotionRecord} from '../lake/promotion-record.ts'
import {originColumns} from '../lake/reserved-columns.ts'
import {columnTypesOf, planColumnsOf, scanTable} from '../lake/scan-table.ts'
import type {Batch} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import type {SnapshotRef} from '../model/lineage.ts'
import type {DatasetContext} from './promote-dataset.ts'

export interface Relation {
  readonly plan: Plan
  readonly columns: Readonly<Record<string, ScalarType>>
}

export interface Pins {
  readonly contract: Contract
  readonly judgedAt: string
  /** Versions of referenced datasets; a dataset without a table has none. */
  readonly references: Readonly<Record<string, number>>
  /** Number of rows the interrupted run quarantined, when this batch finishes one. */
  readonly quarantinedBefore?: number
  relation(dataset: string): Relation | undefined
}

/** The pins of an interrupted promotion of this batch, or new ones. */
export async function openPins(context: DatasetContext, batch: Batch, silver: Snapshot | undefined): Promise<Pins> {
  const store = await context.workspace.store()
  const table = layout.table('quarantine', context.contract.dataset)
  const quarantine = await readSnapshot(store, table)
  const reached = quarantine?.txns.get(promotionAppId(context.workspace.config.name, table))?.version
  const isHalfDone = quarantine !== undefined && reached === batch.number && silverReached(context, silver) < batch.number
  const before = isHalfDone ? await readPromotionRecord(store, table, quarantine.version) : undefined
  return before ? pinsOfRecord(context, before) : newPins(context)
}

export function silverReached({workspace, contract}: DatasetContext, silver: Snapshot | undefined): number {
  return silver?.txns.get(promotionAppId(workspace.config.name, layout.table('silver', contract.dataset)))?.version ?? 0
}

async function newPins(context: DatasetContext): Promise<Pins> {
  const snapshots = await readReferences(context, context.contract, () => undefined)
  return {contract: context.contract, judgedAt: context.run.startedAt.toISOString(), ...pinned(context, snapshots)}
}

async function pinsOfRecord(context: DatasetContext, record: PinRecord): Promise<Pins> {
  const store = await context.workspace.store()
  const isToday = record.contractDigest === context.contract.digest
  const text = isToday ? '' : Buffer.from(await store.get(layout.contract(record.contractDigest))).toString('utf8')
  const contract = isToday ? context.contract : readContract(context.contract.path, text)
  const snapshots = await readReferences(context, contract, (dataset) => record.references[dataset])
  return {contract, judgedAt: record.judgedAt, quarantinedBefore: record.quarantined, ...pinned(context, snapshots)}
}

type References = ReadonlyMap<string, Snapshot | undefined>

async function readReferences(
  context: DatasetContext,
  contract: Contract,
  versionOf: (dataset: string) => number | undefined,
): Promise<References> {
  const store = await context.workspace.store()
  const known = new Set(context.contracts.map((one) => one.dataset))
  const snapshots = new Map<string, Snapshot | undefined>()
  for (const dataset of referencedDatasets(contract)) {
    if (!known.has(dataset)) continue
    const version = versionOf(dataset)
    snapshots.set(dataset, await readSnapshot(store, layout.table('silver', dataset), version === undefined ? {} : {version}))
  }
  return snapshots
}

function pinned(context: DatasetContext, snapshots: References): Pick<Pins, 'references' | 'relation'> {
  const references: Record<string, number> = {}
  for (const [dataset, snapshot] of snapshots) if (snapshot) references[dataset] = snapshot.version
  return {
    references,
    relation(dataset) {
      if (!snapshots.has(dataset)) return undefined
      const snapshot = snapshots.get(dataset)
      if (!snapshot) return emptyRelation(context.contracts, dataset)
      const columns = planColumnsOf(snapshot)
      return {plan: scanTable(snapshot, columns), columns: columnTypesOf(columns)}
    },
  }
}

/** A dataset without a table yet has the columns of its contract and no rows. */
function emptyRelation(contracts: readonly Contract[], dataset: string): Relation | undefined {
  const contract = contracts.find((one) => one.dataset === dataset)
  if (!contract) return undefined
  const columns = [...contract.columns.map(planColumn), ...originColumns]
  return {plan: {kind: 'values', columns, rows: []}, columns: columnTypesOf(columns)}
}
