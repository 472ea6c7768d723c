// So many percent of the rows have a value in this column, and where `by` names columns, so many in each of their groups: a ward
// that stopped sending one shows although the hospital as a whole looks as usual. Groups of fewer than `minRows` rows are not judged.
import {column, compare, type Expr, isPresent, literal} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {type DatasetSubject, defineRule} from './define-rule.ts'
import {factOf, numberOf} from './measured-number.ts'
import {ruleParams} from './rule-params.ts'

interface CompletenessParams {
  /** Percent of rows. */
  readonly min: number
  readonly by: readonly string[]
  readonly minRows: number
}

export const completeness = defineRule<CompletenessParams>({
  name: 'completeness',
  scope: 'dataset',
  standsUnder: 'column',
  dimension: 'completeness',
  kahn: 'completeness',
  parse: (raw, at) => {
    const params = ruleParams('completeness', raw, at, ['min', 'by', 'minRows'])
    const min = params.need('min', params.number('min'))
    if (min <= 0 || min > 100) params.fail('min', 'min is a number of percent above 0 and at most 100')
    const by = params.textOrTexts('by') ?? []
    if (by.length === 0 && params.has('minRows')) params.fail('minRows', 'minRows is for groups: name their columns with by')
    return {min, by, minRows: params.count('minRows') ?? 1}
  },
  columns: ({by}) => by,
  complaint: ({by}, {columns}) => {
    const uneven = by.find((name) => columns[name] === 'float64')
    return uneven === undefined ? undefined : `column ${uneven} holds numbers with decimals, which make no groups`
  },
  basis: ({min, by, minRows}) => (by.length === 0 ? 'present' : `present by ${by.join(', ')} of ${minRows} rows below ${min}`),
  ask: (params, subject) => {
    const present = isPresent(presentValue(subject))
    if (params.by.length === 0) {
      return {
        kind: 'numbers',
        aggregates: [
          {name: 'rows', function: 'count'},
          {name: 'present', function: 'countIf', of: present},
        ],
      }
    }
    return {
      kind: 'numbers',
      input: groupsOf(params, subject.rows, present),
      aggregates: [
        {name: 'groups', function: 'count'},
        {name: 'low', function: 'countIf', of: isLow(params.min)},
      ],
    }
  },
  facts: ({by}, answer) =>
    Object.fromEntries((by.length === 0 ? ['rows', 'present'] : ['groups', 'low']).map((name) => [name, numberOf(answer, name)])),
  judge: ({min, by}, facts) => {
    if (by.length > 0) return {violated: factOf(facts, 'low'), denominator: factOf(facts, 'groups')}
    const rows = factOf(facts, 'rows')
    const isTooFew = 100 * factOf(facts, 'present') < min * rows
    return {violated: isTooFew ? 1 : 0, denominator: rows === 0 ? 0 : 1}
  },
  describe: ({min, by, minRows}) => {
    const groups = by.length === 0 ? '' : ` with the same ${by.join(', ')}${minRows > 1 ? `, where there are ${minRows} or more` : ''}`
    return `is present in ${min} % of the rows${groups}`
  },
  examples: [
    {params: {min: 75}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}, {value: ''}, {value: null}], violated: 0},
    {params: {min: 76}, columns: {value: 'string'}, rows: [{value: 'a'}, {value: 'b'}, {value: ''}, {value: null}], violated: 1},
    {params: {min: 0.5}, columns: {value: 'int64'}, rows: [{value: null}, {value: null}], violated: 1, facts: {rows: 2, present: 0}},
    {params: {min: 50}, columns: {value: 'string'}, rows: [], violated: 0},
    {
      params: {min: 50, by: 'ward', minRows: 2},
      columns: {ward: 'string', value: 'float64'},
      rows: [
        {ward: 'A', value: 1},
        {ward: 'A', value: null},
        {ward: 'B', value: null},
        {ward: 'B', value: null},
        {ward: 'B', value: 3},
        {ward: 'C', value: null},
        {ward: null, value: null},
        {ward: null, value: null},
      ],
      violated: 2,
      facts: {groups: 3, low: 2},
    },
  ],
})

const presentValue = ({field}: DatasetSubject): Expr => field?.value ?? literal(null, 'boolean')

function groupsOf({by, minRows}: CompletenessParams, rows: Plan, present: Expr): Plan {
  const input: Plan = {
    kind: 'group',
    input: rows,
    by,
    aggregates: [
      {name: rowsName, function: 'count'},
      {name: presentName, function: 'countIf', of: present},
    ],
  }
  return {kind: 'filter', input, where: compare(column(rowsName), '>=', literal(minRows, 'int64'))}
}

/** Names that no column of a contract has: those of hippo begin with an underscore. */
const [rowsName, presentName] = ['_rows', '_present']

function isLow(min: number): Expr {
  const times = (name: string, factor: number): Expr => ({
    kind: 'arithmetic',
    operator: '*',
    left: column(name),
    right: literal(factor, 'float64'),
  })
  return compare(times(presentName, 100), '<', times(rowsName, min))
}
