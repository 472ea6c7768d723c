// The deliveries of a dataset as bronze keeps them, each made ready to be judged by a contract that may be a draft. Reads only.
import {type CompiledContract, compileContract} from '../../contract/compile-contract.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Plan} from '../../expr/plan.ts'
import {readBatches} from '../../lake/bronze.ts'
import {type Batch, isReview} from '../../model/capture.ts'
import type {Contract} from '../../model/contract.ts'
import type {Relation} from '../../rules/define-rule.ts'
import {concerns} from '../feeds.ts'
import {isSound, malformedCounts} from '../judge-structure.ts'
import {headersOf, typedRows} from '../plan-promotion.ts'
import type {Workspace} from '../ports.ts'
import {prepareBatch, type ReadyFile} from '../prepare-batch.ts'

export interface StoredDelivery {
  readonly batch: Batch
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
  const deliveries: StoredDelivery[] = []
  let refusedFiles = 0
  for (const batch of batches.slice(last === undefined ? 0 : -last)) {
    const {ready, refused} = await prepareBatch(workspace, batch, contract, {staging, signal, refuseIncomplete: false})
    refusedFiles += refused.length
    if (ready.length === 0) continue
    const header = headersOf(ready)
    // As of its own day: what is not in the future now may have been then.
    const compiled = compileContract(contract, {now: batch.createdAt, relation, sourceColumns: header})
    const typed = typedRows({contract, compiled, batch: batch.number, run: 'try', judgedAt: batch.createdAt, ready}, header)
    const rows: Plan = malformedCounts(ready).size === 0 ? typed : {kind: 'filter', input: typed, where: isSound}
    deliveries.push({batch, compiled, ready, rows})
  }
  return {deliveries, refusedFiles}
}
