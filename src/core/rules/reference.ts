// The row that a key points at exists in another dataset. A key with a null part points at nothing and passes.
import {not} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {keyIsPresent, type On, ownColumns, parseOn, relationKey, relationName, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'

interface ReferenceParams {
  readonly dataset: string
  readonly on: On
}

export const reference = defineRule<ReferenceParams>({
  name: 'reference',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'conformance.relational',
  parse: (raw, at) => {
    const params = ruleParams('reference', raw, at, ['dataset', 'on'])
    return {dataset: params.needText('dataset'), on: parseOn(params)}
  },
  columns: ({on}) => ownColumns(on),
  relations: ({dataset, on}) => [{dataset, columns: theirColumns(on)}],
  standsAlone: () => true,
  violates: ({dataset, on}, _, scope) => not({kind: 'existsIn', ...relationKey(dataset, on, scope)}),
  appliesTo: ({on}) => keyIsPresent(on),
  describe: ({dataset, on}) => `is found in ${relationName(dataset, on)}`,
  examples: [
    {
      params: {dataset: 'patient', on: {id: 'value'}},
      datasets: {patient: {columns: {id: 'string'}, rows: [{id: 'p1'}, {id: 'p2'}, {id: null}]}},
      rows: ['p1', 'P1', 'p3', null],
      bad: [1, 2],
    },
    {
      params: {dataset: 'bed', on: {ward: 'ward', number: 'value'}},
      type: 'int64',
      columns: {ward: 'string'},
      datasets: {
        bed: {
          columns: {ward: 'string', number: 'int64'},
          rows: [
            {ward: 'A', number: 1n},
            {ward: 'B', number: 2n},
          ],
        },
      },
      rows: [
        {ward: 'A', value: 1n},
        {ward: 'A', value: 2n},
        {ward: null, value: 1n},
      ],
      bad: [1],
    },
  ],
})
