// Statements about what went wrong outside a dataset's own promotion: runs that failed, files that were refused at capture.
import type {Instant, RunId, SourceName} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'
import {refusals} from './refusals.ts'

/** What is older is history, not something that waits for a person. */
const attentionDays = 14

export interface FailedRun {
  readonly id: RunId
  readonly verb: string
  readonly pipeline: string | null
  readonly state: 'failed' | 'interrupted'
  readonly parent: RunId | null
  readonly finishedAt: Instant
  readonly message: string | null
}

/** Verbs and pipelines whose newest finished run failed or was interrupted; runs that were refused, whole or in all that failed, aside. */
export async function readFailedRuns(db: Queryable, now: Date): Promise<readonly FailedRun[]> {
  const {rows} = await db.query<FailedRun>(sql`
    select id, verb, pipeline, state, parent, finished_at as "finishedAt", error ->> 'message' as message
    from (
      select distinct on (verb, pipeline) * from hippo.runs r
      where finished_at is not null and state <> 'cancelled' and not (state = 'failed' and coalesce(error ->> 'code' = any(${refusals}::text[]),
          (select bool_and(detail = any(${refusals}::text[])) from hippo.run_steps s where s.run = r.id and s.state = 'failed'), false))
        and started_at > ${now.toISOString()}::timestamptz - make_interval(days => ${attentionDays})
      order by verb, pipeline, started_at desc, id desc) newest
    where state in ('failed', 'interrupted') order by finished_at desc, id desc`)
  return rows
}

export interface RejectedFiles {
  readonly dataset: string
  readonly source: SourceName
  readonly reason: string
  readonly files: number
  readonly since: Instant
  /** Run that captured the newest of them. */
  readonly run: RunId
}

/** Captured files that can never reach silver and that no later delivery of the same name replaced. */
export async function readRejectedFiles(db: Queryable, now: Date): Promise<readonly RejectedFiles[]> {
  const {rows} = await db.query<RejectedFiles>(sql`
    select dataset, source, rejected as reason, count(*)::int as files, max(received_at) as since,
      (array_agg(run order by batch desc))[1] as run
    from hippo.captured_files f
    where rejected is not null and received_at > ${now.toISOString()}::timestamptz - make_interval(days => ${attentionDays})
      and not exists (
        select from hippo.captured_files later
        where later.source = f.source and later.path = f.path and later.batch > f.batch and later.rejected is null)
    group by dataset, source, rejected order by since desc, dataset, source, reason`)
  return rows
}
