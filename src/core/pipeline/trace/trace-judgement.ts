// What a row went through, in the words of the contract it was judged by: the source columns and steps of each column, and how
// each rule ended for it. A rule that rejects what breaks it has passed for every row in silver; of one that only warns it is not
// kept which rows broke it.
import {describeClause, effectOf} from '../../contract/compile-rules.ts'
import type {CheckResult} from '../../model/check.ts'
import type {Column, Contract, RuleClause, StepClause} from '../../model/contract.ts'
import type {TracedColumn, TracedRule, TracedRuleState} from '../../model/trace.ts'
import {ruleKinds} from '../../rules/index.ts'
import {stepKinds} from '../../steps/index.ts'

export function traceColumns({columns}: Contract, wanted: string | undefined): readonly TracedColumn[] {
  return columns
    .filter(({name}) => wanted === undefined || name === wanted)
    .map(({name, sources, steps, ...column}) => ({
      column: name,
      from: sources,
      steps: [...steps.map(inWords), ...reading({name, sources, steps, ...column})],
    }))
}

function inWords({kind, params, at}: StepClause): string {
  const step = stepKinds.get(kind)
  return step === undefined ? kind : `${kind}: the text ${step.describe(step.parse(params, at))}`
}

function reading({logicalType, formats}: Column): readonly string[] {
  if (logicalType === 'string') return []
  return [`read as ${logicalType}${formats.length === 0 ? '' : ` (${formats.join(', ')})`}`]
}

export interface Judged {
  readonly column: string | undefined
  /** Of the batch; absent where no commit says. */
  readonly checks: readonly CheckResult[] | undefined
  /** Of a rejected row: what it broke. */
  readonly reasons?: readonly string[]
  /** Checks that a person waived for the row. */
  readonly waived: readonly string[]
}

/** Rules about the column, or all; those about the dataset as a whole judged no row. */
export function traceRules({rules}: Contract, {column, checks, reasons, waived}: Judged): readonly TracedRule[] {
  return rules
    .filter((clause) => ruleKinds.get(clause.kind)?.scope !== 'dataset' && (column === undefined || clause.column === column))
    .map((clause) => ({
      id: clause.id,
      ...(clause.column === undefined ? {} : {column: clause.column}),
      description: describeClause(clause),
      ...(waived.includes(clause.id)
        ? {state: 'waived' as const}
        : stateOf(
            clause,
            checks?.find(({id}) => id === clause.id),
            reasons,
          )),
    }))
}

function stateOf(
  clause: RuleClause,
  check: CheckResult | undefined,
  reasons: readonly string[] | undefined,
): {readonly state: TracedRuleState; readonly reason?: string} {
  const because = clause.notCheckedBecause ?? check?.reason
  const isJudged =
    clause.notCheckedBecause === undefined && (check === undefined || ['passed', 'warned', 'failed', 'waived'].includes(check.outcome))
  if (!isJudged) return {state: 'notJudged', ...(because === undefined ? {} : {reason: because})}
  if (reasons?.includes(clause.id)) return {state: 'broken'}
  if (check?.outcome === 'waived') return {state: 'waived', ...(because === undefined ? {} : {reason: because})}
  if (reasons !== undefined || effectOf(clause) === 'quarantine' || check?.violated === 0) return {state: 'passed'}
  return {state: 'accepted'}
}
