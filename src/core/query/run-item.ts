// A run's row as lists show it: without the verb's result, with rate and time left worked out, and with the word of a process
// that died while it ran.
import os from 'node:os'
import type {RunStep} from '../catalog/catalog.ts'
import {withoutNulls} from '../catalog/record-row.ts'
import type {Queryable} from '../postgres/database.ts'
import {isAlive} from '../postgres/server-process.ts'
import {raw, sql} from '../postgres/sql.ts'
import type {LiveProgress, RunItem} from './reader.ts'

export const runColumns = raw(`id, verb, pipeline, state, actor, started_at as "startedAt", finished_at as "finishedAt", parent, error,
  progress, host, pid, idempotency_key as "idempotencyKey", coalesce(result #> '{run,outputs}', '[]') as outputs`)

/** Too short a time tells nothing about a rate. */
const shortestMs = 500

/** Completes rows of `runColumns`; `steps` are those that run now. */
export function toRunItem(row: RunItem, steps: readonly RunStep[]): RunItem {
  const run = withoutNulls<RunItem>(row)
  const {progress, ...rest} = run
  const step = steps.find((one) => one.run === run.id)
  const durationMs = run.finishedAt === undefined ? undefined : Date.parse(run.finishedAt) - Date.parse(run.startedAt)
  const isDead = run.state === 'running' && run.host === os.hostname() && run.pid !== process.pid && !isAlive(run.pid)
  return {
    ...rest,
    ...(durationMs === undefined ? {} : {durationMs}),
    ...(progress === undefined || run.state !== 'running' ? {} : {progress: liveProgress(progress, step)}),
    ...(isDead ? {isDead} : {}),
  }
}

/** Rate and time left, from the time the step began; a rate that the run reported itself is kept. */
export function liveProgress(progress: LiveProgress, step: Pick<RunStep, 'step' | 'subject' | 'startedAt'> | undefined): LiveProgress {
  const isOfStep = step !== undefined && step.step === progress.step && step.subject === progress.subject
  const elapsedMs = isOfStep ? Date.parse(progress.at) - Date.parse(step.startedAt) : 0
  const perMs = elapsedMs >= shortestMs ? progress.done / elapsedMs : 0
  const rate = progress.rowsPerSecond ?? (progress.unit === 'rows' && perMs > 0 ? perMs * 1000 : undefined)
  const left = progress.total === undefined ? undefined : Math.max(0, progress.total - progress.done)
  const remainingMs = left === undefined || perMs === 0 ? undefined : left / perMs
  return {
    ...progress,
    ...(rate === undefined ? {} : {rowsPerSecond: Math.round(rate)}),
    ...(remainingMs === undefined ? {} : {remainingMs: Math.round(remainingMs)}),
  }
}

/** Steps that run now, of all runs or of these. */
export async function readRunningSteps(db: Queryable): Promise<readonly RunStep[]> {
  const {rows} = await db.query<RunStep>(sql`
    select s.run, s.position, s.step, s.subject, s.state, s.detail, s.started_at as "startedAt", s.finished_at as "finishedAt"
    from hippo.run_steps s join hippo.runs r on r.id = s.run
    where r.state = 'running' and s.state = 'running' order by s.started_at, s.position`)
  return rows.map(withoutNulls<RunStep>)
}
