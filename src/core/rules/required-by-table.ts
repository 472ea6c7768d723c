// The value is there on rows whose key a table lists: a unit for every code that is measured in one.
import {and, isNull} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {parseReference} from './reference-name.ts'
import {type On, ownColumns, parseOn, relationKey, relationName, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'

interface RequiredByTableParams {
  readonly dataset: string
  readonly on: On
}

export const requiredByTable = defineRule<RequiredByTableParams>({
  name: 'requiredByTable',
  scope: 'row',
  dimension: 'completeness',
  kahn: 'completeness',
  parse: (raw, at) => {
    const params = ruleParams('requiredByTable', raw, at, ['dataset', 'file', 'on'])
    return {dataset: parseReference(params), on: parseOn(params)}
  },
  columns: ({on}) => ownColumns(on),
  relations: ({dataset, on}) => [{dataset, columns: theirColumns(on)}],
  violates: ({dataset, on}, {text}, scope) => and(isNull(text), {kind: 'existsIn', ...relationKey(dataset, on, scope)}),
  appliesTo: ({dataset, on}, _, scope) => ({kind: 'existsIn', ...relationKey(dataset, on, scope)}),
  describe: ({dataset, on}) => `is present where ${relationName(dataset, on)} lists the row`,
  examples: [
    {
      params: {dataset: 'measured', on: {code: 'code'}},
      columns: {code: 'string'},
      datasets: {measured: {columns: {code: 'string'}, rows: [{code: 'glucose'}]}},
      rows: [
        {code: 'glucose', value: 'mg/dL'},
        {code: 'glucose', value: null},
        {code: 'smoking', value: null},
        {code: null, value: null},
      ],
      bad: [1],
    },
  ],
})
