// What cron calls: the steps of a pipeline in order, single-flight, each a run of its own under one parent. A step that
// commits only in part (gated data) does not stop the next; a step that fails does.
import {recordAudit} from '../catalog/writer.ts'
import type {PipelineSettings} from '../config/config.ts'
import {HippoError, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import type {PipelineResult, PipelineStep, RunState, RunSummary} from '../model/run.ts'
import {ingest} from './ingest.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {promoteGold} from './promote-gold.ts'
import {promoteSilver} from './promote-silver.ts'
import {publish} from './publish.ts'
import {recordRun} from './record-run.ts'

export interface PipelineRequest extends RunOptions {
  /** The only configured pipeline, or all steps in order, when absent. */
  readonly pipeline?: string
}

type StepName = PipelineSettings['steps'][number]

const allSteps: readonly StepName[] = ['ingest', 'promote silver', 'promote gold', 'publish']

const verbs: Readonly<Record<StepName, (workspace: Workspace, options: RunOptions) => Promise<{readonly run: RunSummary}>>> = {
  ingest: (workspace, options) => ingest(workspace, {...options, sources: []}),
  'promote silver': (workspace, options) => promoteSilver(workspace, {...options, datasets: []}),
  'promote gold': (workspace, options) => promoteGold(workspace, {...options, models: []}),
  publish: (workspace, options) => publish(workspace, {...options, models: []}),
}

/** Runs one pipeline. RUN_LOCKED when another process runs it and does not finish within `waitLockSeconds`. */
export async function runPipeline(workspace: Workspace, request: PipelineRequest): Promise<PipelineResult> {
  const {name, steps} = choosePipeline(workspace, request.pipeline)
  const database = await workspace.database()
  const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: `pipeline ${name}`}
  return database.withLock(`pipeline:${workspace.config.name}:${name}`, lock, () =>
    recordRun(workspace, 'run', {...request, pipeline: name}, async (run) => {
      await recordAudit(database, {actor: workspace.actor, action: 'run', subject: name, run: run.id, at: run.startedAt.toISOString()})
      const done: RanStep[] = []
      for (const step of steps) {
        const outcome = await runStep(workspace, step, {...request, parent: run.id, signal: run.signal})
        done.push(outcome)
        if (outcome.error) break
      }
      const failed = done.find((step) => step.error)
      if (failed?.failure) throw failed.failure
      const outputs = done.flatMap((step) => step.result?.run.outputs ?? [])
      return {state: worstState(done), outputs, body: {pipeline: name, steps: done.map(({failure: _, ...step}) => step)}}
    }),
  )
}

interface RanStep extends PipelineStep {
  readonly failure?: HippoError
}

async function runStep(workspace: Workspace, step: StepName, options: RunOptions): Promise<RanStep> {
  try {
    const result = await verbs[step](workspace, options)
    return {step, state: result.run.state, result}
  } catch (thrown) {
    const failure = toHippoError(thrown)
    return {step, state: failure.code === 'RUN_INTERRUPTED' ? 'interrupted' : 'failed', error: toErrorJson(failure), failure}
  }
}

function worstState(steps: readonly PipelineStep[]): Exclude<RunState, 'running'> {
  const states = steps.map((step) => step.state)
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
