// From counts to check results: every clause of the contract ends in exactly one outcome, in contract order. Pure.
import type {CheckResult, Outcome} from '../model/check.ts'
import type {Threshold} from '../model/contract.ts'
import type {CheckId} from '../model/names.ts'
import type {CompiledCheck, CompiledContract, UncheckedClause} from './compile-contract.ts'
import {type DatasetFinding, withFinding} from './dataset-check.ts'
import {type Best, type Counts, thresholdNow, verdictOf} from './verdict.ts'

export interface Measured {
  /** Check id -> rows for which its judgement was true. */
  readonly violated: Readonly<Record<CheckId, number>>
  /** Check id -> rows its rule is about. */
  readonly denominators: Readonly<Record<CheckId, number>>
  /** Check id of a dataset rule -> what was found. */
  readonly datasets: Readonly<Record<CheckId, DatasetFinding>>
  /** Check id -> why its measurement failed. */
  readonly errors?: Readonly<Record<CheckId, string>>
  /** Check id -> why an engine cannot be asked. */
  readonly notChecked?: Readonly<Record<CheckId, string>>
  /** All rows that were looked at. */
  readonly rows?: number
}

/** Check id -> the best of its earlier results; of checks with a ratchet. */
export type Bests = ReadonlyMap<CheckId, Best>

/** One result a clause; a check without a count is `errored`, never passed. */
export function judgeChecks(
  {contract, checks, notChecked}: CompiledContract,
  measured: Measured,
  bests: Bests = new Map(),
): readonly CheckResult[] {
  const results = new Map<CheckId, CheckResult>()
  for (const unchecked of notChecked) {
    const {outcome, reason} = unchecked
    results.set(unchecked.clause.id, result(unchecked, {outcome, reason}))
  }
  for (const check of checks) {
    const {id} = check.clause
    const cannot = measured.notChecked?.[id]
    const counts = check.scope === 'row' ? rowCounts(id, measured) : datasetCounts(id, measured)
    if (cannot !== undefined) results.set(id, result(check, {outcome: 'notChecked', reason: cannot}))
    else if (typeof counts === 'string') results.set(id, result(check, {outcome: 'errored', reason: counts}))
    else results.set(id, judged(check, counts, {rows: measured.rows, best: bests.get(id)}))
  }
  return contract.rules.flatMap(({id}) => {
    const found = results.get(id)
    return found === undefined ? [] : withFinding(found, measured.datasets[id])
  })
}

/** Every clause of a contract whose data could not be looked at, with the reason; those that are off or errored anyway keep theirs. */
export function unlookedAt(compiled: CompiledContract, reason: string): readonly CheckResult[] {
  const because = Object.fromEntries(compiled.checks.map(({clause}) => [clause.id, reason]))
  return judgeChecks(compiled, {violated: {}, denominators: {}, datasets: {}, notChecked: because})
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

interface Beside {
  readonly rows: number | undefined
  readonly best: Best | undefined
}

function judged(check: CompiledCheck, counts: Counts, {rows, best}: Beside): CheckResult {
  const {clause, waivedBecause} = check
  if (counts.denominator === 0) return result(check, {outcome: 'notApplicable', reason: nothingToJudge(rows)})
  const threshold = thresholdNow(clause.threshold, best)
  const outcome = verdictOf({severity: clause.severity, threshold, isWaived: waivedBecause !== undefined}, counts)
  return result(check, {outcome, counts, threshold, reason: outcome === 'waived' ? waivedBecause : undefined})
}

function nothingToJudge(rows: number | undefined): string {
  if (rows === undefined) return 'no row to judge'
  if (rows <= 1) return rows === 0 ? 'there is no row' : 'the only row is none that it judges'
  return `none of the ${rows} rows is one that it judges`
}

interface ResultParts {
  readonly outcome: Outcome
  readonly counts?: Counts
  readonly threshold?: Threshold
  readonly reason?: string | undefined
}

function result({clause, description, ruleDigest}: CompiledCheck | UncheckedClause, parts: ResultParts): CheckResult {
  const {outcome, counts = {violated: 0, denominator: 0}, threshold = clause.threshold, reason} = parts
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
    threshold,
    ...(reason === undefined ? {} : {reason}),
    description,
    ruleDigest,
  }
}
