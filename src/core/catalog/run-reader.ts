// Questions about runs and the audit trail.
import {HippoError} from '../errors/hippo-error.ts'
import type {RunId} from '../model/names.ts'
import type {RunState, Verb} from '../model/run.ts'
import type {Queryable} from '../postgres/database.ts'
import {type Fragment, join, raw, sql} from '../postgres/sql.ts'
import type {AuditRecord, RunRecord, RunStep} from './catalog.ts'
import {withoutNulls} from './record-row.ts'

export interface RunFilter {
  readonly limit: number
  /** Only runs older than this one: the last id of the page before. */
  readonly before?: RunId
  readonly state?: RunState
  readonly verb?: Verb
  /** Runs that worked on this dataset or model. */
  readonly dataset?: string
}

const runColumns = raw(`id, verb, pipeline, state, actor, started_at as "startedAt", finished_at as "finishedAt", parent, result, error,
  progress, host, pid, idempotency_key as "idempotencyKey", request_digest as "requestDigest"`)

const shortestPrefix = 4

/** Runs, newest first. */
export async function listRuns(db: Queryable, filter: RunFilter): Promise<readonly RunRecord[]> {
  const conditions: Fragment[] = [raw('true')]
  if (filter.before !== undefined) {
    conditions.push(sql`(started_at, id) < (select started_at, id from hippo.runs where id = ${filter.before}::uuid)`)
  }
  if (filter.state !== undefined) conditions.push(sql`state = ${filter.state}`)
  if (filter.verb !== undefined) conditions.push(sql`verb = ${filter.verb}`)
  if (filter.dataset !== undefined) {
    conditions.push(sql`(exists (select from hippo.run_steps s where s.run = runs.id and s.subject = ${filter.dataset})
      or exists (select from hippo.snapshots s where s.run = runs.id and s.dataset = ${filter.dataset})
      or exists (select from hippo.check_results c where c.run = runs.id and c.dataset = ${filter.dataset}))`)
  }
  const {rows} = await db.query<RunRecord>(
    sql`select ${runColumns} from hippo.runs where ${join(conditions, ' and ')} order by started_at desc, id desc limit ${filter.limit}`,
  )
  return rows.map(withoutNulls<RunRecord>)
}

/** The run whose id begins with the prefix (at least four characters). CONFIG_RUN_UNKNOWN when none or several do. */
export async function getRun(db: Queryable, idPrefix: string): Promise<RunRecord> {
  const prefix = idPrefix.toLowerCase()
  if (!/^[0-9a-f-]+$/.test(prefix) || prefix.length < shortestPrefix) {
    throw new HippoError('CONFIG_RUN_UNKNOWN', {message: `"${idPrefix}" is no run id, nor the first ${shortestPrefix} characters of one`})
  }
  const {rows} = await db.query<RunRecord>(
    sql`select ${runColumns} from hippo.runs where id::text like ${`${prefix}%`} order by started_at desc limit 6`,
  )
  const [found, ...others] = rows
  if (found === undefined) throw new HippoError('CONFIG_RUN_UNKNOWN', {message: `there is no run ${idPrefix}`})
  if (others.length === 0) return withoutNulls<RunRecord>(found)
  throw new HippoError('CONFIG_RUN_UNKNOWN', {
    message: `${others.length > 4 ? 'more than five' : others.length + 1} runs begin with ${idPrefix}`,
    hint: `give more of the id: ${rows
      .slice(0, 5)
      .map((run) => run.id)
      .join(', ')}`,
  })
}

/** The newest run of a verb with this idempotency key that did what it was asked for, or undefined. */
export async function getRunByKey(db: Queryable, verb: Verb, idempotencyKey: string): Promise<RunRecord | undefined> {
  const {rows} = await db.query<RunRecord>(
    sql`select ${runColumns} from hippo.runs where verb = ${verb} and idempotency_key = ${idempotencyKey}
      and state in ('succeeded', 'noop') order by started_at desc limit 1`,
  )
  return rows[0] && withoutNulls<RunRecord>(rows[0])
}

/** Steps of a run in order. */
export async function runSteps(db: Queryable, run: RunId): Promise<readonly RunStep[]> {
  const {rows} = await db.query<RunStep>(
    sql`select run, position, step, subject, state, detail, started_at as "startedAt", finished_at as "finishedAt"
      from hippo.run_steps where run = ${run} order by position`,
  )
  return rows.map(withoutNulls<RunStep>)
}

/** The audit trail, newest first. */
export async function listAudit(
  db: Queryable,
  filter: {readonly limit: number; readonly subject?: string},
): Promise<readonly AuditRecord[]> {
  const {rows} = await db.query<AuditRecord>(
    sql`select actor, action, subject, reason, run, at from hippo.audit
      where ${filter.subject ?? null}::text is null or subject = ${filter.subject ?? null} order by id desc limit ${filter.limit}`,
  )
  return rows.map(withoutNulls<AuditRecord>)
}
