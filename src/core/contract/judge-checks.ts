// From counts to check results: every clause of the contract ends in exactly one outcome, in contract order. Pure.
import type {CheckResult, Outcome} from '../model/check.ts'
import type {RuleClause, Threshold} from '../model/contract.ts'
import type {CheckId} from '../model/names.ts'
import type {CompiledContract} from './compile-contract.ts'
import {type DatasetFinding, withFinding} from './dataset-check.ts'

export interface Measured {
  /** Check id -> rows for which its judgement was true. */
  readonly violated: Readonly<Record<CheckId, number>>
  /** Check id -> rows its rule is about. */
  readonly denominators: Readonly<Record<CheckId, number>>
  /** Check id of a dataset rule -> what was found. */
  readonly datasets: Readonly<Record<CheckId, DatasetFinding>>
  /** Check id -> why its measurement failed. */
  readonly errors?: Readonly<Record<CheckId, string>>
}

interface Counts {
  readonly violated: number
  readonly denominator: number
}

/** One result a clause; a check without a count is `errored`, never passed. */
export function judgeChecks({contract, checks, notChecked}: CompiledContract, measured: Measured): readonly CheckResult[] {
  const results = new Map<CheckId, CheckResult>()
  for (const {clause, description, reason} of notChecked)
    results.set(clause.id, result(clause, description, {outcome: 'notChecked', reason}))
  for (const check of checks) {
    const {clause, description} = check
    const counts = check.scope === 'row' ? rowCounts(clause.id, measured) : datasetCounts(clause.id, measured)
    results.set(
      clause.id,
      typeof counts === 'string' ? result(clause, description, {outcome: 'errored', reason: counts}) : judged(clause, description, counts),
    )
  }
  return contract.rules.flatMap(({id}) => {
    const found = results.get(id)
    return found === undefined ? [] : withFinding(found, measured.datasets[id])
  })
}

function rowCounts(id: CheckId, {violated, denominators, errors}: Measured): Counts | string {
  const [bad, all] = [violated[id], denominators[id]]
  const error = errors?.[id]
  if (error !== undefined) return error
  return bad === undefined || all === undefined ? 'it was not measured' : {violated: bad, denominator: all}
}

function datasetCounts(id: CheckId, {datasets, errors}: Measured): Counts | string {
  const error = errors?.[id]
  const verdict = datasets[id]?.verdict
  if (error !== undefined) return error
  if (verdict === undefined) return 'it was not measured'
  return 'notApplicable' in verdict ? {violated: 0, denominator: 0} : verdict
}

function judged(clause: RuleClause, description: string, counts: Counts): CheckResult {
  if (counts.denominator === 0) return result(clause, description, {outcome: 'notApplicable', reason: 'no row to judge'})
  const outcome = !exceeds(counts, clause.threshold) ? 'passed' : clause.severity === 'error' ? 'failed' : 'warned'
  return result(clause, description, {outcome, counts})
}

/** Whether so many violations are more than the threshold tolerates. */
export function exceeds({violated, denominator}: Counts, {max, unit, exclusive}: Threshold): boolean {
  if (violated === 0) return false
  const amount = unit === 'rows' ? violated : (100 * violated) / denominator
  return exclusive ? amount >= max : amount > max
}

interface ResultParts {
  readonly outcome: Outcome
  readonly counts?: Counts
  readonly reason?: string
}

function result(
  clause: RuleClause,
  description: string,
  {outcome, counts = {violated: 0, denominator: 0}, reason}: ResultParts,
): CheckResult {
  const {violated, denominator} = counts
  return {
    id: clause.id,
    rule: clause.kind,
    ...(clause.column === undefined ? {} : {column: clause.column}),
    dimension: clause.dimension,
    kahn: clause.kahn,
    severity: clause.severity,
    outcome,
    violated,
    denominator,
    percent: denominator === 0 ? 0 : (100 * violated) / denominator,
    threshold: clause.threshold,
    ...(reason === undefined ? {} : {reason}),
    description,
  }
}

const weights = {error: 3, warning: 1, info: 0} as const

/**
 * 0 to 100: the share of rows that passed, averaged over judged checks by severity (error 3, warning 1). Rounded down to
 * hundredths, so that 100 means no violation. undefined when nothing was judged: an empty table is not a perfect one.
 */
export function scoreOf(checks: readonly CheckResult[]): number | undefined {
  const judgedChecks = checks.filter(({outcome, denominator}) => denominator > 0 && ['passed', 'warned', 'failed'].includes(outcome))
  const weight = judgedChecks.reduce((sum, {severity}) => sum + weights[severity], 0)
  if (weight === 0) return undefined
  const passed = judgedChecks.reduce(
    (sum, {severity, violated, denominator}) => sum + weights[severity] * (1 - Math.min(violated / denominator, 1)),
    0,
  )
  return Math.floor((10_000 * passed) / weight) / 100
}
