// What cron calls: the steps of a pipeline in order, single-flight, each a run of its own under one parent. A step that
// commits only in part (gated data) does not stop the next; a step that fails does.
import {recordAudit} from '../catalog/writer.ts'
import type {PipelineSettings} from '../config/config.ts'
import {type ErrorJson, HippoError, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import type {GoldResult, IngestResult, PipelineResult, PipelineStep, PromotionResult, RunState, RunSummary} from '../model/run.ts'
import {ingest} from './ingest.ts'
import {type CaptureInterval, refuseEmptyInterval} from './interval.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {promoteGold} from './promote-gold.ts'
import {promoteSilver} from './promote-silver.ts'
import {publish} from './publish.ts'
import {recordRun} from './record-run.ts'

/** The interval is for the promotion to silver. */
export interface PipelineRequest extends RunOptions, CaptureInterval {
  /** The only configured pipeline, or all steps in order, when absent. */
  readonly pipeline?: string
}

type StepName = PipelineSettings['steps'][number]

type StepOptions = RunOptions & CaptureInterval

const allSteps: readonly StepName[] = ['ingest', 'promote silver', 'promote gold', 'publish']

const verbs: Readonly<Record<StepName, (workspace: Workspace, options: StepOptions) => Promise<{readonly run: RunSummary}>>> = {
  ingest: (workspace, options) => ingest(workspace, {...options, sources: []}),
  'promote silver': (workspace, options) => promoteSilver(workspace, {...options, datasets: []}),
  'promote gold': (workspace, options) => promoteGold(workspace, {...options, models: []}),
  publish: (workspace, options) => publish(workspace, {...options, models: []}),
}

/** Runs one pipeline. RUN_LOCKED when another process runs it and does not finish within `waitLockSeconds`. */
export async function runPipeline(workspace: Workspace, request: PipelineRequest): Promise<PipelineResult> {
  refuseEmptyInterval(request)
  const {name, steps} = choosePipeline(workspace, request.pipeline)
  // The key is of the whole run: a step of one that failed runs again.
  const {idempotencyKey: _, ...ofSteps} = request
  const database = await workspace.database()
  const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: `pipeline ${name}`}
  return database.withLock(`pipeline:${workspace.config.name}:${name}`, lock, () =>
    recordRun(workspace, 'run', {...request, pipeline: name}, async (run) => {
      await recordAudit(database, {actor: workspace.actor, action: 'run', subject: name, run: run.id, at: run.startedAt.toISOString()})
      const done: PipelineStep[] = []
      for (const step of steps) {
        const outcome = await runStep(workspace, step, {...ofSteps, parent: run.id, signal: run.signal})
        done.push(outcome)
        if (stopsPipeline(outcome)) break
      }
      const outputs = done.flatMap((step) => step.result?.run.outputs ?? [])
      const error = done.find((step) => step.error !== undefined)?.error
      return {state: worstState(done), outputs, body: {pipeline: name, steps: done, ...(error ? {error} : {})}}
    }),
  )
}

/**
 * A step that failed as a whole, or in a way that a later try mends: going on would build and publish from half of what the
 * next run has. A dataset that only a person can mend does not stop the others.
 */
const stopsPipeline = (step: PipelineStep): boolean =>
  step.state === 'failed' && (step.result === undefined || step.error?.retryable === true)

/** A step that throws has no result; what it threw is its error. An interruption ends the whole pipeline. */
async function runStep(workspace: Workspace, step: StepName, options: StepOptions): Promise<PipelineStep> {
  try {
    const result = await verbs[step](workspace, options)
    const error = result.run.state === 'failed' ? worstError(result) : undefined
    return {step, state: result.run.state, result, ...(error ? {error} : {})}
  } catch (thrown) {
    const failure = toHippoError(thrown)
    if (options.signal?.aborted || failure.code === 'RUN_INTERRUPTED') throw thrown
    return {step, state: 'failed', error: toErrorJson(failure)}
  }
}

type StepResult = NonNullable<PipelineStep['result']>

const worstFirst = [1, 4, 75, 2, 3]

type AnyResult = StepResult & Partial<Pick<PromotionResult, 'datasets'> & Pick<GoldResult, 'models'> & Pick<IngestResult, 'error'>>

/** The step's own error, or that of the dataset or model that decides its exit code. */
function worstError(result: AnyResult): ErrorJson | undefined {
  if (result.error) return result.error
  const errors = [...(result.datasets ?? []), ...(result.models ?? [])].flatMap(({state, error}) =>
    state === 'failed' && error ? [error] : [],
  )
  return errors.toSorted((a, b) => worstFirst.indexOf(a.exitCode) - worstFirst.indexOf(b.exitCode))[0]
}

function worstState(steps: readonly PipelineStep[]): Exclude<RunState, 'running'> {
  const states = steps.map((step) => step.state)
  if (states.includes('failed')) return 'failed'
  if (states.includes('gated')) return 'gated'
  return states.every((state) => state === 'noop') ? 'noop' : 'succeeded'
}

function choosePipeline(workspace: Workspace, wanted: string | undefined): {name: string; steps: readonly StepName[]} {
  const {pipelines} = workspace.config
  const names = Object.keys(pipelines)
  const name = wanted ?? (names.length === 1 ? names[0] : undefined)
  const found = name === undefined ? undefined : pipelines[name]
  if (name !== undefined && found) return {name, steps: found.steps}
  if (wanted === undefined && names.length === 0) return {name: 'all', steps: allSteps}
  const guess = wanted === undefined ? undefined : nearest(wanted, names)
  const what =
    wanted === undefined ? 'Several pipelines are configured.' : `There is no pipeline ${wanted}.${guess ? ` Did you mean ${guess}?` : ''}`
  throw new HippoError('CONFIG_PIPELINE_UNKNOWN', {message: what, hint: `name one of: ${names.join(', ') || '(none configured)'}`})
}
