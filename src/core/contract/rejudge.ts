// A stored result under another contract, without its data: the same counts held against today's threshold and severity, and for rules about
// the dataset as a whole what was measured held against today's bounds. Pure. A count says what the rule asked when it was taken, so
// a result of a row rule that has changed since cannot be judged again; nor can facts that say no more than how they were judged.
import {type CheckResult, isJudged} from '../model/check.ts'
import type {RuleClause} from '../model/contract.ts'
import type {PastFacts} from '../model/facts.ts'
import type {Instant} from '../model/names.ts'
import {ruleKinds} from '../rules/index.ts'
import {describeClause} from './compile-rules.ts'
import {splitGuard} from './guard.ts'
import {bestOf, type Counts, thresholdNow, verdictOf} from './verdict.ts'

export type Verdict = Pick<CheckResult, 'outcome' | 'severity' | 'threshold'>

/** With the counts and words of other bounds, where these were held against what was measured. */
export type NewVerdict = Verdict & Partial<Counts & Pick<CheckResult, 'description'>>

export interface Rejudging {
  /** The contract's clause of the same id; undefined when it has none. */
  readonly clause: RuleClause | undefined
  readonly ruleDigest: string
  /** What the result's own rule counted; its counts that stand may be by other bounds. */
  readonly counted: Counts
  /** When the result was judged: waivers count as of then. */
  readonly at: Instant
  /** Counts of the results before it under the same rule, newest first: what a ratchet would have been held against. */
  readonly before: readonly Counts[]
  /** What the check measured then on that basis, and of earlier versions, newest first. */
  measured?(basis: string): MeasuredThen | undefined
}

export interface MeasuredThen extends PastFacts {
  readonly past: readonly PastFacts[]
}

interface Because {
  readonly because: string
}

/** What the contract makes of a result, or why it cannot tell. */
export function rejudge(result: CheckResult, {clause, ruleDigest, counted, at, before, measured}: Rejudging): NewVerdict | Because {
  if (clause === undefined) return {because: 'the contract has no such check'}
  if (!isJudged({...result, ...counted})) return {because: `it came to no verdict: ${result.outcome}`}
  if (result.ruleDigest === undefined) return {because: 'it was stored before results said which rule gave them'}
  if (clause.notCheckedBecause !== undefined) return {because: clause.notCheckedBecause}
  if (clause.offBecause !== undefined) return {because: `it is off: ${clause.offBecause}`}
  const isSameRule = result.ruleDigest === ruleDigest
  const anew = isSameRule ? counted : fromFacts(result, clause, measured)
  if ('because' in anew) return anew
  const {severity} = clause
  const threshold = thresholdNow(clause.threshold, bestOf(clause.threshold, before))
  const isWaived = clause.waiver !== undefined && Date.parse(at) < Date.parse(clause.waiver.until)
  const verdict = {outcome: verdictOf({severity, threshold, isWaived}, anew), severity, threshold}
  return isSameRule && isSameCount(result, anew) ? verdict : {...verdict, ...anew, description: describeClause(clause)}
}

/** What was measured, held against the bounds of the clause. */
function fromFacts(result: CheckResult, clause: RuleClause, measured: Rejudging['measured']): Counts | Because {
  const kind = ruleKinds.get(clause.kind)
  if (kind?.scope !== 'dataset') return {because: 'the rule has changed: its rows have to be read again'}
  // An id may go to another rule or column, and facts are kept by id.
  if (result.rule !== clause.kind || result.column !== clause.column) return {because: 'the rule is about something else now'}
  const params = kind.parse(splitGuard(clause.params, clause.at).params, clause.at)
  const then = measured?.(kind.basis(params))
  if (then === undefined) return {because: 'the rule has changed, and what it asks now was not measured then'}
  if (kind.isVerdict?.(then.facts) === true) return {because: 'of protected values only the verdict was kept'}
  const counts = kind.judge(params, then.facts, then.past, then.at)
  return 'notApplicable' in counts ? {because: counts.notApplicable} : counts
}

/** Whether a new verdict says what the result says already. */
export const isSameVerdict = (before: Verdict & Partial<Counts>, after: NewVerdict): boolean =>
  before.outcome === after.outcome &&
  before.severity === after.severity &&
  isSameThreshold(before.threshold, after.threshold) &&
  (after.violated === undefined || isSameCount(before, after))

const isSameCount = (a: Partial<Counts>, b: Partial<Counts>): boolean => a.violated === b.violated && a.denominator === b.denominator

function isSameThreshold(a: CheckResult['threshold'], b: CheckResult['threshold']): boolean {
  return (
    a.max === b.max &&
    a.unit === b.unit &&
    a.exclusive === b.exclusive &&
    a.ratchet?.runs === b.ratchet?.runs &&
    a.ratchet?.found === b.ratchet?.found
  )
}
