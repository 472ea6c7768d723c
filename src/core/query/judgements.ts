// One judgement: all results that a run gave of one version of a dataset. Results are taken as they stand, judged again or not.
import type {StandingCheck} from '../catalog/catalog.ts'
import {standingChecks} from '../catalog/reader.ts'
import type {DatasetName, Instant, Layer, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'

export interface JudgementRef {
  readonly dataset: DatasetName
  readonly layer: Layer
  readonly version: number
  readonly run: RunId
  readonly at: Instant
}

export interface Judgement extends JudgementRef {
  readonly contractVersion?: string
  /** Of a layer as it is, not of rows on their way into it. */
  readonly isValidation?: true
  /** Nothing was committed; `version` is what it would have become. */
  readonly isGated?: true
  /** In contract order. */
  readonly checks: readonly StandingCheck[]
}

export interface PastJudgements {
  readonly dataset: DatasetName
  readonly layer: Layer
  readonly isValidation: boolean
  /** Only those before this instant. */
  readonly before?: Instant
  /** Gated ones, too. */
  readonly withGated?: boolean
}

const isValidationRun = raw(`exists (select from hippo.runs validating where validating.id = run and validating.verb = 'validate')`)

/** The newest judgements of a dataset, newest first: promotions or validations, never both. */
export async function newestJudgements(db: Queryable, past: PastJudgements, limit: number): Promise<readonly Judgement[]> {
  const {dataset, layer, isValidation, before, withGated = false} = past
  const {rows} = await db.query<JudgementRef>(
    sql`select dataset, layer, version, run, max(at) as at from hippo.check_results
      where dataset = ${dataset} and layer = ${layer} and ${isValidationRun} = ${isValidation}
        and (${before ?? null}::timestamptz is null or at < ${before ?? null}::timestamptz) and (${withGated} or is_gated is null)
      group by dataset, layer, version, run order by max(at) desc, version desc limit ${limit}`,
  )
  const found = rows.length === 0 ? [] : await judgementsOf(db, [...new Set(rows.map(({run}) => run))])
  return rows.flatMap((row) => found.find((one) => keyOf(one) === keyOf(row)) ?? [])
}

/** All judgements of some runs, oldest first. */
export async function judgementsOf(db: Queryable, runs: readonly RunId[]): Promise<readonly Judgement[]> {
  return groupJudgements(await standingChecks(db, {runs}))
}

/** Results as judgements, in the order of their first results. */
export function groupJudgements(checks: readonly StandingCheck[]): readonly Judgement[] {
  return [...Map.groupBy(checks, keyOf).values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const {dataset, layer, version, run, at, contractVersion, isValidation, isGated} = first
    return {
      ...{dataset, layer, version, run, at},
      ...(contractVersion === undefined ? {} : {contractVersion}),
      ...(isValidation ? {isValidation} : {}),
      ...(isGated ? {isGated} : {}),
      checks: own,
    }
  })
}

const keyOf = ({dataset, layer, version, run}: Pick<JudgementRef, 'dataset' | 'layer' | 'version' | 'run'>): string =>
  JSON.stringify([dataset, layer, version, run])
