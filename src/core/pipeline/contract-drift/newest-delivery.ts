// The newest delivery of a dataset as it is, also where its contract would refuse it: for a column that is gone, that is the point.
import {type CompiledContract, compileContract} from '../../contract/compile-contract.ts'
import {bindSources} from '../../contract/source-columns.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Plan} from '../../expr/plan.ts'
import {localCopy, readBatches} from '../../lake/bronze.ts'
import {type Batch, isReview} from '../../model/capture.ts'
import type {Contract} from '../../model/contract.ts'
import type {Relation} from '../../rules/define-rule.ts'
import {concerns, feeds} from '../feeds.ts'
import {isSound, malformedCounts} from '../judge-structure.ts'
import {headersOf, typedRows} from '../plan-promotion.ts'
import type {Workspace} from '../ports.ts'
import type {ReadyFile} from '../prepare-batch.ts'

export interface NewestDelivery {
  readonly batch: Batch
  readonly ready: readonly ReadyFile[]
  readonly header: readonly string[]
  readonly records: number
  readonly compiled: CompiledContract
  /** Sound rows, typed by the contract; columns that no file has are null. */
  readonly rows: Plan
}

export interface NewestOptions {
  readonly contract: Contract
  relation(dataset: string): Relation | undefined
  readonly signal: AbortSignal
}

/** CONFIG_USAGE when nothing was captured, SOURCE_REFUSED when no file of it can be read at all. */
export async function newestDelivery(workspace: Workspace, {contract, relation, signal}: NewestOptions): Promise<NewestDelivery> {
  const store = await workspace.store()
  const batch = (await readBatches(store)).findLast((one) => !isReview(one) && concerns(one, contract))
  if (batch === undefined) {
    throw new HippoError('CONFIG_USAGE', {
      message: `nothing of ${contract.dataset} was captured yet: there is nothing to have drifted`,
      hint: `bring it in with hippo ingest`,
    })
  }
  const staging = await workspace.stagingDirectory()
  const ready: ReadyFile[] = []
  for (const record of batch.files.filter((file) => feeds(file, contract))) {
    const source = await workspace.source(record.source)
    const localPath = await localCopy(store, record.key, staging, signal)
    const prepared = await source.prepare({localPath, record, stagingDirectory: staging, signal})
    // A first line with no column of the contract may be a row: its fields are nobody's business.
    if (prepared.kind === 'prepared' && Object.keys(bindSources(contract, prepared.header).binding).length > 0)
      ready.push({record, prepared})
  }
  if (ready.length === 0)
    throw new HippoError('SOURCE_REFUSED', {
      message: `no file of batch ${batch.number} of ${contract.dataset} can be read, or none has a column of the contract in its first line`,
      hint: `see why with hippo promote silver ${contract.dataset} --dry-run`,
    })
  const header = headersOf(ready)
  const compiled = compileContract(contract, {now: batch.createdAt, relation, sourceColumns: header})
  const typed = typedRows({contract, compiled, batch: batch.number, run: 'drift', judgedAt: batch.createdAt, ready}, header)
  const rows: Plan = malformedCounts(ready).size === 0 ? typed : {kind: 'filter', input: typed, where: isSound}
  const records = ready.reduce((sum, {prepared}) => sum + prepared.records, 0)
  return {batch, ready, header, records, compiled, rows}
}
