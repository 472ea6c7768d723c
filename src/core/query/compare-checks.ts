// Two judgements of one dataset, check by check: what is new, what is still there, what is resolved, what holds. A check that came to
// no verdict is never called resolved: what was not looked at is not mended. Pure.
import {type CheckResult, isJudged} from '../model/check.ts'
import type {CheckId} from '../model/names.ts'

/** new: broken now. existing: broken in both. resolved: broken then. stable: kept in both. notCompared: one of them has no verdict. */
export type ChangeState = 'new' | 'existing' | 'resolved' | 'stable' | 'notCompared'

export type ComparedSide = Pick<CheckResult, 'outcome' | 'severity' | 'violated' | 'denominator' | 'percent'>

export interface CheckChange {
  readonly id: CheckId
  readonly column?: string
  readonly description: string
  readonly state: ChangeState
  /** Why it was not compared, or why a new one could not have been found before. */
  readonly because?: string
  /** The rule asks something else than it did then. */
  readonly ruleChanged?: true
  readonly before?: ComparedSide
  readonly after?: ComparedSide
}

/** A change for every check of either side, in the order of the later one; checks that only the earlier one has come last. */
export function compareChecks(before: readonly CheckResult[], after: readonly CheckResult[]): readonly CheckChange[] {
  const [then, now] = [byId(before), byId(after)]
  return [...new Set([...now.keys(), ...then.keys()])].map((id) => changeOf(then.get(id), now.get(id)))
}

const byId = (checks: readonly CheckResult[]): ReadonlyMap<CheckId, CheckResult> => new Map(checks.map((check) => [check.id, check]))

function changeOf(before: CheckResult | undefined, after: CheckResult | undefined): CheckChange {
  const known = after ?? before
  if (known === undefined) throw new TypeError('a change needs a result')
  const {id, column, description} = known
  const hasChanged = before?.ruleDigest !== undefined && after?.ruleDigest !== undefined && before.ruleDigest !== after.ruleDigest
  return {
    id,
    ...(column === undefined ? {} : {column}),
    description,
    ...stateOf(before, after),
    ...(hasChanged ? {ruleChanged: true as const} : {}),
    ...(before === undefined ? {} : {before: sideOf(before)}),
    ...(after === undefined ? {} : {after: sideOf(after)}),
  }
}

/** A waived check is broken all the same: nobody mended anything. */
const isBroken = (check: CheckResult): boolean => isJudged(check) && check.outcome !== 'passed'

function stateOf(before: CheckResult | undefined, after: CheckResult | undefined): Pick<CheckChange, 'state' | 'because'> {
  const was = before !== undefined && isJudged(before) ? before : undefined
  if (after === undefined) return {state: 'notCompared', because: 'the later run has no such check'}
  if (!isJudged(after)) return {state: 'notCompared', because: `it came to no verdict: ${after.reason ?? after.outcome}`}
  if (was === undefined) {
    const because =
      before === undefined ? 'the earlier run has no such check' : `it came to no verdict before: ${before.reason ?? before.outcome}`
    return {state: isBroken(after) ? 'new' : 'notCompared', because}
  }
  if (isBroken(after)) return {state: isBroken(was) ? 'existing' : 'new'}
  return {state: isBroken(was) ? 'resolved' : 'stable'}
}

const sideOf = ({outcome, severity, violated, denominator, percent}: CheckResult): ComparedSide => ({
  outcome,
  severity,
  violated,
  denominator,
  percent,
})
