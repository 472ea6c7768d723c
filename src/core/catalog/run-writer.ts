// Statements about runs, one exported function each. All may be repeated after a crash: what is recorded stays as it is.
import type {ErrorJson} from '../errors/hippo-error.ts'
import type {RunId} from '../model/names.ts'
import type {RunState} from '../model/run.ts'
import type {Queryable} from '../postgres/database.ts'
import {json, sql} from '../postgres/sql.ts'
import type {RunProgress, RunRecord, RunStep} from './catalog.ts'
import {withNotice} from './notice.ts'

export type StartedRun = Pick<
  RunRecord,
  'id' | 'verb' | 'pipeline' | 'actor' | 'startedAt' | 'parent' | 'host' | 'pid' | 'idempotencyKey' | 'requestDigest'
>

/** Opens a run; false when it is already there. */
export async function startRun(db: Queryable, run: StartedRun): Promise<boolean> {
  const {rowCount} = await db.query(
    withNotice(
      'runStarted',
      sql`insert into hippo.runs (id, verb, pipeline, state, actor, host, pid, parent, started_at, idempotency_key, request_digest)
        values (${run.id}, ${run.verb}, ${run.pipeline}, 'running', ${run.actor}, ${run.host}, ${run.pid}, ${run.parent}, ${run.startedAt}, ${run.idempotencyKey}, ${run.requestDigest})
        on conflict (id) do nothing returning id`,
    ),
  )
  return rowCount === 1
}

/** Records how far a run is; a run that is closed keeps what it had. */
export async function updateRunProgress(db: Queryable, run: RunId, progress: RunProgress): Promise<void> {
  await db.query(
    withNotice(
      'runProgressed',
      sql`update hippo.runs set progress = ${json(progress)} where id = ${run} and state = 'running' returning id`,
    ),
  )
}

/** Opens a step of a run, or opens it again. */
export async function startStep(db: Queryable, step: Omit<RunStep, 'state' | 'finishedAt' | 'detail'>): Promise<void> {
  await db.query(
    withNotice(
      'runProgressed',
      sql`insert into hippo.run_steps (run, position, step, subject, state, started_at)
        values (${step.run}, ${step.position}, ${step.step}, ${step.subject}, 'running', ${step.startedAt})
        on conflict (run, position) do update set step = excluded.step, subject = excluded.subject, state = 'running',
          started_at = excluded.started_at, finished_at = null, detail = null
        returning run as id`,
    ),
  )
}

/** Closes a step once; false when it is closed or unknown. */
export async function finishStep(
  db: Queryable,
  step: Pick<RunStep, 'run' | 'position' | 'detail'> & {readonly state: Exclude<RunStep['state'], 'running'>; readonly finishedAt: string},
): Promise<boolean> {
  const {rowCount} = await db.query(
    withNotice(
      'runProgressed',
      sql`update hippo.run_steps set state = ${step.state}, detail = ${step.detail}, finished_at = ${step.finishedAt}
        where run = ${step.run} and position = ${step.position} and finished_at is null returning run as id`,
    ),
  )
  return rowCount === 1
}

/** Closes a run exactly once, with its steps; a second call changes nothing and returns false. `at` defaults to the server's clock. */
export async function finishRun(
  db: Queryable,
  run: RunId,
  state: Exclude<RunState, 'running'>,
  outcome: {readonly result?: unknown; readonly error?: ErrorJson; readonly at?: string} = {},
): Promise<boolean> {
  const {rowCount} = await db.query(
    withNotice(
      'runFinished',
      sql`update hippo.runs set state = ${state}, result = ${json(outcome.result)}, error = ${json(outcome.error)},
          finished_at = coalesce(${outcome.at}::timestamptz, now())
        where id = ${run} and finished_at is null returning id`,
    ),
  )
  if (rowCount === 1 && (state === 'failed' || state === 'interrupted' || state === 'cancelled')) await closeSteps(db, [run], state)
  return rowCount === 1
}

/**
 * Closes runs that processes of this host left open when they were killed: `interrupted`. Returns their ids. `isAlive`
 * is asked for each pid; it should also say no for a pid that was reused since the run began.
 */
export async function closeDeadRuns(
  db: Queryable,
  host: string,
  isAlive: (pid: number, startedAt: string) => boolean,
): Promise<readonly RunId[]> {
  const {rows} = await db.query<{id: RunId; pid: number; startedAt: string}>(
    sql`select id, pid, started_at as "startedAt" from hippo.runs where host = ${host} and state = 'running'`,
  )
  const dead = rows.filter((run) => !isAlive(run.pid, run.startedAt)).map((run) => run.id)
  if (dead.length === 0) return []
  const closed = await db.query<{id: RunId}>(
    sql`update hippo.runs set state = 'interrupted', finished_at = now() where id = any(${dead}::uuid[]) and state = 'running' returning id`,
  )
  const ids = closed.rows.map((run) => run.id)
  await closeSteps(db, ids, 'the process ended')
  await db.query(withNotice('runFinished', sql`select id from unnest(${ids}::uuid[]) as closed(id)`))
  return ids
}

async function closeSteps(db: Queryable, runs: readonly RunId[], detail: string): Promise<void> {
  await db.query(
    sql`update hippo.run_steps set state = 'failed', detail = coalesce(detail, ${detail}), finished_at = now()
      where run = any(${runs}::uuid[]) and finished_at is null`,
  )
}
