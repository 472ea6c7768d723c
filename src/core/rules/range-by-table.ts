// A value lies within the bounds that a table holds for the row's key (a code, a unit, a site). A key that the table does
// not list, and a bound that it leaves empty, judge nothing. The key is unique in the table.

import {HippoError} from '../errors/hippo-error.ts'
import {and, compare, type Expr, isPresent, or} from '../expr/expr.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {parseReference} from './reference-name.ts'
import {type On, ownColumns, parseOn, relationKey, relationName, relationOf, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'
import {isComparable, typeName} from './typed-value.ts'

interface RangeByTableParams {
  readonly dataset: string
  readonly on: On
  readonly min?: string
  readonly max?: string
}

function bound({dataset, on}: RangeByTableParams, take: string, field: FieldRef, scope: RuleScope): Expr {
  const type = relationOf(dataset, scope).columns[take]
  if (type !== undefined && !isComparable(type, field.type)) {
    throw new HippoError('CONTRACT_RULE_INVALID', {
      message: `${dataset}.${take} is ${typeName(type)} but ${field.name} is ${typeName(field.type)}: they cannot be compared`,
    })
  }
  return {kind: 'lookup', ...relationKey(dataset, on, scope), take}
}

export const rangeByTable = defineRule<RangeByTableParams>({
  name: 'rangeByTable',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('rangeByTable', raw, at, ['dataset', 'file', 'on', 'min', 'max'])
    const [min, max] = [params.text('min'), params.text('max')]
    if (min === undefined && max === undefined) params.fail(undefined, 'it needs min or max: columns of the table')
    return {
      dataset: parseReference(params),
      on: parseOn(params),
      ...(min === undefined ? {} : {min}),
      ...(max === undefined ? {} : {max}),
    }
  },
  columns: ({on}) => ownColumns(on),
  relations: ({dataset, on, min, max}) => [{dataset, columns: [...theirColumns(on), ...[min, max].filter((name) => name !== undefined)]}],
  complaint: (_, type) => (type === 'string' || type === 'boolean' ? `a column of type ${typeName(type)} has no range` : undefined),
  violates: (params, field, scope) =>
    or(
      ...(params.min === undefined ? [] : [compare(field.value, '<', bound(params, params.min, field, scope))]),
      ...(params.max === undefined ? [] : [compare(field.value, '>', bound(params, params.max, field, scope))]),
    ),
  appliesTo: ({dataset, on}, {value}, scope) => and(isPresent(value), {kind: 'existsIn', ...relationKey(dataset, on, scope)}),
  describe: ({dataset, on}) => `lies within the range that ${relationName(dataset, on)} gives`,
  examples: [
    {
      params: {dataset: 'limits', on: {code: 'code'}, min: 'low', max: 'high'},
      type: 'float64',
      columns: {code: 'string'},
      datasets: {
        limits: {
          columns: {code: 'string', low: 'float64', high: 'float64'},
          rows: [
            {code: 'temp', low: 30, high: 45},
            {code: 'count', low: 0, high: null},
          ],
        },
      },
      rows: [
        {code: 'temp', value: 30},
        {code: 'temp', value: 29.9},
        {code: 'temp', value: 45.1},
        {code: 'temp', value: null},
        {code: 'count', value: 1e9},
        {code: 'count', value: -1},
        {code: 'other', value: -1},
        {code: null, value: -1},
      ],
      bad: [1, 2, 5],
    },
  ],
})
