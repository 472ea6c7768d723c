// One batch into one dataset: write, audit, publish. Files are written first and referenced by nothing; checks judge them;
// only then quarantine commits, and silver's commit makes both count. A gated batch leaves unreferenced files and nothing else.
//
// A crash between the two commits is finished by the next run under the pins that quarantine's commit carries: the same
// contract, the same instant, the same versions of the referenced datasets, hence the same rows.
import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'
import {compileContract} from '../contract/compile-contract.ts'
import {setAsideChecks} from '../contract/set-aside-checks.ts'
import {evolveFields} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {WrittenFile} from '../engine/engine.ts'
import {type ErrorJson, HippoError, toErrorJson} from '../errors/hippo-error.ts'
import type {Plan} from '../expr/plan.ts'
import {assertIntact} from '../lake/bronze.ts'
import {columnTypesOf, planColumnsOf, scanTable} from '../lake/scan-table.ts'
import {silverFields} from '../lake/silver-fields.ts'
import type {Batch} from '../model/capture.ts'
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {Drift, FileNote, RowCounts, SettledRows, SkippedBatch} from '../model/run.ts'
import type {Relation} from '../rules/define-rule.ts'
import {auditBatch, type BatchAudit} from './audit-batch.ts'
import {commitBatchTables} from './commit-batch-tables.ts'
import {currentRows} from './current-rows.ts'
import {driftOf} from './drift-of.ts'
import {feeds} from './feeds.ts'
import {findBrokenChecks} from './find-broken-checks.ts'
import {gatedError} from './gated-error.ts'
import {isAboutOnePlan} from './measure-checks.ts'
import {openPins, type Pins} from './pins.ts'
import {headersOf, type PromotionInput, type PromotionPlan, planPromotion} from './plan-promotion.ts'
import {type PreparedBatch, prepareBatch, type UnreadableFile} from './prepare-batch.ts'
import type {DatasetContext} from './promote-dataset.ts'

export interface BatchPromotion {
  /** judged: a dry run found nothing that would gate it. */
  readonly state: 'committed' | 'gated' | 'judged'
  readonly batch: number
  readonly contract: Contract
  readonly judgedAt: string
  /** After the commit; as before when gated. */
  readonly silver: Snapshot | undefined
  readonly rows: RowCounts
  readonly reasons: Readonly<Record<string, number>>
  readonly drift: readonly Drift[]
  readonly notes?: readonly FileNote[]
  readonly checks: readonly CheckResult[]
  readonly score?: number
  readonly error?: ErrorJson
  readonly digest?: string
  readonly settled?: SettledRows
  /** What became of it, of a batch that a person wanted left out. */
  readonly skipped?: SkippedBatch
}

/** Everything the steps of one batch share. */
export interface BatchWork {
  readonly context: DatasetContext
  readonly batch: Batch
  readonly pins: Pins
  readonly prepared: PreparedBatch
  readonly plan: PromotionPlan
  readonly input: PromotionInput
  readonly silver: Snapshot | undefined
  /** Files that a person decided to leave out. */
  readonly leftOut: readonly UnreadableFile[]
  readonly staging: string
  /** The batch was promoted before: a rebuild judges it again. */
  readonly isKnown: boolean
}

/** What the engine wrote and counted; the files are referenced by nothing yet. */
export interface BatchFiles {
  readonly accepted: readonly WrittenFile[]
  readonly quarantined: readonly WrittenFile[]
  readonly read: number
  readonly byJudgement: Readonly<Record<string, number>>
}

export interface BatchOptions {
  /** Hears how many of the batch's rows are done. */
  readonly onRows: (rows: number, total: number) => void
  /** A person decided that files which cannot be read stay out; they gate the batch otherwise. */
  readonly leaveOutRefused: boolean
  /** Of a rebuild: records that a later decision is about. */
  readonly held?: Plan
  /** It was promoted before. */
  readonly isKnown?: boolean
}

/** Promotes one batch, or says why it is gated. */
export async function promoteBatch(
  context: DatasetContext,
  batch: Batch,
  silver: Snapshot | undefined,
  {onRows, leaveOutRefused, held, isKnown = false}: BatchOptions,
): Promise<BatchPromotion> {
  const staging = await context.workspace.stagingDirectory()
  try {
    const assertBytes = () => assertBatchIntact(context, batch)
    // Altered or missing bytes explain whatever else went wrong with them.
    const opened = await openWork(context, batch, silver, {staging, leaveOutRefused, isKnown, ...(held ? {held} : {})}).catch(
      (error: unknown) => assertBytes().then(() => Promise.reject(error)),
    )
    // Hashed while the engine works: before that, this process has its own hands full with the same bytes.
    const intact = assertBytes()
    intact.catch(() => undefined)
    const {work, files} = await writeSound(opened, onRows).finally(() => intact)
    const audit = await auditBatch(work, files)
    if (audit.gatedBy.length > 0) return await gatedPromotion(work, audit)
    if (context.request.dryRun) return {...outcome(work, audit), state: 'judged', silver}
    const committed = await commitBatchTables(work, files, audit)
    return {...outcome(work, audit), state: 'committed', ...committed}
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

async function assertBatchIntact({workspace, contract, run}: DatasetContext, batch: Batch): Promise<void> {
  const store = await workspace.store()
  for (const record of batch.files) if (feeds(record, contract)) await assertIntact(store, record, run.signal)
}

async function openWork(
  context: DatasetContext,
  batch: Batch,
  silver: Snapshot | undefined,
  {
    staging,
    leaveOutRefused,
    isKnown = false,
    held,
  }: Pick<BatchOptions, 'leaveOutRefused' | 'held' | 'isKnown'> & {readonly staging: string},
): Promise<BatchWork> {
  const {workspace, run} = context
  const engine = await workspace.engine()
  engine.start()
  const pins = await openPins(context, batch, silver)
  if (silver) evolveFields(silver.fields, silverFields(pins.contract))
  const found = await prepareBatch(workspace, batch, pins.contract, {staging, signal: run.signal, refuseIncomplete: leaveOutRefused})
  const isLeftOut = leaveOutRefused && found.ready.length > 0
  const prepared = isLeftOut ? {...found, refused: []} : found
  const compiled = compileContract(pins.contract, {
    now: pins.judgedAt,
    relation: (dataset) => pins.relation(dataset),
    sourceColumns: headersOf(prepared.ready),
    ...(silver && pins.contract.writeMode === 'append' ? {existing: existingRows(silver)} : {}),
  })
  const own: PromotionInput = {
    contract: pins.contract,
    compiled,
    batch: batch.number,
    run: run.id,
    judgedAt: pins.judgedAt,
    ready: prepared.ready,
    ...(held ? {held} : {}),
  }
  const isCompared = silver !== undefined && pins.contract.writeMode === 'merge'
  const input = isCompared ? {...own, current: await currentRows({engine, silver, input: own, signal: run.signal})} : own
  return {
    context,
    batch,
    pins,
    prepared,
    plan: planPromotion(input),
    input,
    silver,
    leftOut: isLeftOut ? found.refused : [],
    staging,
    isKnown,
  }
}

/** Unique keys of appended rows are judged against what silver holds, too. */
function existingRows(silver: Snapshot): Relation {
  const columns = planColumnsOf(silver)
  return {plan: scanTable(silver, {columns}), columns: columnTypesOf(columns)}
}

async function writeBatch(work: BatchWork, onRows: (rows: number, total: number) => void): Promise<BatchFiles> {
  const total = work.prepared.ready.reduce((sum, {prepared}) => sum + prepared.records, 0)
  return writeJudged(work, (fraction) => onRows(Math.round(fraction * total), total))
}

/**
 * Writes the batch; checks that the engine fails at are left out, and end `errored`: the gate stops the batch unless all of them only
 * warn. A batch that is half committed was written without the same checks: it commits only if it gives as many rows again.
 */
async function writeSound(
  work: BatchWork,
  onRows: (rows: number, total: number) => void,
): Promise<{readonly work: BatchWork; readonly files: BatchFiles}> {
  try {
    return {work, files: await writeBatch(work, onRows)}
  } catch (thrown) {
    if (!isAboutOnePlan(thrown)) throw thrown
    const {context, input} = work
    const broken = await findBrokenChecks(await context.workspace.engine(), work, context.run.signal)
    if (Object.keys(broken).length === 0) throw thrown
    const sound = {...input, compiled: setAsideChecks(input.compiled, broken)}
    const without = {...work, input: sound, plan: planPromotion(sound)}
    return {work: without, files: await writeBatch(without, onRows)}
  }
}

/** Writes both verdicts of a plan; the share of its rows that are through is told. */
export async function writeJudged(
  {context, plan, staging}: Pick<BatchWork, 'context' | 'plan' | 'staging'>,
  onFraction: (fraction: number) => void = () => undefined,
): Promise<BatchFiles> {
  const engine = await context.workspace.engine()
  const directory = async (name: string) => {
    const folder = path.join(staging, name)
    await mkdir(folder, {recursive: true, mode: 0o700})
    return folder
  }
  const options = {
    signal: context.run.signal,
    stagingDirectory: await directory('engine'),
    onProgress: ({fraction}: {readonly fraction?: number}) => onFraction(fraction ?? 0),
  }
  const outputs = [
    {...plan.accepted, directory: await directory('accepted')},
    {...plan.quarantined, directory: await directory('quarantined')},
  ]
  const {outputs: written, tally} = await engine.write(outputs, options)
  if (!tally) throw new HippoError('ENGINE_FAILED', {message: 'the engine gave no tally of the judged rows'})
  const filesOf = (name: string) => written.find((output) => output.name === name)?.files ?? []
  return {
    accepted: filesOf('accepted'),
    quarantined: filesOf('quarantined'),
    read: tally.read,
    byJudgement: tally.byJudgement,
  }
}

async function gatedPromotion(work: BatchWork, audit: BatchAudit): Promise<BatchPromotion> {
  const error = toErrorJson(await gatedError(work, audit))
  return {...outcome(work, audit), state: 'gated', silver: work.silver, error}
}

function outcome(work: BatchWork, audit: BatchAudit): Omit<BatchPromotion, 'state' | 'silver'> {
  const {batch, pins, prepared, leftOut, context} = work
  const {reason} = context.request
  const files = leftOut.length
  return {
    batch: batch.number,
    contract: pins.contract,
    judgedAt: pins.judgedAt,
    rows: audit.rows,
    reasons: audit.reasons,
    drift: driftOf(pins.contract, prepared.ready),
    notes: prepared.ready.flatMap(({record, prepared: {notes}}) => notes.map((text) => ({batch: batch.number, file: record.path, text}))),
    checks: audit.checks,
    ...(audit.score === undefined ? {} : {score: audit.score}),
    ...(files === 0 ? {} : {skipped: {batch: batch.number, outcome: 'filesLeftOut', files, ...(reason === undefined ? {} : {reason})}}),
  }
}
