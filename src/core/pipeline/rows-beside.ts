// Some rows of a delivery are judged beside those of it that silver has already: a check that compares rows must not take the few
// for all there are. The others are compared, never judged, written or counted.
import {and, bool, column, type Expr, literal, not} from '../expr/expr.ts'
import type {Judgement, Plan} from '../expr/plan.ts'
import {childrenOf, isSetExpression, planColumns} from '../expr/walk.ts'

/** Judgement id of rows that are there to be compared. */
export const besideId = 'beside'

const isBeside = 'is beside'

/** Whether one of the judgements that reject rows compares the rows of a delivery with each other. */
export const compareRows = (judgements: readonly Judgement[]): boolean =>
  judgements.some(({when, effect}) => effect === 'quarantine' && looksAround(when))

function looksAround(expr: Expr): boolean {
  const isOfOthers = isSetExpression(expr) && expr.kind !== 'existsIn' && expr.kind !== 'lookup' && expr.kind !== 'isSameIn'
  return isOfOthers || childrenOf(expr).some(looksAround)
}

/** The rows to judge, after the others: these have the columns that `others` knows and nothing in the rest. */
export function withRowsBeside(rows: Plan, others: Plan): Plan {
  const known = new Set(planColumns(others).map(({name}) => name))
  const filled = planColumns(rows).map(({name, type}) => ({name, expr: known.has(name) ? column(name) : literal(null, type)}))
  return {
    kind: 'union',
    inputs: [
      {kind: 'select', input: others, columns: [...filled, {name: isBeside, expr: bool(true)}]},
      {kind: 'derive', input: rows, columns: [{name: isBeside, expr: bool(false)}]},
    ],
  }
}

/** The judgements for the rows that are to be judged alone. */
export function sparingRowsBeside(judgements: readonly Judgement[]): readonly Judgement[] {
  const own = not(column(isBeside))
  const spared = judgements.map((one): Judgement => ({...one, when: and(own, one.when)}))
  return [{id: besideId, when: column(isBeside), effect: 'skip'}, ...spared]
}
