// What a rule compares a row with: another column of the row, or a column of the row that a key points at in another dataset.
import {HippoError, type Location} from '../errors/hippo-error.ts'
import type {Params} from '../errors/read-params.ts'
import {column, type Expr, type ScalarType} from '../expr/expr.ts'
import type {RelationUse, RuleScope} from './define-rule.ts'
import {parseReference} from './reference-name.ts'
import {type On, ownColumns, parseOn, relationKey, relationOf, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'

interface Elsewhere {
  readonly dataset: string
  readonly on: On
  readonly take: string
}

/** A column's name, or where else to look. */
export type Operand = string | Elsewhere

/** Reads a parameter that names a column, or `{dataset, on, take}`; `subject` is what messages call it. */
export function parseOperand(value: unknown, at: Location, subject: string): Operand {
  if (typeof value === 'string') return value
  const inner: Params = ruleParams(subject, value, at, ['dataset', 'file', 'on', 'take'])
  return {dataset: parseReference(inner), on: parseOn(inner), take: inner.needText('take')}
}

/** Columns of the row that it needs. */
export const operandColumns = (operand: Operand): readonly string[] => (typeof operand === 'string' ? [operand] : ownColumns(operand.on))

export const operandRelations = (operand: Operand): readonly RelationUse[] =>
  typeof operand === 'string' ? [] : [{dataset: operand.dataset, columns: [...theirColumns(operand.on), operand.take]}]

export const operandName = (operand: Operand): string => (typeof operand === 'string' ? operand : `${operand.dataset}.${operand.take}`)

export interface TypedOperand {
  readonly expr: Expr
  readonly type: ScalarType
}

/** Its value for the row; throws CONTRACT_RULE_INVALID, without a place, when there is no such column. */
export function resolveOperand(operand: Operand, scope: RuleScope): TypedOperand {
  if (typeof operand === 'string') return {expr: column(operand), type: typeHere(scope.columns[operand], operand)}
  const {dataset, on, take} = operand
  const type = typeHere(relationOf(dataset, scope).columns[take], operandName(operand))
  return {expr: {kind: 'lookup', ...relationKey(dataset, on, scope), take}, type}
}

function typeHere(type: ScalarType | undefined, name: string): ScalarType {
  if (type === undefined) throw new HippoError('CONTRACT_RULE_INVALID', {message: `there is no column ${name}`})
  return type
}
