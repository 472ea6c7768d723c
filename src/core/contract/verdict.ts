// From counts to a verdict: what a threshold tolerates, what a ratchet has come down to, and what severity makes of the rest. Pure,
// and the one place that knows: promotion, validation, sums over deliveries and judging stored results again all ask here.
import type {CheckResult} from '../model/check.ts'
import type {RuleClause, Threshold} from '../model/contract.ts'

export type Counts = Pick<CheckResult, 'violated' | 'denominator'>

/** The best of earlier results of a check, in the unit of its threshold, and how many there were. */
export interface Best {
  readonly amount: number
  readonly found: number
}

/** What is tolerated now: of a ratchet the best result so far, and its `max` while there is none. */
export function thresholdNow(threshold: Threshold, best: Best | undefined): Threshold {
  if (threshold.ratchet === undefined) return threshold
  const {unit, max, ratchet} = threshold
  if (best === undefined || best.found === 0) return {...threshold, ratchet: {...ratchet, found: 0}}
  const held = {...ratchet, found: best.found}
  return best.amount < max ? {max: best.amount, unit, ratchet: held} : {...threshold, ratchet: held}
}

/** Of the newest results, the best as the ratchet counts it; undefined where there is no ratchet. */
export function bestOf({unit, ratchet}: Threshold, newestFirst: readonly Counts[]): Best | undefined {
  if (ratchet === undefined) return undefined
  const amounts = newestFirst
    .filter(({denominator}) => denominator > 0)
    .slice(0, ratchet.runs)
    .map((counts) => amountOf(counts, unit))
  return {amount: Math.min(...amounts), found: amounts.length}
}

/** passed, or what severity makes of too many violations; a waiver in force makes it `waived`. */
export function verdictOf(
  {severity, threshold, isWaived = false}: Pick<RuleClause, 'severity' | 'threshold'> & {readonly isWaived?: boolean},
  counts: Counts,
): 'passed' | 'warned' | 'failed' | 'waived' {
  if (!exceeds(counts, threshold)) return 'passed'
  if (isWaived) return 'waived'
  return severity === 'error' ? 'failed' : 'warned'
}

/** Whether so many violations are more than the threshold tolerates. */
export function exceeds(counts: Counts, {max, unit, exclusive}: Threshold): boolean {
  if (counts.violated === 0) return false
  const amount = amountOf(counts, unit)
  return exclusive ? amount >= max : amount > max
}

const amountOf = ({violated, denominator}: Counts, unit: Threshold['unit']): number =>
  unit === 'rows' ? violated : (100 * violated) / denominator
