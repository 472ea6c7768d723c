// A query gives a number that keeps to bounds: ODCS's own `type: sql`. `${table}` (or `{object}`) stands for the table as it would be
// committed or published, `${column}` (or `{property}`) for the column that the clause stands under. One SELECT over that table alone: it is
// parsed, and runs read only, with a role that only reads, for a minute at most. PostgreSQL is asked: rows of silver are copied into it first.
import {createHash} from 'node:crypto'
import {defineRule} from './define-rule.ts'
import {factOf} from './measured-number.ts'
import {type CountBound, countOperators, holds, readBounds, sayBounds} from './row-count.ts'
import {ruleParams} from './rule-params.ts'

interface SqlParams {
  readonly query: string
  readonly bounds: readonly CountBound[]
}

const isWithin = (bounds: readonly CountBound[], value: number): boolean => bounds.every((bound) => holds(value, bound))

const bareTable = /(\$?\{(table|object|schema|model)\}|(\w+\s*\.\s*)?(\w+|"([^"]|"")+"))/
const plainCount = new RegExp(
  `^\\s*select\\s+count\\s*\\(\\s*\\*\\s*\\)(\\s+as\\s+\\w+)?\\s+from\\s+${bareTable.source}(\\s+where\\s[^]*)?[\\s;]*$`,
  'i',
)

/**
 * Its answer counts rows of the table, and is no value of one. Anything else could be: what a function, a subquery, an alias of columns
 * or a second SELECT makes of values cannot be told from the text. Words that may follow a WHERE are refused wherever they stand.
 */
const countsRows = (query: string): boolean =>
  plainCount.test(query) &&
  !/\b(select|union|intersect|except|group|having|window|order|limit|offset|fetch|table|values)\b/i.test(after(query))

/** The query behind its own SELECT and its placeholders. */
const after = (query: string): string => query.replace(/^\s*select\b/i, '').replaceAll(/\$?\{\w+\}/g, '')

export const sql = defineRule<SqlParams>({
  name: 'sql',
  scope: 'dataset',
  dimension: 'accuracy',
  kahn: 'conformance.computational',
  parse: (raw, at) => {
    const params = ruleParams('sql', raw, at, ['query', ...countOperators])
    return {query: params.needText('query'), bounds: readBounds(params, (name) => params.number(name))}
  },
  reveals: ({query}) => !countsRows(query),
  basis: ({query}) => `query ${createHash('sha256').update(query).digest('hex').slice(0, 16)}`,
  ask: ({query}, {field}) => ({kind: 'query', sql: query, ...(field === undefined ? {} : {column: field.name})}),
  facts({bounds}, [row], {isProtected}) {
    if (row?.value === null || row?.value === undefined) return {}
    const value = Number(row.value)
    return isProtected === true ? {isKept: isWithin(bounds, value) ? 1 : 0} : {value}
  },
  isVerdict: (facts) => facts.isKept !== undefined,
  judge: ({bounds}, facts) => {
    if (Object.keys(facts).length === 0) return {notApplicable: 'the query gave no value'}
    const isGood = facts.isKept === undefined ? isWithin(bounds, factOf(facts, 'value')) : facts.isKept === 1
    return {violated: isGood ? 0 : 1, denominator: 1}
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
