// No two rows share the key: all rows of a group are bad, for nobody knows which one is right. A key with a null part
// matches nothing. Where rows are merged, a row that is merely sent twice is no duplicate; where rows are appended, the
// rows that are there already count too.
import {and, column, type Expr, isPresent, or} from '../expr/expr.ts'
import {defineRule, type FieldRef} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

interface UniqueParams {
  readonly columns: readonly string[]
}

const keyOf = ({columns}: UniqueParams, field: FieldRef): readonly string[] => (columns.length === 0 ? [field.name] : columns)

export const unique = defineRule<UniqueParams>({
  name: 'unique',
  scope: 'row',
  dimension: 'uniqueness',
  kahn: 'plausibility.uniqueness',
  parse: (raw, at) => {
    const params = ruleParams('unique', raw, at, ['columns', 'keep'])
    params.oneOf('keep', ['none'])
    return {columns: params.texts('columns') ?? []}
  },
  columns: ({columns}) => columns,
  standsAlone: ({columns}) => columns.length > 0,
  violates: (params, field, {repeats, existing}): Expr => {
    const key = keyOf(params, field)
    const isMergeKey = repeats !== undefined && [...key].sort().join() === [...repeats.key].sort().join()
    const isDuplicated: Expr = {kind: 'isDuplicated', key, ...(isMergeKey ? {unlessSame: repeats.columns} : {})}
    if (existing === undefined) return isDuplicated
    return or(isDuplicated, {kind: 'existsIn', key: key.map(column), relation: existing.plan, on: key})
  },
  appliesTo: (params, field) => and(...keyOf(params, field).map((name) => isPresent(column(name)))),
  describe: ({columns}) => (columns.length === 0 ? 'occurs once' : `${columns.join(', ')} together occur once`),
  examples: [
    {params: {}, rows: ['a', 'b', 'a', null, null], bad: [0, 2]},
    {params: {}, type: 'int64', rows: [1n, 1n, 1n, 2n], bad: [0, 1, 2]},
    {
      params: {columns: ['value', 'day']},
      columns: {day: 'date'},
      rows: [
        {value: 'a', day: '2026-01-01'},
        {value: 'a', day: '2026-01-02'},
        {value: 'a', day: '2026-01-01'},
        {value: 'a', day: null},
        {value: 'a', day: null},
      ],
      bad: [0, 2],
    },
    {
      params: {},
      columns: {city: 'string'},
      repeats: {key: ['value'], columns: ['value', 'city']},
      rows: [
        {value: 'a', city: 'Basel'},
        {value: 'a', city: 'Basel'},
        {value: 'b', city: 'Basel'},
        {value: 'b', city: null},
        {value: 'c', city: null},
        {value: 'c', city: null},
      ],
      bad: [2, 3],
    },
    {
      params: {},
      existing: {columns: {value: 'string'}, rows: [{value: 'a'}, {value: null}]},
      rows: ['a', 'b', null],
      bad: [0],
    },
  ],
})
