// A number lies far from the others, or from those with the same code and unit (`by`). `mad`, the default, measures by the median distance
// to the median (in standard deviations, were it a normal distribution), `iqr` by the distance between the quartiles; half of the rows
// may be wrong before either is misled. Groups of fewer than `minRows` numbers, and those where most numbers are the same, are not
// judged. What is rare is not wrong: it warns. Compared are the rows judged together: a delivery, or with `validate` all of silver.
import {and, column, type Expr, isPresent, type OutlierMethod} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface OutlierParams {
  readonly by: readonly string[]
  readonly method: OutlierMethod
  readonly limit: number
  readonly minRows: number
}

const usualLimits = {mad: 6, iqr: 3} as const
const usualMinRows = 30

const isJudged = ({by}: OutlierParams, value: Expr): Expr => and(isPresent(value), ...by.map((name) => isPresent(column(name))))

export const outlier = defineRule<OutlierParams>({
  name: 'outlier',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  severity: 'warning',
  parse: (raw, at) => {
    const params = ruleParams('outlier', raw, at, ['by', 'method', 'limit', 'minRows'])
    const method = params.oneOf('method', ['mad', 'iqr']) ?? 'mad'
    const limit = params.number('limit') ?? usualLimits[method]
    const minRows = params.count('minRows') ?? usualMinRows
    if (limit <= 0) params.fail('limit', 'limit is a number above 0')
    if (minRows < 2) params.fail('minRows', 'one row has no others: at least 2')
    return {by: params.textOrTexts('by') ?? [], method, limit, minRows}
  },
  columns: ({by}) => by,
  complaint: (_, type) =>
    type === 'int64' || type === 'float64' ? undefined : `${typeName(type)} has no distances that are measured; integer and number have`,
  violates: ({by, method, limit, minRows}, {name}, {where}) => ({
    kind: 'isFarOut',
    key: by,
    of: name,
    method,
    limit,
    minRows,
    ...(where === undefined ? {} : {where}),
  }),
  appliesTo: (params, {value}) => isJudged(params, value),
  describe: ({by, method, limit, minRows}) => {
    const others = `${by.length === 0 ? '' : ` with the same ${by.join(', ')}`}, where there are ${minRows} or more`
    return method === 'mad'
      ? `lies within ${limit} robust standard deviations of the median of the rows${others}`
      : `lies within ${limit} quartile distances of the middle half of the rows${others}`
  },
  examples: [
    {
      params: {minRows: 5},
      type: 'float64',
      // Median 37, median distance 0.2: 6 robust deviations are 1.77912.
      rows: [36.8, 37, 37.2, 37.1, 36.7, 38.779, 38.78, 35.22, 98.6, null, 36.9, 37.1, 36.6],
      bad: [6, 7, 8],
    },
    {
      params: {minRows: 3, method: 'iqr', by: ['code', 'unit']},
      type: 'int64',
      columns: {code: 'string', unit: 'string'},
      rows: [
        {code: 'hr', unit: '/min', value: 60n},
        {code: 'hr', unit: '/min', value: 70n},
        {code: 'hr', unit: '/min', value: 72n},
        {code: 'hr', unit: '/min', value: 80n},
        {code: 'hr', unit: '/min', value: 110n},
        {code: 'hr', unit: '/min', value: 111n},
        {code: 'hr', unit: '/min', value: null},
        {code: 'hr', unit: null, value: 900n},
        {code: 'wt', unit: 'kg', value: 70n},
        {code: 'wt', unit: 'kg', value: 900n},
      ],
      bad: [],
    },
    {
      params: {minRows: 3, method: 'iqr', limit: 1.5, by: ['code']},
      type: 'int64',
      columns: {code: 'string'},
      // Quartiles 60 and 66: 1.5 times 6 below and above is 51 to 75.
      rows: [60, 62, 64, 66, 70, 75, 76, 50, 64, 66, 66, 51].map((value) => ({code: 'hr', value: BigInt(value)})),
      bad: [6, 7],
    },
    {params: {minRows: 2}, type: 'int64', rows: [5n, 5n, 5n, 900n, null], bad: []},
    {params: {minRows: 5}, type: 'int64', rows: [1n, 2n, 3n, 900n], bad: []},
  ],
})
