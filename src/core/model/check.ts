// Check results: every clause of a contract ends in exactly one of these outcomes, and says why when it was not judged.
import type {Threshold} from './contract.ts'
import type {MeasuredFacts} from './facts.ts'
import type {CheckId} from './names.ts'

export type Severity = 'error' | 'warning' | 'info'

/** ODCS quality dimensions. */
export type Dimension = 'accuracy' | 'completeness' | 'conformity' | 'consistency' | 'coverage' | 'timeliness' | 'uniqueness'

/** Kahn et al. 2016, category and subcategory (completeness has none). */
export type Kahn =
  | 'conformance.value'
  | 'conformance.relational'
  | 'conformance.computational'
  | 'completeness'
  | 'plausibility.uniqueness'
  | 'plausibility.atemporal'
  | 'plausibility.temporal'

export type Outcome = 'passed' | 'warned' | 'failed' | 'errored' | 'waived' | 'off' | 'notApplicable' | 'notChecked'

export interface CheckResult {
  readonly id: CheckId
  readonly rule: string
  readonly column?: string
  readonly dimension: Dimension
  readonly kahn: Kahn
  readonly severity: Severity
  readonly outcome: Outcome
  /** Rows (or groups) that broke the rule. */
  readonly violated: number
  /** Rows (or groups) the rule was about. */
  readonly denominator: number
  /** violated / denominator, 0 to 100; 0 when the denominator is 0. */
  readonly percent: number
  /** What was tolerated; of a ratchet, what it had come down to. */
  readonly threshold: Threshold
  /** What was measured, of checks about the dataset as a whole. */
  readonly measured?: MeasuredFacts
  /** Present for every outcome but passed, warned and failed. */
  readonly reason?: string
  /** The rule in a plain sentence; never holds a row value. */
  readonly description: string
  /** What the rule asks (see `rule-digest.ts`): results with the same one may be compared and judged again. */
  readonly ruleDigest?: string
}

/** Whether the check came to a verdict about rows, whatever it was. */
export const isJudged = ({outcome, denominator}: Pick<CheckResult, 'outcome' | 'denominator'>): boolean =>
  denominator > 0 && (outcome === 'passed' || outcome === 'warned' || outcome === 'failed' || outcome === 'waived')
