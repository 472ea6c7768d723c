// `when`: the condition under which a rule judges a row at all: a column that holds one of some values, one that is present or missing,
// or a condition as the rule `expression` has them. It belongs to every row rule, and is handled here once.
import type {Location} from '../errors/hippo-error.ts'
import {readParams, type Scalar} from '../errors/read-params.ts'
import {column, type Expr, isIn, isNull, isPresent, type ScalarType} from '../expr/expr.ts'
import {type Condition, conditionComplaint, conditionExpr, parseCondition} from '../rules/condition.ts'
import {typedValue, typeName} from '../rules/typed-value.ts'

export type Guard =
  | {readonly kind: 'in'; readonly column: string; readonly values: readonly Scalar[]}
  | {readonly kind: 'present'; readonly column: string; readonly present: boolean}
  | {readonly kind: 'condition'; readonly condition: Condition}

/** Splits a rule's parameters into its guard and its own; CONTRACT_RULE_INVALID for a guard that says nothing. */
export function splitGuard(params: unknown, at: Location): {readonly guard?: Guard; readonly params: Readonly<Record<string, unknown>>} {
  const {when, ...own} = (params ?? {}) as Readonly<Record<string, unknown>>
  if (when === undefined || when === null) return {params: own}
  if (typeof when === 'string') return {guard: {kind: 'condition', condition: parseCondition(when, at, 'when')}, params: own}
  const reader = readParams(when, at, {code: 'CONTRACT_RULE_INVALID', subject: 'when', known: ['column', 'in', 'present']})
  const name = reader.needText('column')
  const [values, present] = [reader.scalars('in'), reader.flag('present')]
  if ((values === undefined) === (present === undefined)) return reader.fail(undefined, 'it needs one of in and present')
  const guard: Guard = values === undefined ? {kind: 'present', column: name, present: present ?? true} : {kind: 'in', column: name, values}
  return {guard, params: own}
}

/** Columns that the guard looks at. */
export const guardColumns = (guard: Guard): readonly string[] => (guard.kind === 'condition' ? guard.condition.columns : [guard.column])

type Columns = Readonly<Record<string, ScalarType>>

/** Why the guard cannot judge rows of these columns. */
export function guardComplaint(guard: Guard, columns: Columns): string | undefined {
  if (guard.kind === 'condition') {
    const complaint = conditionComplaint(guard.condition, columns)
    return complaint === undefined ? undefined : `when: ${complaint}`
  }
  if (guard.kind === 'present') return undefined
  const type = columns[guard.column] ?? 'string'
  const misfit = guard.values.find((value) => typedValue(value, type) === undefined)
  return misfit === undefined ? undefined : `when: "${misfit}" is no value of ${guard.column}, which is ${typeName(type)}`
}

/** True where the rule judges the row; null counts as false. */
export function guardExpr(guard: Guard, scope: {readonly columns: Columns; readonly now: string}): Expr {
  if (guard.kind === 'condition') return conditionExpr(guard.condition, scope)
  const value = column(guard.column)
  if (guard.kind === 'present') return guard.present ? isPresent(value) : isNull(value)
  const type = scope.columns[guard.column] ?? 'string'
  const values = guard.values.map((entry) => typedValue(entry, type)).filter((entry) => entry !== undefined)
  return isIn(value, values, type)
}

export function describeGuard(guard: Guard): string {
  if (guard.kind === 'condition') return `where ${guard.condition.source}`
  if (guard.kind === 'present') return `where ${guard.column} is ${guard.present ? 'present' : 'missing'}`
  return `where ${guard.column} is ${guard.values.join(' or ')}`
}
