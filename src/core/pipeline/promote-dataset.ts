// One dataset's pending batches, oldest first. A gated batch stops the dataset there: later deliveries may correct it, and
// order decides what a merge means. What is pending is read from the lake alone.

import {recordChecks} from '../catalog/writer.ts'
import {evolveFields} from '../delta/schema.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {widenFields} from '../delta/widen-fields.ts'
import {type ErrorJson, HippoError, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {readBatches} from '../lake/bronze.ts'
import {layout} from '../lake/layout.ts'
import {awaitsRebuild} from '../lake/repaired-table.ts'
import {silverFields} from '../lake/silver-fields.ts'
import {propertyChanges} from '../lake/table-properties.ts'
import {type Batch, isReview, type ReviewBatch} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import type {DatasetPromotion} from '../model/run.ts'
import {noRows} from './combine-batches.ts'
import {combinePromotions} from './combine-promotions.ts'
import {assertVersionFits} from './contract-life/assert-version-fits.ts'
import {contractOfTable} from './contract-life/recorded-contract.ts'
import {concerns} from './feeds.ts'
import {batchesBefore, batchesUntil} from './interval.ts'
import {quarantineAhead, silverReached} from './pins.ts'
import type {Workspace} from './ports.ts'
import {projectCommits} from './project-commits.ts'
import {type BatchPromotion, promoteBatch} from './promote-batch.ts'
import type {PromoteSilverRequest} from './promote-silver.ts'
import {promiseOf} from './read-bests.ts'
import {type Rebuilt, rebuildDataset} from './rebuild-dataset.ts'
import type {RunScope} from './record-run.ts'
import {finishRebuild} from './replace-tables.ts'
import {retryConflicts} from './retry-conflicts.ts'
import {dueReviews} from './review/due-reviews.ts'
import {makeReview} from './review/make-review.ts'
import {promoteReview} from './review/promote-review.ts'
import {settleProperties} from './settle-properties.ts'
import {skipBatch, skippedBatch} from './skip-batch.ts'
import {type PendingParent, waitingFor} from './waiting-for.ts'
import {widenTable} from './widen-table.ts'

export interface DatasetContext {
  readonly workspace: Workspace
  readonly run: RunScope
  readonly contract: Contract
  /** Of all silver datasets; rules may refer to any of them. */
  readonly contracts: readonly Contract[]
  readonly batches: readonly Batch[]
  readonly request: PromoteSilverRequest
  /** Newest batch that each dataset was seen to have promoted; grows while the run goes on. */
  readonly reached: Map<string, number>
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
  if (!context.request.full) await refuseRepaired(context, silver)
  await assertVersionFits(contract, async () => silver && (await contractOfTable(silver)))
  if (silver && !context.request.dryRun) await finishRebuild(context, silver)
  await projectCommits(run.database, silver, contract.dataset)
  const waiting = pendingBatches(context, silverReached(context, silver))
  const pending = batchesUntil(waiting, context.request)
  const later = waiting.slice(pending.length).map(({number}) => number)
  refuseUnknownBatch(context, pending)
  const tasks = await tasksOf(context, silver, pending)
  const {done, failure, ...now} = await promoteAll(context, silver, {tasks, isLast: later.length === 0})
  silver = now.silver
  const digest = done.findLast((one) => one.state === 'committed')?.digest
  const earlier = batchesBefore(
    pending.filter((batch) => done.some((one) => one.batch === batch.number)),
    context.request,
  )
  const promotion: DatasetPromotion = {
    ...combinePromotions(contract.dataset, silver, done, failure),
    ...(now.isSettled && !failure && done.length === 0 ? {state: 'committed' as const} : {}),
    ...(earlier.length > 0 ? {earlierBatches: earlier} : {}),
    ...(later.length > 0 ? {laterBatches: later} : {}),
    ...(context.request.dryRun && done.some((one) => one.state === 'judged' && !one.isSame) ? {wouldCommit: true} : {}),
  }
  if (digest === undefined || !silver) return {promotion}
  return {promotion, output: {uri: `${store.uri}/${table}`, version: silver.version, digest}}
}

interface Promoted {
  readonly silver: Snapshot | undefined
  readonly done: readonly Rebuilt[]
  /** Its properties were made to follow the contract, in a version of their own. */
  readonly isSettled: boolean
  readonly failure?: ErrorJson
}

/** Up to the first that is gated or fails; after the last, the decisions that are due by themselves. */
async function promoteAll(
  context: DatasetContext,
  before: Snapshot | undefined,
  {tasks, isLast}: {readonly tasks: readonly Task[]; readonly isLast: boolean},
): Promise<Promoted> {
  const {run, contract} = context
  const done: Rebuilt[] = []
  let silver = before
  let isSettled = false
  const promoteEach = async (each: readonly Task[]): Promise<boolean> => {
    for (const task of each) {
      const promoted = await task(silver)
      done.push(promoted)
      // Of a gated batch, too: its table may have been widened for it.
      silver = promoted.silver
      await projectCommits(run.database, silver, contract.dataset)
      if (promoted.state === 'gated') {
        await recordGated(context, promoted)
        return false
      }
    }
    return true
  }
  try {
    if (silver && tasks.length === 0) {
      const {version} = silver
      silver = await settleProperties(context, silver)
      isSettled = silver.version > version
      await projectCommits(run.database, silver, contract.dataset)
    }
    if ((await promoteEach(tasks)) && isLast) await promoteEach(await dueTasks(context, silver))
    return {silver, done, isSettled}
  } catch (thrown) {
    return {silver, done, isSettled, failure: asFailure(thrown, run)}
  }
}

/**
 * The decisions that are due by themselves, and what an ingest committed meanwhile: a number that is passed over would never be
 * promoted.
 */
async function dueTasks(context: DatasetContext, silver: Snapshot | undefined): Promise<readonly Task[]> {
  const drafts = context.request.dryRun ? [] : await dueReviews(context, silver)
  if (drafts.length === 0) return []
  for (const draft of drafts) await makeReview(context, draft)
  const following = {...context, batches: await readBatches(await context.workspace.store())}
  const pending = batchesUntil(pendingBatches(following, silverReached(following, silver)), following.request)
  return pending.map(
    (batch): Task =>
      (now) =>
        promoteNext(following, batch, now),
  )
}

/** What a batch was stopped for: no commit carries it, so the catalog alone has it, under the version that it would have become. */
async function recordGated({run, request}: DatasetContext, {contract, silver, judgedAt, checks}: Rebuilt): Promise<void> {
  if (request.dryRun) return
  const {dataset} = contract
  const place = {layer: 'silver' as const, dataset, version: (silver?.version ?? -1) + 1, run: run.id, at: judgedAt}
  await recordChecks(run.database, {...place, ...promiseOf(contract), isGated: true}, checks)
}

type Task = (silver: Snapshot | undefined) => Promise<Rebuilt>

/**
 * What is to be done, in order. A rebuild comes before what is pending, but after a batch that a run died over: that one is
 * finished under its own pins, and then judged again like the others.
 */
async function tasksOf(context: DatasetContext, silver: Snapshot | undefined, pending: readonly Batch[]): Promise<readonly Task[]> {
  const tasks = pending.map(
    (batch): Task =>
      (now) =>
        promoteNext(context, batch, now),
  )
  if (!context.request.full) return tasks
  const [first] = pending
  const isHalfDone = !context.request.dryRun && first !== undefined && (await quarantineAhead(context, silver, first)) !== undefined
  if (!silver && !isHalfDone) return tasks
  const rebuild: Task = (now) => rebuildDataset(context, now)
  return tasks.toSpliced(isHalfDone ? 1 : 0, 0, rebuild)
}

async function promoteNext(context: DatasetContext, batch: Batch, silver: Snapshot | undefined): Promise<BatchPromotion> {
  const {request, run, contract} = context
  const parent = request.dryRun ? undefined : await waitingFor(context, batch)
  if (parent) return waitingPromotion(context, batch, silver, parent)
  const onRows = (rows: number, total: number) => run.progress('promote silver', contract.dataset, {done: rows, total, unit: 'rows'})
  const isToSkip = request.skipBatch === batch.number
  if (isReview(batch)) return isToSkip ? leaveOutReview(context, batch, silver) : promoteDecision(context, batch, silver)
  // What a person wants left out is judged first: refused files go alone when the rest is sound, and a batch that passes is
  // not left out at all.
  const promoted = await retryConflicts(async (attempt) => {
    const newest = attempt === 1 ? silver : await readSnapshot(await context.workspace.store(), layout.table('silver', contract.dataset))
    return promoteBatch(context, batch, await asAsked(context, batch, newest), {onRows, leaveOutRefused: isToSkip})
  })
  if (!isToSkip) return promoted
  const skipped = skippedBatch(context, batch, promoted)
  return {...(promoted.state === 'gated' ? await skipBatch(context, batch, silver) : promoted), skipped}
}

async function promoteDecision(context: DatasetContext, batch: ReviewBatch, silver: Snapshot | undefined): Promise<BatchPromotion> {
  return retryConflicts(async (attempt) => {
    const newest =
      attempt === 1 ? silver : await readSnapshot(await context.workspace.store(), layout.table('silver', context.contract.dataset))
    return promoteReview(context, batch, await asAsked(context, batch, newest))
  })
}

async function leaveOutReview(context: DatasetContext, batch: ReviewBatch, silver: Snapshot | undefined): Promise<BatchPromotion> {
  const {reason} = context.request
  const skipped = {batch: batch.number, outcome: 'leftOut', files: 0, ...(reason === undefined ? {} : {reason})} as const
  return {...(await skipBatch(context, batch, silver)), skipped}
}

/** A batch that a run died over is finished under its own contract: the table follows today's only for the next. */
async function asAsked(context: DatasetContext, batch: Batch, silver: Snapshot | undefined): Promise<Snapshot | undefined> {
  if (silver === undefined) return silver
  const {contract} = context
  const fields = silverFields(contract)
  const wide = widenFields(silver.fields, fields)
  if (wide === undefined && propertyChanges(contract, silver, silver.fields) === undefined) return silver
  if ((await quarantineAhead(context, silver, batch)) !== undefined) return silver
  // A contract that the table cannot follow changes nothing of it.
  evolveFields(wide ?? silver.fields, fields)
  return settleProperties(context, await widenTable(context, silver))
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

/** Rows that a repair could not save would be missing below everything promoted on top. */
export async function refuseRepaired({contract: {dataset}, workspace}: DatasetContext, silver: Snapshot | undefined): Promise<void> {
  const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', dataset))
  for (const table of [silver, quarantine]) {
    if (table === undefined || !(await awaitsRebuild(table))) continue
    throw new HippoError('TABLE_CORRUPT', {
      message: `table ${table.table} was set back by a repair, in version ${table.version}, and lacks rows that bronze still has`,
      hint: `make them again: hippo promote silver ${dataset} --full`,
    })
  }
}

function refuseUnknownBatch(context: DatasetContext, pending: readonly Batch[]): void {
  const {request, contract} = context
  const {skipBatch: number} = request
  const known = request.full ? pendingBatches(context, 0) : pending
  if (number === undefined || known.some((batch) => batch.number === number)) return
  throw new HippoError('CONFIG_USAGE', {
    message: `batch ${number} of ${contract.dataset} does not wait`,
    hint: pending.length > 0 ? `waiting: ${pending.map((batch) => batch.number).join(', ')}` : 'nothing of it waits',
  })
}

/** Deliveries and decisions of the dataset after a number, in order. */
export function pendingBatches({batches, contract}: DatasetContext, promoted: number): readonly Batch[] {
  return batches.filter((batch) => batch.number > promoted && concerns(batch, contract))
}
