// The deliveries of a dataset as bronze keeps them, each made ready to be judged by a contract that may be a draft. Reads only.
import path from 'node:path'
import {type CompiledContract, compileContract} from '../../contract/compile-contract.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {column, compare, literal} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {readBatches} from '../../lake/bronze.ts'
import {layout} from '../../lake/layout.ts'
import {columnTypesOf, planColumnsOf, scanTable} from '../../lake/scan-table.ts'
import {type Batch, isReview} from '../../model/capture.ts'
import type {Contract} from '../../model/contract.ts'
import type {Relation} from '../../rules/define-rule.ts'
import {dayOf} from '../../source/files/group-deliveries.ts'
import {concerns, feeds} from '../feeds.ts'
import {isSound, malformedCounts} from '../judge-structure.ts'
import {headersOf, typedRows} from '../plan-promotion.ts'
import type {Workspace} from '../ports.ts'
import {prepareBatch, type ReadyFile} from '../prepare-batch.ts'

export interface StoredDelivery {
  readonly batch: Batch
  /** The day that its files tell in their names or folders, else that of its capture; ISO 8601. */
  readonly day: string
  readonly compiled: CompiledContract
  readonly ready: readonly ReadyFile[]
  /** Sound rows, typed. */
  readonly rows: Plan
}

export interface StoredDeliveries {
  /** Oldest first. */
  readonly deliveries: readonly StoredDelivery[]
  /** Files that the contract cannot read at all. */
  readonly refusedFiles: number
}

export interface DeliveryOptions {
  readonly contract: Contract
  relation(dataset: string): Relation | undefined
  /** Only so many, the newest. */
  readonly last?: number
  readonly signal: AbortSignal
}

/** CONFIG_USAGE when nothing was captured for the dataset yet. */
export async function storedDeliveries(
  workspace: Workspace,
  {contract, relation, last, signal}: DeliveryOptions,
): Promise<StoredDeliveries> {
  const batches = (await readBatches(await workspace.store())).filter((batch) => !isReview(batch) && concerns(batch, contract))
  if (batches.length === 0) {
    throw new HippoError('CONFIG_USAGE', {
      message: `nothing of ${contract.dataset} was captured yet: there is no history to try a rule on`,
      hint: 'try it on a file: hippo validate --file FILE --contract FILE',
    })
  }
  const staging = await workspace.stagingDirectory()
  const silver = contract.writeMode === 'append' ? await silverOf(workspace, contract) : undefined
  const deliveries: StoredDelivery[] = []
  let refusedFiles = 0
  for (const batch of batches.slice(last === undefined ? 0 : -last)) {
    const {ready, refused} = await prepareBatch(workspace, batch, contract, {staging, signal, refuseIncomplete: false})
    refusedFiles += refused.length
    if (ready.length === 0) continue
    const header = headersOf(ready)
    // As of its own day: what is not in the future now may have been then.
    const existing = silver && acceptedBefore(silver, batch)
    const compiled = compileContract(contract, {now: batch.createdAt, relation, sourceColumns: header, ...(existing && {existing})})
    const typed = typedRows({contract, compiled, batch: batch.number, run: 'try', judgedAt: batch.createdAt, ready}, header)
    const rows: Plan = malformedCounts(ready).size === 0 ? typed : {kind: 'filter', input: typed, where: isSound}
    deliveries.push({batch, day: dayOfBatch(batch, contract), compiled, ready, rows})
  }
  return {deliveries, refusedFiles}
}

/** Silver, where it has every column of the contract: a draft may have more. */
async function silverOf(workspace: Workspace, {dataset, columns}: Contract): Promise<Snapshot | undefined> {
  const silver = await readSnapshot(await workspace.store(), layout.table('silver', dataset))
  const known = new Set(silver === undefined ? [] : planColumnsOf(silver).map(({name}) => name))
  return columns.every(({name}) => known.has(name)) ? silver : undefined
}

/** Unique keys of appended rows are judged against what earlier deliveries brought in. */
function acceptedBefore(silver: Snapshot, {number}: Batch): Relation {
  const columns = planColumnsOf(silver)
  const where = compare(column('_batch'), '<', literal(BigInt(number), 'int64'))
  return {plan: {kind: 'filter', input: scanTable(silver, {columns}), where}, columns: columnTypesOf(columns)}
}

function dayOfBatch(batch: Batch, contract: Contract): string {
  const days = batch.files
    .filter((file) => feeds(file, contract))
    .flatMap((file) => dayOf(path.posix.basename(file.path)) ?? dayOf(path.posix.dirname(file.path)) ?? [])
  return days.toSorted().at(-1) ?? batch.createdAt
}
