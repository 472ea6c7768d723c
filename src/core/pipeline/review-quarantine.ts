// The verbs of people about rejected rows: which rows, what is decided, who and why. Rows are chosen from quarantine as it is; the
// decision becomes a batch for each delivery they came in, and is promoted at once, in order with everything else.
import {createHash} from 'node:crypto'
import {recordContract} from '../catalog/writer.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {and, column, compare, type Expr, literal, or} from '../expr/expr.ts'
import {readBatches} from '../lake/bronze.ts'
import {readDecisions} from '../lake/decisions.ts'
import {layout} from '../lake/layout.ts'
import {hasReason, isInState} from '../lake/row-state.ts'
import type {ReviewAction} from '../model/capture.ts'
import type {CheckId, DatasetName, Instant} from '../model/names.ts'
import type {ReviewResult} from '../model/run.ts'
import {type ApprovalRequest, approved} from './approval.ts'
import {combineCounts, combineReasons, noRows} from './combine-batches.ts'
import {countReasons, type RejectedRow, rejectedRows} from './open-rows.ts'
import {silverReached} from './pins.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {promotionLock} from './project-commits.ts'
import {type DatasetContext, pendingBatches, promoteDataset, refuseRepaired} from './promote-dataset.ts'
import {recordRun} from './record-run.ts'
import {makeReview, type ReviewDraft} from './review/make-review.ts'
import {previewReview} from './review/promote-review.ts'
import {refuseUnwaivable} from './review/refuse-unwaivable.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

export interface ReviewRequest extends RunOptions {
  readonly dataset: DatasetName
  readonly action: Exclude<ReviewAction, 'reopen' | 'fix'>
  /** Only rows that broke one of these; of a waiver, what is waived. None: all rows. */
  readonly checks: readonly CheckId[]
  /** Only rows of this delivery. */
  readonly batch?: number
  /** Why; a waiver and a discard need it. */
  readonly reason?: string
  /** Of a waiver: when it ends. */
  readonly until?: Instant
  /** Of an approval: the rows that it was asked for, as a digest of their places. */
  readonly expectedRows?: string
}

/** Takes the decision, or says what it would do when the request is a dry run. CONFIG_USAGE while deliveries wait to be promoted. */
export async function reviewQuarantine(workspace: Workspace, request: ReviewRequest): Promise<ReviewResult> {
  const {action, reason, checks} = request
  if (action === 'waive' && checks.length === 0)
    throw new HippoError('CONFIG_VALUE_MISSING', {message: 'what is waived was not said', hint: 'name each check with --check CHECK'})
  if (request.until !== undefined && request.until <= workspace.clock.now().toISOString())
    throw new HippoError('CONFIG_USAGE', {message: 'the waiver would be over already', hint: 'give --until a time to come'})
  if (action !== 'replay' && !reason)
    throw new HippoError('CONFIG_VALUE_MISSING', {message: `to ${action} rows needs a reason`, hint: 'say why with --reason TEXT'})
  return decide(workspace, request, async (context, quarantine) => {
    if (action === 'waive') refuseUnwaivable(context.contract, checks)
    const rows = quarantine ? await chosenRows(context, quarantine, request) : []
    return {
      drafts: [...Map.groupBy(rows, ({batch}) => batch)]
        .sort(([a], [b]) => a - b)
        .map(([of, own]) => ({action, of, rows: own, actor: workspace.actor, ...saidOf(request)})),
      ...(action === 'waive' ? {approval: waiverOf(request, rows)} : {}),
    }
  })
}

/** Waives what somebody else asked for. CONFIG_USAGE when there is no such request, or its rows are others by now. */
export async function approveWaiver(workspace: Workspace, number: number, options: RunOptions): Promise<ReviewResult> {
  const decision = (await readDecisions(await workspace.store())).find((one) => one.number === number)
  const usage = (message: string) => new HippoError('CONFIG_USAGE', {message, hint: 'see what was asked for with hippo audit log'})
  if (decision?.verb !== 'waive') throw usage(`there is no request for a waiver with the number ${number}`)
  if (decision.isDone) throw usage(`decision ${number} was approved and happened`)
  const {rows, ...asked} = decision.request as AskedWaiver
  return reviewQuarantine(workspace, {...asked, ...options, action: 'waive', expectedRows: rows})
}

/** As it stands in the decision. */
interface AskedWaiver extends Pick<ReviewRequest, 'dataset' | 'checks' | 'batch' | 'reason' | 'until'> {
  /** SHA-256 of the places. */
  readonly rows: string
}

function waiverOf({dataset, checks, batch, reason, until, expectedRows}: ReviewRequest, rows: readonly RejectedRow[]): ApprovalRequest {
  const places = rows.map((row) => `${row.batch} ${row.file} ${row.row}`).toSorted()
  const digest = createHash('sha256').update(places.join('\n')).digest('hex')
  if (expectedRows !== undefined && expectedRows !== digest) {
    throw new HippoError('CONFIG_USAGE', {
      message: `the rows of ${dataset} that wait are not those that the waiver was asked for any more`,
      hint: 'ask for it again with hippo quarantine waive',
    })
  }
  const optional = {
    ...(batch === undefined ? {} : {batch}),
    ...(reason === undefined ? {} : {reason}),
    ...(until === undefined ? {} : {until}),
  }
  const request: AskedWaiver = {dataset, checks, ...optional, rows: digest}
  const subject = `${rows.length} rows of ${dataset} for ${checks.join(', ')} until ${until ?? 'for good'}`
  return {verb: 'waive', subject, content: JSON.stringify(request), request, ...(reason === undefined ? {} : {reason})}
}

function saidOf({action, reason, until, checks}: ReviewRequest): Pick<ReviewDraft, 'reason' | 'until' | 'checks'> {
  return {
    ...(reason === undefined ? {} : {reason}),
    ...(until === undefined ? {} : {until}),
    ...(action === 'waive' ? {checks} : {}),
  }
}

/** Rows that wait: all, or those that broke one of the checks, of all deliveries or one. */
export async function chosenRows(
  {workspace, run}: Pick<DatasetContext, 'workspace' | 'run'>,
  quarantine: Snapshot,
  {checks, batch}: Pick<ReviewRequest, 'checks' | 'batch'>,
): Promise<readonly RejectedRow[]> {
  const conditions: Expr[] = [isInState('open')]
  if (checks.length > 0) conditions.push(or(...checks.map(hasReason)))
  if (batch !== undefined) conditions.push(compare(column('_batch'), '=', literal(BigInt(batch), 'int64')))
  return rejectedRows(await workspace.engine(), quarantine, and(...conditions), run.signal)
}

interface DecisionRequest extends RunOptions {
  readonly dataset: DatasetName
  readonly action: Exclude<ReviewAction, 'reopen'>
}

/** What is decided: a draft for each delivery, and whom it needs. */
export interface DraftedDecision {
  readonly drafts: readonly ReviewDraft[]
  readonly approval?: ApprovalRequest
}

type Drafts = (context: DatasetContext, quarantine: Snapshot | undefined) => Promise<DraftedDecision>

/** What every such verb does: under the dataset's lock, with everything before it promoted. */
export async function decide(workspace: Workspace, request: DecisionRequest, draftsOf: Drafts): Promise<ReviewResult> {
  const {dataset, action} = request
  const contracts = silverContracts(await workspace.contracts())
  const [contract] = selectDatasets(contracts, [dataset])
  if (!contract) throw new HippoError('CONFIG_DATASET_UNKNOWN', {message: `There is no dataset ${dataset}.`})
  return recordRun(workspace, `quarantine ${action}`, request, async (run) => {
    await recordContract(run.database, contract, 'silver')
    const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: `dataset ${dataset}`}
    const promotion = {datasets: [dataset], ...(request.dryRun ? {dryRun: true} : {})}
    const body = await run.database.withLock(promotionLock(workspace.config.name, dataset), lock, async (lost) => {
      const batches = await readBatches(await workspace.store())
      const context: DatasetContext = {workspace, run, contract, contracts, batches, request: promotion, reached: new Map(), lost}
      return run.step(`quarantine ${action}`, dataset, () => take(context, action, draftsOf), stepOf)
    })
    const {state, output} = body
    return {state: state === 'committed' ? 'succeeded' : state, outputs: output ? [output] : [], body: body.result}
  })
}

interface Taken {
  readonly state: 'committed' | 'noop' | 'gated' | 'failed'
  readonly output?: {readonly uri: string; readonly version: number; readonly digest: string}
  readonly result: Omit<ReviewResult, 'run'>
}

const stepOf = ({state, result: {rows}}: Taken) => ({
  state: state === 'committed' ? ('ok' as const) : state,
  detail: `${rows.read} rows, ${rows.quarantined} still open`,
})

async function take(context: DatasetContext, action: DecisionRequest['action'], draftsOf: Drafts): Promise<Taken> {
  const {workspace, contract, request} = context
  const store = await workspace.store()
  const silver = await readSnapshot(store, layout.table('silver', contract.dataset))
  await refuseRepaired(context, silver)
  refuseWaiting(context, silver)
  const quarantine = await readSnapshot(store, layout.table('quarantine', contract.dataset))
  const {drafts, approval: needed} = await draftsOf(context, quarantine)
  const before = countReasons(drafts.flatMap(({rows}) => rows)).reasons
  const said = {dataset: contract.dataset, action, before}
  if (drafts.length === 0) return {state: 'noop', result: {...said, state: 'noop', batches: [], rows: noRows, after: {}}}
  // A correction that cannot be made must not become a decision: it would stand in the way of everything after it.
  const preview = request.dryRun || action === 'fix' ? await previewAll(context, drafts, silver) : undefined
  if (request.dryRun && preview) return {state: 'noop', result: {...said, state: 'noop', batches: [], ...preview, wouldCommit: true}}
  const approval = needed && (await approved(workspace, context.run, needed))
  const by = approval?.approvedBy === undefined ? {} : {actor: approval.actor, approvedBy: approval.approvedBy}
  const made = []
  for (const draft of drafts) made.push(await makeReview(context, {...draft, ...by}))
  await approval?.end()
  const {promotion, output} = await promoteDataset({...context, batches: await readBatches(store)})
  const {state, error, rows, reasons: after} = promotion
  const batches = made.map(({number}) => number)
  return {state, ...(output ? {output} : {}), result: {...said, state, batches, rows, after, ...(error ? {error} : {})}}
}

async function previewAll(context: DatasetContext, drafts: readonly ReviewDraft[], silver: Snapshot | undefined) {
  const found = []
  for (const draft of drafts) found.push(await previewReview(context, draft, silver))
  return {
    rows: found.map((one) => one.rows).reduce(combineCounts, noRows),
    after: found.map((one) => one.reasons).reduce(combineReasons, {}),
  }
}

/** A decision comes after every delivery that was captured before it: it cannot be taken before these are in. */
function refuseWaiting(context: DatasetContext, silver: Snapshot | undefined): void {
  const waiting = pendingBatches(context, silverReached(context, silver))
  if (waiting.length === 0) return
  const {dataset} = context.contract
  throw new HippoError('SOURCE_WAITING', {
    message: `batch ${waiting.map(({number}) => number).join(', ')} of ${dataset} waits to be promoted; a decision about its rows comes after it`,
    hint: `run hippo promote silver ${dataset}`,
  })
}
