// Rows of a table in wider types, as a plan: the same values, exactly.
import {column, type Expr} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'

/** `input` has the columns `narrow`; the plan has `wide`, in whose order they are. */
export function widenRows(input: Plan, narrow: readonly PlanColumn[], wide: readonly PlanColumn[]): Plan {
  return {kind: 'select', input, columns: wide.map((one, index) => ({name: one.name, expr: widened(one, narrow[index])}))}
}

/** A value in its wider type: decimals and whole numbers are read again from their exact text. */
function widened(to: PlanColumn, from: PlanColumn | undefined): Expr {
  const {type} = to
  const isSame = JSON.stringify(type) === JSON.stringify(from?.type)
  return isSame || typeof type !== 'object' ? column(to.name) : {kind: 'parse', of: {kind: 'asText', of: column(to.name)}, as: {type}}
}
