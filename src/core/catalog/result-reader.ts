// Questions about stored results as a history: the newest of some checks, and whole judgements of a dataset one after the other.
import type {CheckResult} from '../model/check.ts'
import type {DatasetName, Layer, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'
import type {RejudgeableCheck, StandingCheck} from './catalog.ts'
import {checkColumns} from './lake-reader.ts'
import {withoutNulls} from './record-row.ts'

/** Deliveries on their way into a layer, or the layer as it was: they are about other rows and never mixed. */
export type JudgedAs = 'promotion' | 'validation'

export interface HistoryOf {
  readonly layer: Layer
  readonly dataset: DatasetName
  readonly id: string
  readonly ruleDigest: string
  readonly as: JudgedAs
}

const isValidation = raw(`exists (select from hippo.runs validating where validating.id = run and validating.verb = 'validate')`)

/** Counts of the newest results of one check under one rule, newest first; gated ones and those without a row to judge are left out. */
export async function newestCounts(
  db: Queryable,
  {layer, dataset, id, ruleDigest, as}: HistoryOf,
  limit: number,
): Promise<readonly Pick<CheckResult, 'violated' | 'denominator'>[]> {
  const {rows} = await db.query<Pick<CheckResult, 'violated' | 'denominator'>>(
    sql`select violated, denominator from hippo.check_results
      where dataset = ${dataset} and id = ${id} and layer = ${layer} and rule_digest = ${ruleDigest} and denominator > 0 and is_gated is null
        and ${isValidation} = ${as === 'validation'} order by at desc, version desc limit ${limit}`,
  )
  return rows
}

/** Which results are wanted; all without a filter. */
export interface ResultFilter {
  readonly runs?: readonly RunId[]
  readonly datasets?: readonly DatasetName[]
}

interface JudgedFirst {
  readonly judgedViolated: number
  readonly judgedDenominator: number
}

/** Results as they stand, oldest first and in contract order: as they were judged, or as they were last judged again. */
export async function standingChecks(db: Queryable, {runs, datasets}: ResultFilter): Promise<readonly RejudgeableCheck[]> {
  const {rows} = await db.query<StandingCheck & JudgedFirst>(
    sql`select ${checkColumns}, rejudged, judged_violated as "judgedViolated", judged_denominator as "judgedDenominator" from hippo.standing_checks c
      where (${runs === undefined} or run = any(${[...(runs ?? [])]}::uuid[])) and (${datasets === undefined} or dataset = any(${[...(datasets ?? [])]}))
      order by at, layer, dataset, version, run, position`,
  )
  return rows.map(({judgedViolated, judgedDenominator, ...row}) => ({
    ...withoutNulls<StandingCheck>(row),
    counted: {violated: judgedViolated, denominator: judgedDenominator},
  }))
}
