// A clause about the dataset as a whole, ready to be asked and judged. What is measured becomes facts, and the facts are judged against
// the rule's bounds and the facts of earlier versions: whoever has the facts can judge again without the data.

import type {Plan} from '../expr/plan.ts'
import type {CheckResult} from '../model/check.ts'
import type {MeasuredFacts, PastFacts} from '../model/facts.ts'
import type {CheckId} from '../model/names.ts'
import type {
  DatasetAnswer,
  DatasetQuestion,
  DatasetRule,
  DatasetSubject,
  DatasetVerdict,
  Delivery,
  FieldRef,
  RuleScope,
} from '../rules/define-rule.ts'
import type {CheckHead} from './check-head.ts'

/** What the dataset rules of one judging share. */
export interface Occasion {
  readonly rows: Plan
  /** Absent where nothing is delivered. */
  readonly delivery?: Delivery
  /** Facts of earlier versions of a check, of this basis, newest first; none when absent. */
  past?(check: CheckId, basis: string): readonly PastFacts[]
}

/** The verdict on a check and the facts it rests on; none where nothing was measured. */
export interface DatasetFinding {
  readonly verdict: DatasetVerdict
  readonly measured?: MeasuredFacts
}

export interface DatasetCheck extends CheckHead {
  readonly scope: 'dataset'
  readonly basis: string
  ask(occasion: Occasion): DatasetQuestion
  conclude(answer: DatasetAnswer, occasion: Occasion): DatasetFinding
}

export interface DatasetCheckParts {
  readonly params: unknown
  readonly scope: RuleScope
  readonly field: FieldRef | undefined
  /** Of columns that it tells of. */
  readonly isProtected: boolean
}

export function datasetCheck(
  head: CheckHead,
  kind: DatasetRule<unknown>,
  {params, scope, field, isProtected}: DatasetCheckParts,
): DatasetCheck {
  const basis = kind.basis(params)
  const subject = ({rows, delivery, past}: Occasion): DatasetSubject => ({
    scope,
    rows,
    past: past?.(head.clause.id, basis) ?? [],
    ...(field === undefined ? {} : {field}),
    ...(delivery === undefined ? {} : {delivery}),
    ...(isProtected ? {isProtected} : {}),
  })
  return {
    ...head,
    scope: 'dataset',
    basis,
    ask: (occasion) => kind.ask(params, subject(occasion)),
    conclude(answer, occasion) {
      const about = subject(occasion)
      const facts = kind.facts(params, answer, about)
      const at = about.delivery?.at ?? scope.now
      const of = kind.isOfDelivery?.(params) === true ? {isOfDelivery: true as const} : {}
      return {verdict: kind.judge(params, facts, about.past, at), measured: {basis, at, facts, ...of}}
    },
  }
}

/** The result of a check, with what its finding says beside the counts. */
export function withFinding(result: CheckResult, finding: DatasetFinding | undefined): CheckResult {
  if (finding === undefined) return result
  const measured = finding.measured === undefined ? {} : {measured: finding.measured}
  if (!('notApplicable' in finding.verdict)) return {...result, ...measured}
  // Of results that were never judged, such as those of a check that is off, the reason stays.
  if (!['passed', 'warned', 'failed', 'notApplicable'].includes(result.outcome)) return {...result, ...measured}
  return {...result, outcome: 'notApplicable', violated: 0, denominator: 0, percent: 0, reason: finding.verdict.notApplicable, ...measured}
}
