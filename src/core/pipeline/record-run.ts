// Wraps every verb: a run is opened in the catalog before anything happens and closed exactly once after it, with its
// result or its error. A run whose process died stays `running` until the next one on this host closes it as interrupted.
import os from 'node:os'
import {closeDeadRuns, finishRun, finishStep, startRun, startStep, updateRunProgress} from '../catalog/writer.ts'
import type {ErrorCode} from '../errors/codes.ts'
import {type ErrorJson, HippoError, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import type {RunId} from '../model/names.ts'
import type {RunEvent, RunState, RunSummary, Verb} from '../model/run.ts'
import type {Database} from '../postgres/database.ts'
import {answerByKey, type KeyedRequest, keyOf} from './answer-by-key.ts'
import {bindLake} from './own-lake.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {isProcessAlive} from './process-alive.ts'
import {watchFolders} from './workspace-folders.ts'

const progressEveryMs = 250

/** Whatever such a run commits, the catalog must know of which lake. */
const writesLake: ReadonlySet<Verb> = new Set<Verb>([
  'ingest',
  'promote silver',
  'promote gold',
  'table optimize',
  'table restore',
  'table vacuum',
  'repair',
  'forget',
  'retain',
  'hold place',
  'hold release',
])

export interface Progress {
  readonly done: number
  readonly total?: number
  readonly unit: 'rows' | 'bytes' | 'files' | 'checks'
}

type StepState = Extract<RunEvent, {kind: 'stepFinished'}>['state']

/** What a verb may do with its run. */
export interface RunScope {
  readonly id: RunId
  readonly startedAt: Date
  readonly signal: AbortSignal
  readonly database: Database
  /** Runs one step; its end state and a short detail (names and counts only) come from `describe`. */
  step<T>(
    name: string,
    subject: string | undefined,
    work: () => Promise<T>,
    describe?: (result: T) => {state: StepState; detail?: string},
  ): Promise<T>
  progress(step: string, subject: string | undefined, progress: Progress): void
}

export interface RunOutcome<B> {
  readonly state: Exclude<RunState, 'running'>
  readonly outputs: RunSummary['outputs']
  readonly body: B
  /** Of a run that did a part of its work and failed for the rest. */
  readonly error?: ErrorJson
}

/** Runs `work` as one recorded run; the result is its body with `run` added. What it throws is recorded and thrown on. */
export async function recordRun<B extends object>(
  workspace: Workspace,
  verb: Verb,
  options: RunOptions & {readonly pipeline?: string},
  work: (run: RunScope) => Promise<RunOutcome<B>>,
): Promise<B & {run: RunSummary}> {
  const database = await workspace.database()
  if (writesLake.has(verb) && !options.dryRun) await bindLake(workspace, database)
  const keyed = keyOf(options)
  if (!keyed) return recordOnce(workspace, verb, options, work)
  const {waitLockSeconds} = options
  return answerByKey(database, keyed, {
    verb,
    workspace: workspace.config.name,
    ...(waitLockSeconds === undefined ? {} : {waitLockSeconds}),
    run: () => recordOnce(workspace, verb, options, work, keyed),
  })
}

async function recordOnce<B extends object>(
  workspace: Workspace,
  verb: Verb,
  options: RunOptions & {readonly pipeline?: string},
  work: (run: RunScope) => Promise<RunOutcome<B>>,
  keyed?: KeyedRequest,
): Promise<B & {run: RunSummary}> {
  const database = await workspace.database()
  const id = workspace.newRunId()
  const startedAt = workspace.clock.now()
  const host = os.hostname()
  await closeDeadRuns(database, host, isRunAlive)
  await startRun(database, {
    id,
    verb,
    actor: workspace.actor,
    startedAt: startedAt.toISOString(),
    host,
    pid: process.pid,
    ...(options.pipeline ? {pipeline: options.pipeline} : {}),
    ...(options.parent ? {parent: options.parent} : {}),
    ...(keyed ? {idempotencyKey: keyed.key, requestDigest: keyed.digest} : {}),
  })
  options.onEvent?.({kind: 'runStarted', run: id, verb})
  const folders = watchFolders(workspace)
  const summary = (state: RunState, outputs: RunSummary['outputs']): RunSummary => {
    const finishedAt = workspace.clock.now()
    return {
      id,
      verb,
      ...(options.pipeline ? {pipeline: options.pipeline} : {}),
      outputs,
      state,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      durationMs: finishedAt.getTime() - startedAt.getTime(),
    }
  }
  try {
    const outcome = await work(new RecordedRun(id, startedAt, workspace, database, options))
    folders.assertThere()
    const result = {...outcome.body, run: summary(outcome.state, outcome.outputs)}
    await finishRun(database, id, outcome.state, {
      result,
      ...(outcome.error ? {error: outcome.error} : {}),
      ...(result.run.finishedAt ? {at: result.run.finishedAt} : {}),
    })
    options.onEvent?.({kind: 'runFinished', run: id, state: outcome.state})
    return result
  } catch (thrown) {
    const error = options.signal?.aborted ? interrupted(thrown) : toHippoError(await folders.explain(thrown))
    const state = endStates[error.code] ?? 'failed'
    // The database may be what failed; the run is then closed by the next one.
    await finishRun(database, id, state, {error: toErrorJson(error), at: workspace.clock.now().toISOString()}).catch(() => false)
    options.onEvent?.({kind: 'runFinished', run: id, state})
    throw error
  } finally {
    folders.close()
  }
}

/** What a run is that did not fail and yet did not do its work. */
const endStates: Readonly<Partial<Record<ErrorCode, Exclude<RunState, 'running'>>>> = {
  RUN_INTERRUPTED: 'interrupted',
  RUN_APPROVAL_NEEDED: 'gated',
}

/** A run of our own pid that began before this process did was another process's; its pid was used again. */
function isRunAlive(pid: number, runStartedAt: string): boolean {
  const processStartedAtMs = Date.now() - process.uptime() * 1000
  return pid === process.pid ? Date.parse(runStartedAt) >= processStartedAtMs - 1000 : isProcessAlive(pid)
}

const interrupted = (cause: unknown) =>
  new HippoError('RUN_INTERRUPTED', {message: 'interrupted; what was committed stays, the next run finishes the rest', cause})

class RecordedRun implements RunScope {
  readonly id: RunId
  readonly startedAt: Date
  readonly database: Database
  readonly signal: AbortSignal
  readonly #options: RunOptions
  readonly #now: () => string
  #position = 0
  #lastProgressMs = 0

  constructor(id: RunId, startedAt: Date, workspace: Workspace, database: Database, options: RunOptions) {
    this.#now = () => workspace.clock.now().toISOString()
    this.id = id
    this.startedAt = startedAt
    this.database = database
    this.signal = options.signal ?? new AbortController().signal
    this.#options = options
  }

  async step<T>(
    name: string,
    subject: string | undefined,
    work: () => Promise<T>,
    describe?: (result: T) => {state: StepState; detail?: string},
  ): Promise<T> {
    this.signal.throwIfAborted()
    const position = this.#position++
    const place = {run: this.id, step: name, ...(subject === undefined ? {} : {subject})}
    await startStep(this.database, {...place, position, startedAt: this.#now()})
    this.#options.onEvent?.({kind: 'stepStarted', ...place})
    const finish = async (end: {state: StepState; detail?: string}) => {
      await finishStep(this.database, {run: this.id, position, finishedAt: this.#now(), ...end})
      this.#options.onEvent?.({kind: 'stepFinished', ...place, ...end})
    }
    try {
      const result = await work()
      await finish(describe?.(result) ?? {state: 'ok'})
      return result
    } catch (error) {
      await finish({state: 'failed', detail: toHippoError(error).code}).catch(() => undefined)
      throw error
    }
  }

  progress(step: string, subject: string | undefined, progress: Progress): void {
    const place = {step, ...(subject === undefined ? {} : {subject})}
    this.#options.onEvent?.({kind: 'progress', run: this.id, ...place, ...progress})
    const now = Date.now()
    if (now - this.#lastProgressMs < progressEveryMs) return
    this.#lastProgressMs = now
    // Progress is for people who watch; a lost update is replaced by the next.
    updateRunProgress(this.database, this.id, {...place, ...progress, at: new Date(now).toISOString()}).catch(() => undefined)
  }
}
