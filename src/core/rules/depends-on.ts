// A value follows from others: rows that agree in `columns` have the same one (one city for a postal code, one birth date for a person).
// Rows that differ from most of their group are bad; where no value leads, all of them are, for nobody knows which one is right. Rows
// without the value, or without a part of the key, count for nothing. Rows of earlier deliveries are compared by `hippo validate` alone.
import {and, column, isPresent} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

interface DependsOnParams {
  readonly columns: readonly string[]
}

export const dependsOn = defineRule<DependsOnParams>({
  name: 'dependsOn',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('dependsOn', raw, at, ['columns'])
    return {columns: params.need('columns', params.textOrTexts('columns'))}
  },
  columns: ({columns}) => columns,
  violates: ({columns}, {name}) => ({kind: 'isMinority', key: columns, value: name}),
  appliesTo: ({columns}, {value}) => and(isPresent(value), ...columns.map((name) => isPresent(column(name)))),
  describe: ({columns}) => `is the same wherever ${columns.join(' and ')} is`,
  examples: [
    {
      params: {columns: 'zip'},
      columns: {zip: 'string'},
      rows: [
        {zip: '4001', value: 'Basel'},
        {zip: '4001', value: 'Basel'},
        {zip: '4001', value: 'Base1'},
        {zip: '4001', value: null},
        {zip: '8001', value: 'Zürich'},
        {zip: '8001', value: 'Zurich'},
        {zip: null, value: 'Bern'},
        {zip: null, value: 'Thun'},
      ],
      bad: [2, 4, 5],
    },
    {
      params: {columns: ['ward', 'bed']},
      type: 'int64',
      columns: {ward: 'string', bed: 'int64'},
      rows: [
        {ward: 'A', bed: 1n, value: 10n},
        {ward: 'A', bed: 2n, value: 11n},
        {ward: 'B', bed: 1n, value: 12n},
        {ward: 'B', bed: 1n, value: 13n},
        {ward: 'B', bed: 1n, value: 12n},
      ],
      bad: [3],
    },
  ],
})
