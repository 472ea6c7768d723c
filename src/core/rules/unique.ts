// No two rows share the key. `keep` says which row of a group is right: none of them (the default, for nobody knows), the `first` one
// of the delivery, or the `latest` one by a column (`by`); where several are the latest, or have no such value, none is. A key with a null
// part matches nothing. Where rows are merged, a row that is merely sent twice is no duplicate; where rows are appended, the rows
// that are there already count too, and come first.
import {and, column, type Expr, isNull, isPresent, not, or} from '../expr/expr.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface UniqueParams {
  readonly columns: readonly string[]
  readonly keep: 'none' | 'first' | 'latest'
  /** Tells which row is the latest. */
  readonly by?: string
}

const keyOf = ({columns}: UniqueParams, field: FieldRef): readonly string[] => (columns.length === 0 ? [field.name] : columns)

/** True for the rows of this delivery that are not the one to keep. */
function isSpare({keep, by}: UniqueParams, key: readonly string[], {repeats}: RuleScope): Expr {
  const isMergeKey = repeats !== undefined && [...key].sort().join() === [...repeats.key].sort().join()
  const isDuplicated = (of: readonly string[]): Expr => ({
    kind: 'isDuplicated',
    key: of,
    ...(isMergeKey ? {unlessSame: repeats.columns} : {}),
  })
  if (keep === 'first') {
    const isLater: Expr = {kind: 'isRepeat', key, columns: []}
    return isMergeKey ? and(isLater, not({kind: 'isRepeat', key, columns: repeats.columns})) : isLater
  }
  if (by === undefined) return isDuplicated(key)
  return or({kind: 'isSuperseded', key, by}, isDuplicated([...key, by]), and(isNull(column(by)), isDuplicated(key)))
}

export const unique = defineRule<UniqueParams>({
  name: 'unique',
  scope: 'row',
  dimension: 'uniqueness',
  kahn: 'plausibility.uniqueness',
  parse: (raw, at) => {
    const params = ruleParams('unique', raw, at, ['columns', 'keep', 'by'])
    const keep = params.oneOf('keep', ['none', 'first', 'latest']) ?? 'none'
    const by = params.text('by')
    if (keep === 'latest' && by === undefined) params.fail('keep', 'keep: latest needs by: the column that tells which row is the latest')
    if (keep !== 'latest' && by !== undefined) params.fail('by', 'by is for keep: latest')
    return {columns: params.texts('columns') ?? [], keep, ...(by === undefined ? {} : {by})}
  },
  columns: ({columns, by}) => [...columns, ...(by === undefined ? [] : [by])],
  complaint: ({by}, _, columns) => {
    const type = by === undefined ? undefined : columns[by]
    const isOrdered = type === undefined || type === 'date' || type === 'timestamp' || type === 'int64'
    return isOrdered ? undefined : `column ${by} is ${typeName(type)}: the latest row is told by a date, a timestamp or an integer`
  },
  standsAlone: ({columns}) => columns.length > 0,
  violates: (params, field, scope): Expr => {
    const key = keyOf(params, field)
    const {existing} = scope
    const spare = isSpare(params, key, scope)
    return existing === undefined ? spare : or(spare, {kind: 'existsIn', key: key.map(column), relation: existing.plan, on: key})
  },
  appliesTo: (params, field) => and(...keyOf(params, field).map((name) => isPresent(column(name)))),
  describe: ({columns, keep, by}) => {
    const kept = keep === 'none' ? '' : keep === 'first' ? ' (the first row is kept)' : ` (the row with the latest ${by} is kept)`
    return `${columns.length === 0 ? 'occurs once' : `${columns.join(', ')} together occur once`}${kept}`
  },
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
    {params: {keep: 'first'}, rows: ['a', 'b', 'a', null, null, 'a'], bad: [2, 5]},
    {
      params: {keep: 'first'},
      columns: {city: 'string'},
      repeats: {key: ['value'], columns: ['value', 'city']},
      rows: [
        {value: 'a', city: 'Basel'},
        {value: 'a', city: 'Basel'},
        {value: 'a', city: 'Bern'},
        {value: 'b', city: null},
      ],
      bad: [2],
    },
    {
      params: {keep: 'latest', by: 'at'},
      columns: {at: 'timestamp'},
      rows: [
        {value: 'a', at: '2026-01-01T00:00:00Z'},
        {value: 'a', at: '2026-01-02T00:00:00Z'},
        {value: 'a', at: null},
        {value: 'b', at: '2026-01-02T00:00:00Z'},
        {value: 'b', at: '2026-01-02T00:00:00Z'},
        {value: 'c', at: null},
        {value: 'c', at: null},
        {value: 'd', at: null},
        {value: null, at: '2026-01-01T00:00:00Z'},
        {value: null, at: '2026-01-02T00:00:00Z'},
      ],
      bad: [0, 2, 3, 4, 5, 6],
    },
  ],
})
