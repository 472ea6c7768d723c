// A person's value does not leap from one measurement to the next: a weight does not halve in a week. `key` says whose values follow each
// other (the person, and the code where several share the column), `at` orders them. A change counts when it is beyond every bound that
// is given: `max` in the column's own unit, `maxPercent` of the value before. `withinDays` leaves out pairs that lie further apart. The row
// after the leap is the one that is shown; which of the two is wrong it cannot say, so it warns. Of values taken at one
// time the smaller comes first. Compared are the rows judged together: a delivery, or with `validate` all of silver.
import {and, column, compare, type Expr, isPresent, literal, or, type ScalarType, when} from '../expr/expr.ts'
import {defineRule, type FieldRef} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface JumpParams {
  readonly key: readonly string[]
  readonly at: string
  readonly max?: number
  readonly maxPercent?: number
  readonly withinDays?: number
}

export const jump = defineRule<JumpParams>({
  name: 'jump',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.temporal',
  severity: 'warning',
  parse: (raw, at) => {
    const params = ruleParams('jump', raw, at, ['key', 'at', 'max', 'maxPercent', 'withinDays'])
    const above = (name: 'max' | 'maxPercent' | 'withinDays'): Partial<Record<typeof name, number>> => {
      const value = params.number(name)
      if (value !== undefined && value <= 0) params.fail(name, `${name} is a number above 0`)
      return value === undefined ? {} : {[name]: value}
    }
    if (!params.has('max') && !params.has('maxPercent')) params.fail(undefined, 'it needs max or maxPercent')
    return {
      key: params.need('key', params.textOrTexts('key')),
      at: params.needText('at'),
      ...above('max'),
      ...above('maxPercent'),
      ...above('withinDays'),
    }
  },
  columns: ({key, at}) => [...key, at],
  complaint: ({at}, type, columns) => {
    if (type !== 'int64' && type !== 'float64') return `${typeName(type)} has no changes that are measured; integer and number have`
    const order: ScalarType | undefined = columns[at]
    if (order === undefined || order === 'date' || order === 'timestamp') return undefined
    return `column ${at} is ${typeName(order)}: the order of measurements is told by a date or a timestamp`
  },
  violates: (params, field, {where}) => {
    const counts = and(isPresent(field.value), ...(where === undefined ? [] : [where]))
    const before = (of: string): Expr => ({kind: 'previous', key: params.key, by: params.at, of, where: counts})
    return and(isPresent(field.value), ...isBeyond(params, field, before(field.name)), ...isNear(params, before(params.at)))
  },
  appliesTo: ({key, at}, {value}) => and(isPresent(value), ...[...key, at].map((name) => isPresent(column(name)))),
  describe: ({key, at, max, maxPercent, withinDays}) => {
    const bounds = [...(max === undefined ? [] : [String(max)]), ...(maxPercent === undefined ? [] : [`${maxPercent} %`])]
    const near = withinDays === undefined ? '' : ` within ${withinDays} days`
    return `does not differ by more than ${bounds.join(' and ')} from the value before it (same ${key.join(', ')}, by ${at})${near}`
  },
  examples: [
    {
      params: {key: 'person', at: 'at', max: 20},
      type: 'float64',
      columns: {person: 'string', at: 'timestamp'},
      rows: [
        {person: 'a', at: '2026-01-02T00:00:00Z', value: 90},
        {person: 'a', at: '2026-01-01T00:00:00Z', value: 70},
        {person: 'a', at: '2026-01-03T00:00:00Z', value: null},
        {person: 'a', at: '2026-01-04T00:00:00Z', value: 110.5},
        {person: 'b', at: '2026-01-05T00:00:00Z', value: 20},
        {person: null, at: '2026-01-06T00:00:00Z', value: 500},
        {person: 'a', at: null, value: 500},
        {person: 'a', at: '2026-01-05T00:00:00Z', value: 20},
      ],
      bad: [3, 7],
    },
    {
      params: {key: ['person', 'code'], at: 'on', max: 5, maxPercent: 50, withinDays: 7},
      type: 'int64',
      columns: {person: 'int64', code: 'string', on: 'date'},
      rows: [
        {person: 1n, code: 'wt', on: '2026-01-01', value: 10n},
        {person: 1n, code: 'ht', on: '2026-01-02', value: 100n},
        {person: 1n, code: 'wt', on: '2026-01-08', value: 15n},
        {person: 1n, code: 'wt', on: '2026-01-09', value: 23n},
        {person: 1n, code: 'wt', on: '2026-01-17', value: 80n},
        {person: 1n, code: 'ht', on: '2026-01-03', value: 140n},
      ],
      bad: [3],
    },
    {
      params: {key: 'person', at: 'on', maxPercent: 50},
      type: 'float64',
      columns: {person: 'string', on: 'date'},
      rows: [
        {person: 'a', on: '2026-01-01', value: -10},
        {person: 'a', on: '2026-01-01', value: -15},
        {person: 'a', on: '2026-01-01', value: 0},
        {person: 'a', on: '2026-01-02', value: 0},
      ],
      bad: [2],
    },
  ],
})

const arithmetic = (left: Expr, operator: '-' | '*', right: Expr): Expr => ({kind: 'arithmetic', operator, left, right})

/** One condition for each bound that is given. */
function isBeyond({max, maxPercent}: JumpParams, {value}: FieldRef, before: Expr): readonly Expr[] {
  const change = arithmetic(value, '-', before)
  const exceeds = (bound: Expr): Expr =>
    or(compare(change, '>', bound), compare(change, '<', arithmetic(literal(0, 'float64'), '-', bound)))
  const none = literal(0, 'float64')
  const size = when(compare(before, '<', none), arithmetic(none, '-', before), arithmetic(before, '-', none))
  return [
    ...(max === undefined ? [] : [exceeds(literal(max, 'float64'))]),
    ...(maxPercent === undefined ? [] : [exceeds(arithmetic(size, '*', literal(maxPercent / 100, 'float64')))]),
  ]
}

/** The measurement before was not too long ago. */
function isNear({at, withinDays}: JumpParams, before: Expr): readonly Expr[] {
  if (withinDays === undefined) return []
  return [compare({kind: 'elapsed', unit: 'day', from: before, to: column(at)}, '<=', literal(withinDays, 'float64'))]
}
