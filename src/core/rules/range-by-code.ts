// A value lies within the bounds that the contract itself lists for the row's code, and for its unit where a unit column
// is named. Codes and units that are not listed are not judged.

import {readParams} from '../errors/read-params.ts'
import {and, column, compare, type Expr, isIn, isPresent, or, type ScalarType, type ScalarValue} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typedValue, typeName} from './typed-value.ts'

interface CodeRange {
  readonly code: string
  readonly unit?: string
  readonly min?: number
  readonly max?: number
}

interface RangeByCodeParams {
  readonly code: string
  readonly unit?: string
  readonly ranges: readonly CodeRange[]
}

function table({unit, ranges}: RangeByCodeParams, type: ScalarType): Plan {
  const boundType = type === 'int64' ? 'float64' : type
  const bound = (value: number | undefined): ScalarValue => (value === undefined ? null : (typedValue(value, boundType) ?? null))
  return {
    kind: 'values',
    columns: [
      {name: 'code', type: 'string'},
      ...(unit === undefined ? [] : [{name: 'unit', type: 'string'} as const]),
      {name: 'min', type: boundType},
      {name: 'max', type: boundType},
    ],
    rows: ranges.map((range) => [range.code, ...(unit === undefined ? [] : [range.unit ?? null]), bound(range.min), bound(range.max)]),
  }
}

export const rangeByCode = defineRule<RangeByCodeParams>({
  name: 'rangeByCode',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('rangeByCode', raw, at, ['code', 'unit', 'ranges'])
    const unit = params.text('unit')
    const ranges = Object.entries(params.need('ranges', params.map('ranges'))).map(([code, entry]): CodeRange => {
      const known = unit === undefined ? ['min', 'max'] : ['unit', 'min', 'max']
      const range = readParams(entry, at, {code: 'CONTRACT_RULE_INVALID', subject: `rule rangeByCode, range of ${code}`, known})
      const [min, max] = [range.number('min'), range.number('max')]
      if (min === undefined && max === undefined) params.fail('ranges', `range of ${code}: it needs min or max`)
      if (min !== undefined && max !== undefined && min > max)
        params.fail('ranges', `range of ${code}: minimum ${min} is above maximum ${max}`)
      return {
        code,
        ...(unit === undefined ? {} : {unit: range.needText('unit')}),
        ...(min === undefined ? {} : {min}),
        ...(max === undefined ? {} : {max}),
      }
    })
    return {code: params.needText('code'), ...(unit === undefined ? {} : {unit}), ranges}
  },
  columns: ({code, unit}) => [code, ...(unit === undefined ? [] : [unit])],
  complaint: ({code, unit, ranges}, type, columns) => {
    if (type !== 'int64' && type !== 'float64' && typeof type !== 'object') return `a column of type ${typeName(type)} has no numeric range`
    const odd = [code, unit].find((name) => name !== undefined && columns[name] !== undefined && columns[name] !== 'string')
    if (odd !== undefined) return `column ${odd} must be text`
    const misfit = ranges
      .flatMap(({min, max}) => [min, max])
      .find((bound) => bound !== undefined && type !== 'int64' && typedValue(bound, type) === undefined)
    return misfit === undefined ? undefined : `${misfit} is no value of type ${typeName(type)}`
  },
  violates: (params, {value, type}) => {
    const {code, unit} = params
    const key = [column(code), ...(unit === undefined ? [] : [column(unit)])]
    const on = ['code', ...(unit === undefined ? [] : ['unit'])]
    const bound = (take: 'min' | 'max'): Expr => ({kind: 'lookup', key, relation: table(params, type), on, take})
    return or(compare(value, '<', bound('min')), compare(value, '>', bound('max')))
  },
  appliesTo: ({code, ranges}, {value}) => and(isPresent(value), isIn(column(code), [...new Set(ranges.map((range) => range.code))])),
  describe: ({code, ranges}) => `lies within the range listed for its ${code} (${ranges.length} codes)`,
  examples: [
    {
      params: {code: 'code', ranges: {'8310-5': {min: 25, max: 45}, '8867-4': {min: 0}}},
      type: 'float64',
      columns: {code: 'string'},
      rows: [
        {code: '8310-5', value: 25},
        {code: '8310-5', value: 24.9},
        {code: '8310-5', value: 45.1},
        {code: '8310-5', value: null},
        {code: '8867-4', value: -1},
        {code: 'other', value: -1},
        {code: null, value: -1},
      ],
      bad: [1, 2, 4],
    },
    {
      params: {code: 'code', unit: 'unit', ranges: {'29463-7': {unit: 'kg', min: 1, max: 500}}},
      type: 'int64',
      columns: {code: 'string', unit: 'string'},
      rows: [
        {code: '29463-7', unit: 'kg', value: 501n},
        {code: '29463-7', unit: 'g', value: 3500n},
        {code: '29463-7', unit: null, value: 3500n},
      ],
      bad: [0],
    },
  ],
})
