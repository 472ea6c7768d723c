// A query gives a number that keeps to bounds: ODCS's own `type: sql`. `${table}` (or `{object}`) stands for the model's table as it would be
// published, `${column}` (or `{property}`) for the column that the clause stands under. One SELECT over that table alone: it is parsed, and
// runs read only, with a role that only reads, for a minute at most. PostgreSQL is asked, so it is for gold models.
import {createHash} from 'node:crypto'
import {defineRule} from './define-rule.ts'
import {factOf} from './measured-number.ts'
import {type CountBound, countOperators, holds, readBounds, sayBounds} from './row-count.ts'
import {ruleParams} from './rule-params.ts'

interface SqlParams {
  readonly query: string
  readonly bounds: readonly CountBound[]
}

export const sql = defineRule<SqlParams>({
  name: 'sql',
  scope: 'dataset',
  dimension: 'accuracy',
  kahn: 'conformance.computational',
  parse: (raw, at) => {
    const params = ruleParams('sql', raw, at, ['query', ...countOperators])
    return {query: params.needText('query'), bounds: readBounds(params, (name) => params.number(name))}
  },
  basis: ({query}) => `query ${createHash('sha256').update(query).digest('hex').slice(0, 16)}`,
  ask: ({query}, {field}) => ({kind: 'query', sql: query, ...(field === undefined ? {} : {column: field.name})}),
  facts: (_, [row]) => (row?.value === null || row?.value === undefined ? {} : {value: Number(row.value)}),
  judge: ({bounds}, facts) => {
    if (facts.value === undefined) return {notApplicable: 'the query gave no value'}
    return {violated: bounds.every((bound) => holds(factOf(facts, 'value'), bound)) ? 0 : 1, denominator: 1}
  },
  describe: ({bounds}) => `gives ${sayBounds(bounds)} as the answer to a query`,
  examples: [
    {
      params: {query: 'select count(*) from ${table} where value < 0', mustBe: 0},
      columns: {value: 'int64'},
      rows: [{value: 0n}, {value: null}],
      violated: 0,
      facts: {value: 0},
    },
    {
      params: {query: 'select avg(value) from {object}', mustBeBetween: [1, 2]},
      columns: {value: 'float64'},
      rows: [{value: 1}, {value: 3}],
      violated: 1,
      facts: {value: 2},
    },
    {
      params: {query: 'select max(value) from ${object}', mustBeGreaterOrEqualTo: -1.5},
      columns: {value: 'float64'},
      rows: [{value: null}],
      violated: 'the query gave no value',
    },
  ],
})
