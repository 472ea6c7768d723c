// A value lies within bounds; both ends belong to the range unless they are exclusive. Null passes: `required` judges
// absence, so one fault gives one reason.
import {and, bool, compare, type Expr, isPresent, literal, or, type ScalarType} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typedBound, typeName} from './typed-value.ts'

type Bound = number | string

export interface RangeParams {
  readonly min?: Bound
  readonly max?: Bound
  readonly exclusiveMin?: Bound
  readonly exclusiveMax?: Bound
}

const names = ['min', 'max', 'exclusiveMin', 'exclusiveMax'] as const
const violating = {min: '<', max: '>', exclusiveMin: '<=', exclusiveMax: '>='} as const
const isTime = (bound: Bound): boolean => /^\d{2}:\d{2}(:\d{2})?$/.test(String(bound))

/** Bounds as an expression of a type; times of day are text that sorts as time. */
function boundOf(bound: Bound, type: ScalarType): Expr | undefined {
  if (type === 'string') return isTime(bound) ? literal(String(bound), 'string') : undefined
  return typedBound(bound, type)
}

function isAbove(low: Bound, high: Bound): boolean {
  return typeof low === typeof high && low > high
}

export const range = defineRule<RangeParams>({
  name: 'range',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('range', raw, at, names)
    const bounds = Object.fromEntries(names.filter((name) => params.has(name)).map((name) => [name, params.bound(name)])) as RangeParams
    if (Object.keys(bounds).length === 0) params.fail(undefined, 'it needs at least one of min, max, exclusiveMin, exclusiveMax')
    for (const low of ['min', 'exclusiveMin'] as const) {
      for (const high of ['max', 'exclusiveMax'] as const) {
        const [from, to] = [bounds[low], bounds[high]]
        if (from === undefined || to === undefined) continue
        const isEmpty = from === to && (low === 'exclusiveMin' || high === 'exclusiveMax')
        if (isAbove(from, to) || isEmpty)
          params.fail(low, `minimum ${from} is ${isEmpty ? 'not below' : 'above'} maximum ${to}`, 'swap or correct the bounds')
      }
    }
    return bounds
  },
  complaint: (params, type) => {
    for (const name of names) {
      const bound = params[name]
      if (bound === undefined || boundOf(bound, type) !== undefined) continue
      return `${typeof bound === 'number' ? bound : `"${bound}"`} is no bound for a column of type ${typeName(type)}`
    }
    return type === 'boolean' ? 'a boolean has no range' : undefined
  },
  violates: (params, {value, type}) => {
    const tests = names.flatMap((name): readonly Expr[] => {
      const bound = params[name]
      const expr = bound === undefined ? undefined : boundOf(bound, type)
      return expr === undefined ? [] : [compare(value, violating[name], expr)]
    })
    return tests.length === 0 ? bool(false) : and(isPresent(value), or(...tests))
  },
  describe: ({min, max, exclusiveMin, exclusiveMax}) => {
    const parts = [
      min === undefined ? '' : `at least ${min}`,
      exclusiveMin === undefined ? '' : `above ${exclusiveMin}`,
      max === undefined ? '' : `at most ${max}`,
      exclusiveMax === undefined ? '' : `below ${exclusiveMax}`,
    ]
    return `is ${parts.filter((part) => part !== '').join(' and ')}`
  },
  examples: [
    {params: {min: 0, max: 10}, type: 'float64', rows: [-1, 0, 5, 10, 10.1, null], bad: [0, 4]},
    {params: {exclusiveMin: 0, exclusiveMax: 10}, type: 'float64', rows: [0, 0.1, 9.9, 10, null], bad: [0, 3]},
    {params: {min: 0}, type: 'int64', rows: [null, -1n, 0n, 9007199254740993n], bad: [1]},
    {params: {max: 1.5}, type: 'int64', rows: [1n, 2n], bad: [1]},
    {params: {min: '1900-01-01'}, type: 'date', rows: ['1899-12-31', '1900-01-01', null], bad: [0]},
    {
      params: {max: '2020-01-01T00:00:00+02:00'},
      type: 'timestamp',
      rows: ['2019-12-31T22:00:00Z', '2019-12-31T22:00:00.000001Z', null],
      bad: [1],
    },
    {params: {min: '08:00'}, rows: ['07:59', '08:00', '23:00:01', null], bad: [0]},
  ],
})
