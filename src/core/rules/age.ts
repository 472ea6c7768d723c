// How old a person was: whole years, months or days from birth to the event, as a birthday counts them. Born on 29 February is a year
// older on 1 March. An event before birth gives a negative age, which no band holds.
import type {Location} from '../errors/hippo-error.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {and, compare, type DatePart, type Expr, literal, or, when} from '../expr/expr.ts'
import type {RelationUse, RuleScope} from './define-rule.ts'
import {type Operand, operandColumns, operandName, operandRelations, parseOperand, resolveOperand} from './operand.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

const units = ['years', 'months', 'days'] as const

export interface AgeBand {
  readonly birth: Operand
  readonly at: Operand
  readonly unit: (typeof units)[number]
  /** The table's columns with the ends of the band: `from` belongs to it, `to` does not. */
  readonly from: string
  readonly to: string
}

export function parseAge(raw: unknown, at: Location, subject: string): AgeBand {
  const params = ruleParams(subject, raw, at, ['birth', 'at', 'unit', 'from', 'to'])
  return {
    birth: parseOperand(params.need('birth', params.raw('birth')), at, `${subject} birth`),
    at: parseOperand(params.need('at', params.raw('at')), at, `${subject} at`),
    unit: params.oneOf('unit', units) ?? 'years',
    from: params.text('from') ?? 'age_from',
    to: params.text('to') ?? 'age_to',
  }
}

export const ageColumns = ({birth, at}: AgeBand): readonly string[] => [birth, at].flatMap(operandColumns)
export const ageRelations = ({birth, at}: AgeBand): readonly RelationUse[] => [birth, at].flatMap(operandRelations)

/** int64; null where either date is. */
export function ageExpr({birth, at, unit}: AgeBand, scope: RuleScope): Expr {
  const [born, then] = [dateOf(birth, scope), dateOf(at, scope)]
  if (unit === 'days') return {kind: 'elapsed', unit: 'day', from: born, to: then}
  const part = (name: DatePart, of: Expr): Expr => ({kind: 'datePart', part: name, of})
  const less = (name: DatePart): Expr => compare(part(name, then), '<', part(name, born))
  const same = (name: DatePart): Expr => compare(part(name, then), '=', part(name, born))
  const between = (name: DatePart): Expr => minus(part(name, then), part(name, born))
  if (unit === 'years') return lessOne(between('year'), or(less('month'), and(same('month'), less('day'))))
  const months: Expr = {kind: 'arithmetic', operator: '*', left: between('year'), right: whole(12)}
  return lessOne({kind: 'arithmetic', operator: '+', left: months, right: between('month')}, less('day'))
}

const whole = (value: number): Expr => literal(BigInt(value), 'int64')
const minus = (left: Expr, right: Expr): Expr => ({kind: 'arithmetic', operator: '-', left, right})
const lessOne = (count: Expr, isEarly: Expr): Expr => when(isEarly, minus(count, whole(1)), count)

function dateOf(operand: Operand, scope: RuleScope): Expr {
  const {expr, type} = resolveOperand(operand, scope)
  if (type === 'date') return expr
  if (type === 'timestamp') return {kind: 'dateOf', of: expr}
  throw new HippoError('CONTRACT_RULE_INVALID', {message: `${operandName(operand)} is ${typeName(type)}, not a date or timestamp`})
}
