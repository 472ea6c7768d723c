// A date or time does not lie before (or after) another one: of the same row, or of the row of another dataset that a key
// points at. `by: date` compares UTC days, so that the same day passes; it is implied when one side is a date.

import {HippoError} from '../errors/hippo-error.ts'
import type {Params} from '../errors/read-params.ts'
import {and, column, compare, type Expr, isPresent, or, type ScalarType} from '../expr/expr.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {type On, ownColumns, parseOn, relationKey, relationOf, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface Elsewhere {
  readonly dataset: string
  readonly on: On
  readonly take: string
}

type Other = string | Elsewhere

interface TemporalOrderParams {
  readonly notBefore?: Other
  readonly notAfter?: Other
  readonly byDate: boolean
}

function parseOther(params: Params, name: 'notBefore' | 'notAfter', at: Parameters<typeof ruleParams>[2]): Other | undefined {
  if (!params.has(name)) return undefined
  const map = (() => {
    try {
      return params.map(name)
    } catch {
      return undefined
    }
  })()
  if (map === undefined) return params.text(name)
  const inner = ruleParams(`temporalOrder ${name}`, map, at, ['dataset', 'on', 'take'])
  return {dataset: inner.needText('dataset'), on: parseOn(inner), take: inner.needText('take')}
}

const others = ({notBefore, notAfter}: TemporalOrderParams): readonly Other[] =>
  [notBefore, notAfter].filter((other) => other !== undefined)
const isTemporal = (type: ScalarType): boolean => type === 'date' || type === 'timestamp'

function resolve(other: Other, scope: RuleScope): {readonly expr: Expr; readonly type: ScalarType} {
  if (typeof other === 'string') return {expr: column(other), type: scope.columns[other] ?? 'date'}
  const {dataset, on, take} = other
  const type = relationOf(dataset, scope).columns[take] ?? 'date'
  if (!isTemporal(type)) {
    throw new HippoError('CONTRACT_RULE_INVALID', {message: `${dataset}.${take} is ${typeName(type)}, not a date or timestamp`})
  }
  return {expr: {kind: 'lookup', ...relationKey(dataset, on, scope), take}, type}
}

function compared(
  value: Expr,
  type: ScalarType,
  other: Other,
  operator: '<' | '>',
  {byDate, scope}: {byDate: boolean; scope: RuleScope},
): Expr {
  const right = resolve(other, scope)
  const asDate = byDate || type !== right.type
  const day = (expr: Expr, of: ScalarType): Expr => (asDate && of === 'timestamp' ? {kind: 'dateOf', of: expr} : expr)
  return compare(day(value, type), operator, day(right.expr, right.type))
}

const name = (other: Other): string => (typeof other === 'string' ? other : `${other.dataset}.${other.take}`)

export const temporalOrder = defineRule<TemporalOrderParams>({
  name: 'temporalOrder',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'plausibility.temporal',
  parse: (raw, at) => {
    const params = ruleParams('temporalOrder', raw, at, ['notBefore', 'notAfter', 'by'])
    const [notBefore, notAfter] = [parseOther(params, 'notBefore', at), parseOther(params, 'notAfter', at)]
    if (notBefore === undefined && notAfter === undefined) params.fail(undefined, 'it needs notBefore or notAfter')
    return {
      ...(notBefore === undefined ? {} : {notBefore}),
      ...(notAfter === undefined ? {} : {notAfter}),
      byDate: params.oneOf('by', ['date']) !== undefined,
    }
  },
  columns: (params) => others(params).flatMap((other) => (typeof other === 'string' ? [other] : ownColumns(other.on))),
  relations: (params) =>
    others(params).flatMap((other) =>
      typeof other === 'string' ? [] : [{dataset: other.dataset, columns: [...theirColumns(other.on), other.take]}],
    ),
  complaint: (params, type, columns) => {
    if (!isTemporal(type)) return `a column of type ${typeName(type)} has no place in time`
    const odd = others(params).find((other) => typeof other === 'string' && columns[other] !== undefined && !isTemporal(columns[other]))
    return odd === undefined ? undefined : `column ${name(odd)} is not a date or timestamp`
  },
  violates: ({notBefore, notAfter, byDate}, {value, type}, scope) =>
    or(
      ...(notBefore === undefined ? [] : [compared(value, type, notBefore, '<', {byDate, scope})]),
      ...(notAfter === undefined ? [] : [compared(value, type, notAfter, '>', {byDate, scope})]),
    ),
  appliesTo: (params, {value}: FieldRef, scope) =>
    and(isPresent(value), or(...others(params).map((other) => isPresent(resolve(other, scope).expr)))),
  describe: ({notBefore, notAfter}) =>
    [notBefore === undefined ? '' : `is not before ${name(notBefore)}`, notAfter === undefined ? '' : `is not after ${name(notAfter)}`]
      .filter((part) => part !== '')
      .join(' and '),
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
  ],
})
