// One dataset's pending batches, oldest first. A gated batch stops the dataset there: later deliveries may correct it, and
// order decides what a merge means. What is pending is read from the lake alone.
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {type ErrorJson, HippoError, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import type {Batch} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import type {DatasetPromotion, RowCounts} from '../model/run.ts'
import {combineChecks, combineCounts, combineReasons, noRows} from './combine-batches.ts'
import {feeds} from './feeds.ts'
import type {Workspace} from './ports.ts'
import {projectCommits} from './project-commits.ts'
import {type BatchPromotion, promoteBatch} from './promote-batch.ts'
import type {PromoteSilverRequest} from './promote-silver.ts'
import type {RunScope} from './record-run.ts'
import {skipBatch} from './skip-batch.ts'
import {type PendingParent, waitingFor} from './waiting-for.ts'

export interface DatasetContext {
  readonly workspace: Workspace
  readonly run: RunScope
  readonly contract: Contract
  /** Of all silver datasets; rules may refer to any of them. */
  readonly contracts: readonly Contract[]
  readonly batches: readonly Batch[]
  readonly request: PromoteSilverRequest
  /** Aborts when the dataset's lock is lost. */
  readonly lost: AbortSignal
}

export interface PromotedDataset {
  readonly promotion: DatasetPromotion
  readonly output?: {readonly uri: string; readonly version: number; readonly digest: string}
}

/** Promotes until nothing is pending or a batch is gated. The caller holds the dataset's lock. */
export async function promoteDataset(context: DatasetContext): Promise<PromotedDataset> {
  const {contract, workspace, run} = context
  const store = await workspace.store()
  const table = layout.table('silver', contract.dataset)
  let silver = await readSnapshot(store, table)
  await projectCommits(run.database, silver, contract.dataset)
  const appId = promotionAppId(workspace.config.name, table)
  const pending = pendingBatches(context, silver?.txns.get(appId)?.version ?? 0)
  refuseUnknownBatch(context, pending)
  const done: BatchPromotion[] = []
  let failure: ErrorJson | undefined
  for (const batch of pending) {
    try {
      const promoted = await promoteNext(context, batch, silver)
      done.push(promoted)
      if (promoted.state === 'gated') break
      silver = promoted.silver
      await projectCommits(run.database, silver, contract.dataset)
    } catch (thrown) {
      failure = asFailure(thrown, run)
      break
    }
  }
  const digest = done.findLast((one) => one.state === 'committed')?.digest
  const promotion = combine(contract.dataset, silver, done, failure)
  if (digest === undefined || !silver) return {promotion}
  return {promotion, output: {uri: `${store.uri}/${table}`, version: silver.version, digest}}
}

async function promoteNext(context: DatasetContext, batch: Batch, silver: Snapshot | undefined): Promise<BatchPromotion> {
  const {request, run, contract} = context
  const parent = request.dryRun ? undefined : await waitingFor(context, batch)
  if (parent) return waitingPromotion(context, batch, silver, parent)
  const onRows = (rows: number, total: number) => run.progress('promote silver', contract.dataset, {done: rows, total, unit: 'rows'})
  const isToSkip = request.skipBatch === batch.number
  // What a person wants left out is judged first: refused files go alone when the rest is sound, and a batch that passes is
  // not left out at all.
  const promoted = await promoteBatch(context, batch, silver, {onRows, leaveOutRefused: isToSkip})
  return isToSkip && promoted.state === 'gated' ? skipBatch(context, batch, silver) : promoted
}

function waitingPromotion(
  {contract, run}: DatasetContext,
  batch: Batch,
  silver: Snapshot | undefined,
  parent: PendingParent,
): BatchPromotion {
  const error = new HippoError('SOURCE_WAITING', {
    message: `it refers to ${parent.dataset}, whose batch ${parent.batch} is not promoted yet`,
    hint: `promote ${parent.dataset} first; batch ${batch.number} waits in bronze and follows by itself`,
  })
  const judgedAt = run.startedAt.toISOString()
  const nothing = {rows: noRows, reasons: {}, drift: [], checks: []}
  return {state: 'gated', batch: batch.number, contract, judgedAt, silver, ...nothing, error: toErrorJson(error)}
}

/** A failure that is the dataset's own, for its entry in the result; what ends the whole run is thrown on. */
export function asFailure(thrown: unknown, run: RunScope): ErrorJson {
  const error = toHippoError(thrown)
  if (run.signal.aborted || error.code === 'RUN_INTERNAL') throw thrown
  return toErrorJson(error)
}

function refuseUnknownBatch({request, contract}: DatasetContext, pending: readonly Batch[]): void {
  const {skipBatch: number} = request
  if (number === undefined || pending.some((batch) => batch.number === number)) return
  throw new HippoError('CONFIG_USAGE', {
    message: `batch ${number} of ${contract.dataset} does not wait`,
    hint: pending.length > 0 ? `waiting: ${pending.map((batch) => batch.number).join(', ')}` : 'nothing of it waits',
  })
}

function pendingBatches({batches, contract}: DatasetContext, promoted: number): readonly Batch[] {
  const concerns = (batch: Batch) => batch.files.some((file) => feeds(file, contract))
  return batches.filter((batch) => batch.number > promoted && concerns(batch))
}

/** Batches that were committed before one failed are counted all the same. */
function combine(
  dataset: string,
  silver: Snapshot | undefined,
  done: readonly BatchPromotion[],
  failure: ErrorJson | undefined,
): DatasetPromotion {
  const rows: RowCounts = done.map((one) => one.rows).reduce(combineCounts, noRows)
  const last = done.at(-1)
  const score = last?.score
  const error = failure ?? last?.error
  return {
    dataset,
    version: silver?.version ?? -1,
    state: failure ? 'failed' : last === undefined || last.state === 'judged' ? 'noop' : last.state,
    ...(error ? {error} : {}),
    rows,
    reasons: done.map((one) => one.reasons).reduce(combineReasons, {}),
    drift: done.flatMap((one) => one.drift),
    checks: combineChecks(done.map((one) => one.checks)),
    ...(score === undefined ? {} : {score}),
  }
}
