// A stored result under another contract: the same counts, held against today's threshold and severity. Pure; no data is read. A count
// says what the rule asked when it was taken, so a result of a rule that has changed since cannot be judged again.
import {type CheckResult, isJudged} from '../model/check.ts'
import type {RuleClause} from '../model/contract.ts'
import type {Instant} from '../model/names.ts'
import {bestOf, type Counts, thresholdNow, verdictOf} from './verdict.ts'

export type Verdict = Pick<CheckResult, 'outcome' | 'severity' | 'threshold'>

export interface Rejudging {
  /** The contract's clause of the same id; undefined when it has none. */
  readonly clause: RuleClause | undefined
  readonly ruleDigest: string
  /** When the result was judged: waivers count as of then. */
  readonly at: Instant
  /** Counts of the results before it under the same rule, newest first: what a ratchet would have been held against. */
  readonly before: readonly Counts[]
}

/** What the contract makes of a result, or why it cannot tell. */
export function rejudge(result: CheckResult, {clause, ruleDigest, at, before}: Rejudging): Verdict | {readonly because: string} {
  if (clause === undefined) return {because: 'the contract has no such check'}
  if (!isJudged(result)) return {because: `it came to no verdict: ${result.outcome}`}
  if (result.ruleDigest === undefined) return {because: 'it was stored before results said which rule gave them'}
  if (result.ruleDigest !== ruleDigest) return {because: 'the rule has changed: its rows have to be read again'}
  if (clause.notCheckedBecause !== undefined) return {because: clause.notCheckedBecause}
  if (clause.offBecause !== undefined) return {because: `it is off: ${clause.offBecause}`}
  const {severity} = clause
  const threshold = thresholdNow(clause.threshold, bestOf(clause.threshold, before))
  const isWaived = clause.waiver !== undefined && Date.parse(at) < Date.parse(clause.waiver.until)
  return {outcome: verdictOf({severity, threshold, isWaived}, result), severity, threshold}
}

/** Whether two verdicts say the same. */
export const isSameVerdict = (a: Verdict, b: Verdict): boolean =>
  a.outcome === b.outcome && a.severity === b.severity && isSameThreshold(a.threshold, b.threshold)

function isSameThreshold(a: CheckResult['threshold'], b: CheckResult['threshold']): boolean {
  return (
    a.max === b.max &&
    a.unit === b.unit &&
    a.exclusive === b.exclusive &&
    a.ratchet?.runs === b.ratchet?.runs &&
    a.ratchet?.found === b.ratchet?.found
  )
}
