// Conforms captured batches to their contracts: dataset after dataset in the order of their references, batch after batch in
// the order of their capture. Of several datasets all that can commit do: one that fails or is gated stops only those that
// refer to it.
import {recordContract} from '../catalog/writer.ts'
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {readSnapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {readBatches} from '../lake/bronze.ts'
import {layout} from '../lake/layout.ts'
import {nothingNew} from '../model/nothing-new.ts'
import type {DatasetPromotion, PromotionResult, RunState} from '../model/run.ts'
import {noRows} from './combine-batches.ts'
import {type CaptureInterval, refuseEmptyInterval} from './interval.ts'
import {orderByReference} from './order-datasets.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {promotionLock} from './project-commits.ts'
import {asFailure, type DatasetContext, promoteDataset} from './promote-dataset.ts'
import {recordRun} from './record-run.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

/** Of an interval only what was received before its end is promoted; what waits from before it comes first. */
export interface PromoteSilverRequest extends RunOptions, CaptureInterval {
  /** None means all datasets. */
  readonly datasets: readonly string[]
  /** Leaves out one gated batch of the named datasets for good; audited with `reason`. */
  readonly skipBatch?: number
  readonly reason?: string
  /** Rebuilds silver and quarantine of the datasets from bronze, under today's contracts. */
  readonly full?: boolean
}

/**
 * Promotes everything new; with `full` what is there already is judged again first. A dataset's own failure is in its entry; only
 * what stops the whole run is thrown. A dry run judges what is pending, each batch against silver as it is now, and commits nothing.
 */
export async function promoteSilver(workspace: Workspace, request: PromoteSilverRequest): Promise<PromotionResult> {
  refuseEmptyInterval(request)
  const contracts = silverContracts(await workspace.contracts())
  if (request.skipBatch !== undefined && request.datasets.length === 0) {
    throw new HippoError('CONFIG_USAGE', {
      message: 'name the dataset whose batch is to be left out',
      hint: 'hippo promote silver DATASET --skip-batch N --reason TEXT',
    })
  }
  const selected = orderByReference(selectDatasets(contracts, request.datasets), referencedDatasets)
  return recordRun(workspace, 'promote silver', request, async (run) => {
    const batches = await readBatches(await workspace.store())
    const promotions: DatasetPromotion[] = []
    const reached = new Map<string, number>()
    const outputs: {uri: string; version: number; digest: string}[] = []
    for (const contract of selected) {
      await recordContract(run.database, contract, 'silver')
      const work = {workspace, run, contract, contracts, batches, request, reached}
      const promoted = await run.step('promote silver', contract.dataset, () => guarded(work), summarise)
      promotions.push(promoted.promotion)
      if (promoted.output) outputs.push(promoted.output)
    }
    return {state: stateOf(promotions), outputs, body: {datasets: promotions}}
  })
}

type Promoted = Awaited<ReturnType<typeof promoteDataset>>

async function guarded(work: Omit<DatasetContext, 'lost'>): Promise<Promoted> {
  const {workspace, run, contract, request} = work
  const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: `dataset ${contract.dataset}`}
  try {
    return await run.database.withLock(promotionLock(workspace.config.name, contract.dataset), lock, (lost) =>
      promoteDataset({...work, lost}),
    )
  } catch (thrown) {
    const error = asFailure(thrown, run)
    const {dataset} = contract
    // The failure may be that the table cannot be read.
    const silver = await readSnapshot(await workspace.store(), layout.table('silver', dataset)).catch(() => undefined)
    const version = silver?.version ?? -1
    return {promotion: {dataset, version, state: 'failed', error, rows: noRows, reasons: {}, drift: [], checks: []}}
  }
}

function stateOf(promotions: readonly DatasetPromotion[]): Exclude<RunState, 'running'> {
  if (promotions.some((one) => one.state === 'failed')) return 'failed'
  if (promotions.some((one) => one.state === 'gated')) return 'gated'
  return promotions.every((one) => one.state === 'noop') ? 'noop' : 'succeeded'
}

function summarise({promotion}: Promoted): {state: 'ok' | 'noop' | 'gated' | 'failed'; detail: string} {
  const {rows, state, laterBatches, wouldCommit} = promotion
  if (state === 'failed') return {state, detail: promotion.error?.code ?? ''}
  const detail = `${rows.read} rows, ${rows.quarantined} quarantined`
  if (state === 'noop' && wouldCommit) return {state, detail: `would commit ${detail}`}
  if (state === 'noop') return {state, detail: laterBatches ? `waiting for a later interval: ${laterBatches.length}` : nothingNew}
  return {state: state === 'gated' ? 'gated' : 'ok', detail}
}
