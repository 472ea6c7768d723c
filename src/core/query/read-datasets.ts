// One statement that says what the catalog knows of every dataset and layer. Each part is found through an index, so that it
// costs the same however long the history is; only open quarantine is summed over a dataset's snapshots.
import {standingChecks} from '../catalog/reader.ts'
import {scoreOf} from '../contract/score.ts'
import type {Instant, RunId} from '../model/names.ts'
import {nothingNew} from '../model/nothing-new.ts'
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'
import {refusals} from './refusals.ts'

export const trendLength = 14

/** How far back the newest run of a dataset is looked for; its newest snapshot tells what is older. */
const recentRuns = 500

export interface DatasetRow {
  readonly dataset: string
  readonly layer: 'silver' | 'gold'
  readonly version: number | null
  readonly score: number | null
  readonly committedAt: Instant | null
  readonly committedBy: RunId | null
  readonly scores: readonly number[] | null
  /** `slaProperties` of the contract its newest snapshot was judged under. */
  readonly sla: unknown
  /** Checks of the newest judgement that failed or warned. */
  readonly brokenChecks: number | null
  /** Its newest snapshot has results that were judged again: the score is not the one that it was committed with. */
  readonly isRejudged: boolean
  readonly openQuarantine: number
  readonly quarantinedSince: Instant | null
}

/** Silver and gold datasets that a run has used, in name order. */
export async function readDatasetRows(db: Queryable): Promise<readonly DatasetRow[]> {
  const {rows} = await db.query<DatasetRow>(sql`
    select d.name as dataset, d.layer, newest.version, newest.score, newest.committed_at as "committedAt", newest.run as "committedBy",
      trend.scores, c.document -> 'slaProperties' as sla, judged.broken as "brokenChecks",
      exists (select from hippo.rejudged_checks again where again.of_run = newest.run and again.layer = d.layer and again.dataset = d.name
        and again.version = newest.version) as "isRejudged",
      coalesce(waiting.rows, 0)::bigint as "openQuarantine", waiting.since as "quarantinedSince"
    from hippo.datasets d
    left join lateral (
      select version, run, score, committed_at, contract_digest from hippo.snapshots s
      where s.layer = d.layer and s.dataset = d.name order by version desc limit 1) newest on true
    left join lateral (
      select array_agg(score order by version) as scores from (
        select version, score from hippo.snapshots s
        where s.layer = d.layer and s.dataset = d.name and score is not null order by version desc limit ${trendLength}) last_ones) trend on true
    left join hippo.contracts c on c.dataset = d.name and c.digest = newest.contract_digest
    left join lateral (
      select run, version from hippo.check_results r
      where r.dataset = d.name and r.layer = d.layer and r.is_gated is null order by at desc, version desc, run desc limit 1) judgement on true
    left join lateral (
      select count(*) filter (where outcome in ('failed', 'errored', 'warned')) as broken from hippo.standing_checks r
      where r.run = judgement.run and r.layer = d.layer and r.dataset = d.name and r.version = judgement.version) judged on true
    left join lateral (
      select sum((counts ->> 'quarantined')::bigint - coalesce((settled ->> 'rows')::bigint, 0)) as rows,
        min(committed_at) filter (where (counts ->> 'quarantined')::bigint > 0) as since
      from hippo.standing_snapshots s where d.layer = 'silver' and s.layer = 'silver' and s.dataset = d.name) waiting on true
    where d.layer in ('silver', 'gold')
    order by d.name, d.layer`)
  return Promise.all(rows.map((row) => asRejudged(db, row)))
}

async function asRejudged(db: Queryable, row: DatasetRow): Promise<DatasetRow> {
  const {dataset, layer, version, committedBy} = row
  if (!row.isRejudged || committedBy === null) return row
  const checks = await standingChecks(db, {runs: [committedBy], datasets: [dataset]})
  const score = scoreOf(checks.filter((one) => one.layer === layer && one.version === version)) ?? null
  const scores = row.scores && score !== null ? [...row.scores.slice(0, -1), score] : row.scores
  return {...row, score, scores}
}

export interface StepRow {
  readonly step: 'promote silver' | 'promote gold'
  readonly subject: string
  readonly run: RunId
  readonly state: 'running' | 'ok' | 'gated' | 'failed'
  readonly detail: string | null
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
}

/**
 * Of each dataset and layer the newest promotion that tells its state: it did more than find nothing new, it was not refused, and
 * none after it found that nothing is left to do.
 */
export async function readLastSteps(db: Queryable): Promise<readonly StepRow[]> {
  const {rows} = await db.query<StepRow>(sql`
    with recent as (
      select *, max(started_at) filter (where state = 'noop' and detail = ${nothingNew}) over (partition by step, subject) as settled_at
      from hippo.run_steps
      where run in (select id from hippo.runs order by started_at desc, id desc limit ${recentRuns})
        and step in ('promote silver', 'promote gold') and subject is not null)
    select distinct on (step, subject) step, subject, run, state, detail, started_at as "startedAt", finished_at as "finishedAt"
    from recent
    where state <> 'noop' and not (state = 'failed' and coalesce(detail, '') = any(${refusals}::text[]))
      and (state not in ('failed', 'gated') or settled_at is null or started_at > settled_at)
    order by step, subject, started_at desc, run desc, position desc`)
  return rows
}

export interface StepError {
  readonly message: string | null
  readonly hint: string | null
}

/** What the result of a run says went wrong with a dataset or model in it; undefined when its result was never written. */
export async function readStepError(db: Queryable, step: StepRow): Promise<StepError | undefined> {
  const list = step.step === 'promote silver' ? 'datasets' : 'models'
  const name = step.step === 'promote silver' ? 'dataset' : 'model'
  const {rows} = await db.query<StepError>(sql`
    select entry #>> '{error,message}' as message, entry #>> '{error,hint}' as hint
    from hippo.runs, jsonb_array_elements(result -> ${list}::text) as entries(entry)
    where id = ${step.run} and jsonb_typeof(result -> ${list}::text) = 'array' and entry ->> ${name}::text = ${step.subject} limit 1`)
  return rows[0]
}

/** Newest batch of each dataset that files were captured for. */
export async function readBronze(db: Queryable): Promise<ReadonlyMap<string, number>> {
  // A loose index scan: one probe for each dataset instead of reading every file that was ever captured.
  const {rows} = await db.query<{dataset: string; batch: number}>(sql`
    with recursive names (name) as (
      (select dataset from hippo.captured_files order by dataset limit 1)
      union all
      select (select dataset from hippo.captured_files where dataset > name order by dataset limit 1) from names where name is not null)
    select name as dataset, (select max(batch) from hippo.captured_files where dataset = name) as batch from names where name is not null`)
  return new Map(rows.map(({dataset, batch}) => [dataset, batch]))
}
