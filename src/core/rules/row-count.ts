// The dataset has so many rows. Bounds are written as ODCS operators; `between` leaves both ends out, as ODCS says.
import type {Params} from '../errors/read-params.ts'
import {defineRule} from './define-rule.ts'
import {factOf, numberOf} from './measured-number.ts'
import {ruleParams} from './rule-params.ts'

export const countOperators = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const

type CountOperator = (typeof countOperators)[number]

export interface CountBound {
  readonly operator: CountOperator
  readonly low: number
  /** Only for between. */
  readonly high: number
}

interface RowCountParams {
  readonly bounds: readonly CountBound[]
}

/** Whether a number keeps to a bound. */
export function holds(rows: number, {operator, low, high}: CountBound): boolean {
  switch (operator) {
    case 'mustBe':
      return rows === low
    case 'mustNotBe':
      return rows !== low
    case 'mustBeGreaterThan':
      return rows > low
    case 'mustBeGreaterOrEqualTo':
      return rows >= low
    case 'mustBeLessThan':
      return rows < low
    case 'mustBeLessOrEqualTo':
      return rows <= low
    case 'mustBeBetween':
      return rows > low && rows < high
    case 'mustNotBeBetween':
      return !(rows > low && rows < high)
  }
}

const words: Readonly<Record<CountOperator, string>> = {
  mustBe: 'exactly',
  mustNotBe: 'not',
  mustBeGreaterThan: 'more than',
  mustBeGreaterOrEqualTo: 'at least',
  mustBeLessThan: 'fewer than',
  mustBeLessOrEqualTo: 'at most',
  mustBeBetween: 'between',
  mustNotBeBetween: 'not between',
}

/** The bounds that are given, at least one; `read` reads the number of an operator. */
export function readBounds(params: Params, read: (operator: CountOperator) => number | undefined): readonly CountBound[] {
  const bounds = countOperators
    .filter((operator) => params.has(operator))
    .map((operator): CountBound => {
      if (operator !== 'mustBeBetween' && operator !== 'mustNotBeBetween') {
        const low = params.need(operator, read(operator))
        return {operator, low, high: low}
      }
      const [low, high, ...rest] = params.scalars(operator) ?? []
      if (typeof low !== 'number' || typeof high !== 'number' || rest.length > 0)
        return params.fail(operator, `${operator} must be two numbers`)
      return low < high ? {operator, low, high} : params.fail(operator, `${low} is not below ${high}`, 'the smaller number comes first')
    })
  return bounds.length > 0 ? bounds : params.fail(undefined, `it needs one of ${countOperators.join(', ')}`)
}

/** "at least 3, fewer than 9" */
export function sayBounds(bounds: readonly CountBound[]): string {
  return bounds.map(({operator, low, high}) => `${words[operator]} ${low}${low === high ? '' : ` and ${high}`}`).join(', ')
}

export const rowCount = defineRule<RowCountParams>({
  name: 'rowCount',
  scope: 'dataset',
  dimension: 'coverage',
  kahn: 'completeness',
  parse: (raw, at) => {
    const params = ruleParams('rowCount', raw, at, countOperators)
    const bounds = readBounds(params, (name) => params.count(name))
    return {bounds}
  },
  basis: () => 'rows',
  ask: () => ({kind: 'numbers', aggregates: [{name: 'rows', function: 'count'}]}),
  facts: (_, answer) => ({rows: numberOf(answer, 'rows')}),
  judge: ({bounds}, facts) => ({violated: bounds.every((bound) => holds(factOf(facts, 'rows'), bound)) ? 0 : 1, denominator: 1}),
  describe: ({bounds}) => `has ${sayBounds(bounds)} rows`,
  examples: [
    {params: {mustBeGreaterThan: 0}, columns: {value: 'string'}, rows: [], violated: 1},
    {params: {mustBeGreaterThan: 0}, columns: {value: 'string'}, rows: [{value: null}], violated: 0},
    {params: {mustBeLessThan: 2}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}], violated: 1},
    {params: {mustBe: 2}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}], violated: 0},
    {params: {mustBeBetween: [1, 3]}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}], violated: 0},
    {params: {mustBeBetween: [2, 3]}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}], violated: 1},
    {params: {mustNotBeBetween: [2, 3]}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}], violated: 0},
    {params: {mustBeLessOrEqualTo: 0}, columns: {value: 'string'}, rows: [], violated: 0},
  ],
})
