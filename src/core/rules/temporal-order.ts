// A date or time does not lie before (or after) another one: of the same row, or of the row of another dataset that a key
// points at. `by: date` compares UTC days, so that the same day passes; it is implied when one side is a date. `graceDays` and
// `graceHours` say how far out of order is tolerated: an event around its visit, a late entry after death.

import {HippoError} from '../errors/hippo-error.ts'
import type {Params} from '../errors/read-params.ts'
import {and, compare, type Expr, isPresent, literal, or, type ScalarType} from '../expr/expr.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {type Operand, operandColumns, operandName, operandRelations, parseOperand, resolveOperand, type TypedOperand} from './operand.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface TemporalOrderParams {
  readonly notBefore?: Operand
  readonly notAfter?: Operand
  readonly byDate: boolean
  readonly grace?: Grace
}

/** Days are counted from date to date; hours to the microsecond. */
interface Grace {
  readonly amount: number
  readonly unit: 'days' | 'hours'
}

const microsPerHour = 3_600_000_000

function parseGrace(params: Params): Grace | undefined {
  const [days, hours] = [params.count('graceDays'), params.number('graceHours')]
  if (days !== undefined && hours !== undefined) params.fail('graceHours', 'it takes graceDays or graceHours, not both')
  if (hours !== undefined && hours < 0) params.fail('graceHours', 'graceHours must be at least 0')
  if (days !== undefined) return {amount: days, unit: 'days'}
  return hours === undefined ? undefined : {amount: hours, unit: 'hours'}
}

const others = ({notBefore, notAfter}: TemporalOrderParams): readonly Operand[] =>
  [notBefore, notAfter].filter((other) => other !== undefined)
const isTemporal = (type: ScalarType): boolean => type === 'date' || type === 'timestamp'

function resolve(other: Operand, scope: RuleScope): TypedOperand {
  const resolved = resolveOperand(other, scope)
  if (isTemporal(resolved.type)) return resolved
  throw new HippoError('CONTRACT_RULE_INVALID', {
    message: `${operandName(other)} is ${typeName(resolved.type)}, not a date or timestamp`,
  })
}

/** True where `early` is later than `late`, by more than the grace. */
function isLater(early: TypedOperand, late: TypedOperand, {byDate, grace}: TemporalOrderParams): Expr {
  const asDate = byDate || early.type !== late.type
  if (grace === undefined) {
    const day = ({expr, type}: TypedOperand): Expr => (asDate && type === 'timestamp' ? {kind: 'dateOf', of: expr} : expr)
    return compare(day(early), '>', day(late))
  }
  const [from, to] = [late.expr, early.expr]
  if (grace.unit === 'days') return compare({kind: 'elapsed', unit: 'day', from, to}, '>', literal(BigInt(grace.amount), 'int64'))
  if (asDate) throw new HippoError('CONTRACT_RULE_INVALID', {message: 'graceHours needs a time on both sides', hint: 'write graceDays'})
  const micros = BigInt(Math.round(grace.amount * microsPerHour))
  return compare({kind: 'elapsed', unit: 'microsecond', from, to}, '>', literal(micros, 'int64'))
}

function sayGrace({grace}: TemporalOrderParams): string {
  return grace === undefined || grace.amount === 0 ? '' : ` by more than ${grace.amount} ${grace.unit}`
}

export const temporalOrder = defineRule<TemporalOrderParams>({
  name: 'temporalOrder',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'plausibility.temporal',
  parse: (raw, at) => {
    const params = ruleParams('temporalOrder', raw, at, ['notBefore', 'notAfter', 'by', 'graceDays', 'graceHours'])
    const operand = (name: string): Operand | undefined =>
      params.has(name) ? parseOperand(params.raw(name), at, `temporalOrder ${name}`) : undefined
    const [notBefore, notAfter] = [operand('notBefore'), operand('notAfter')]
    const grace = parseGrace(params)
    if (notBefore === undefined && notAfter === undefined) params.fail(undefined, 'it needs notBefore or notAfter')
    return {
      ...(notBefore === undefined ? {} : {notBefore}),
      ...(notAfter === undefined ? {} : {notAfter}),
      byDate: params.oneOf('by', ['date']) !== undefined,
      ...(grace === undefined ? {} : {grace}),
    }
  },
  columns: (params) => others(params).flatMap(operandColumns),
  relations: (params) => others(params).flatMap(operandRelations),
  complaint: (params, type, columns) => {
    if (!isTemporal(type)) return `a column of type ${typeName(type)} has no place in time`
    const odd = others(params).find((other) => typeof other === 'string' && columns[other] !== undefined && !isTemporal(columns[other]))
    return odd === undefined ? undefined : `column ${operandName(odd)} is not a date or timestamp`
  },
  violates: (params, {value, type}, scope) => {
    const {notBefore, notAfter} = params
    const own: TypedOperand = {expr: value, type}
    return or(
      ...(notBefore === undefined ? [] : [isLater(resolve(notBefore, scope), own, params)]),
      ...(notAfter === undefined ? [] : [isLater(own, resolve(notAfter, scope), params)]),
    )
  },
  appliesTo: (params, {value}: FieldRef, scope) =>
    and(isPresent(value), or(...others(params).map((other) => isPresent(resolve(other, scope).expr)))),
  describe: (params) => {
    const say = (words: string, other: Operand | undefined): readonly string[] =>
      other === undefined ? [] : [`is not ${words} ${operandName(other)}${sayGrace(params)}`]
    return [...say('before', params.notBefore), ...say('after', params.notAfter)].join(' and ')
  },
  examples: [
    {
      params: {notBefore: 'start'},
      type: 'timestamp',
      columns: {start: 'timestamp'},
      rows: [
        {start: '2026-01-01T10:00:00Z', value: '2026-01-01T10:00:00Z'},
        {start: '2026-01-01T10:00:00Z', value: '2026-01-01T09:59:59.999999Z'},
        {start: '2026-01-01T10:00:00Z', value: null},
        {start: null, value: '2026-01-01T10:00:00Z'},
      ],
      bad: [1],
    },
    {
      params: {notBefore: 'start', by: 'date'},
      type: 'timestamp',
      columns: {start: 'timestamp'},
      rows: [
        {start: '2026-01-01T10:00:00Z', value: '2026-01-01T00:00:00Z'},
        {start: '2026-01-01T10:00:00Z', value: '2025-12-31T23:59:59Z'},
      ],
      bad: [1],
    },
    {
      params: {notBefore: {dataset: 'patient', on: {id: 'patient'}, take: 'birth_date'}, notAfter: 'end'},
      type: 'timestamp',
      columns: {patient: 'string', end: 'date'},
      datasets: {
        patient: {
          columns: {id: 'string', birth_date: 'date'},
          rows: [
            {id: 'p1', birth_date: '2000-05-05'},
            {id: 'p2', birth_date: null},
          ],
        },
      },
      rows: [
        {patient: 'p1', value: '2000-05-05T00:00:00Z', end: null},
        {patient: 'p1', value: '2000-05-04T23:59:59Z', end: null},
        {patient: 'p2', value: '1900-01-01T00:00:00Z', end: null},
        {patient: 'p9', value: '1900-01-01T00:00:00Z', end: null},
        {patient: null, value: '2001-01-02T00:00:00Z', end: '2001-01-01'},
        {patient: 'p1', value: '2001-01-01T23:00:00Z', end: '2001-01-01'},
      ],
      bad: [1, 4],
    },
    {
      params: {
        notBefore: {dataset: 'visit', on: {id: 'visit'}, take: 'start'},
        notAfter: {dataset: 'visit', on: {id: 'visit'}, take: 'end'},
        graceHours: 1.5,
      },
      type: 'timestamp',
      columns: {visit: 'string'},
      datasets: {
        visit: {
          columns: {id: 'string', start: 'timestamp', end: 'timestamp'},
          rows: [
            {id: 'v1', start: '2026-01-01T10:00:00Z', end: '2026-01-02T10:00:00Z'},
            {id: 'v2', start: '2026-01-01T10:00:00Z', end: null},
          ],
        },
      },
      rows: [
        {visit: 'v1', value: '2026-01-01T08:30:00Z'},
        {visit: 'v1', value: '2026-01-01T08:29:59.999999Z'},
        {visit: 'v1', value: '2026-01-02T11:30:00Z'},
        {visit: 'v1', value: '2026-01-02T11:30:00.000001Z'},
        {visit: 'v2', value: '2030-01-01T00:00:00Z'},
        {visit: 'v9', value: '2030-01-01T00:00:00Z'},
        {visit: null, value: '2030-01-01T00:00:00Z'},
        {visit: 'v1', value: null},
      ],
      bad: [1, 3],
    },
    {
      params: {notAfter: 'died', graceDays: 60},
      type: 'timestamp',
      columns: {died: 'date'},
      rows: [
        {died: '2026-01-01', value: '2026-03-02T23:59:59Z'},
        {died: '2026-01-01', value: '2026-03-03T00:00:00Z'},
        {died: null, value: '2026-03-03T00:00:00Z'},
      ],
      bad: [1],
    },
  ],
})
