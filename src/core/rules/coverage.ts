// Every row of another dataset has at least one here: no patient without a visit, no order without a result. The clause's threshold says
// how many may be without (`mustBeLessOrEqualTo: 5`, `unit: percent`). Rows of the other dataset without a key are not asked about.
import {and, column, isPresent, not} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {factOf, numberOf} from './measured-number.ts'
import {type On, ownColumns, parseOn, relationKey, relationName, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'

interface CoverageParams {
  readonly dataset: string
  readonly on: On
}

export const coverage = defineRule<CoverageParams>({
  name: 'coverage',
  scope: 'dataset',
  dimension: 'coverage',
  kahn: 'completeness',
  parse: (raw, at) => {
    const params = ruleParams('coverage', raw, at, ['dataset', 'on'])
    return {dataset: params.needText('dataset'), on: parseOn(params)}
  },
  columns: ({on}) => ownColumns(on),
  relations: ({dataset, on}) => [{dataset, columns: theirColumns(on)}],
  basis: ({dataset, on}) => `rows of ${relationName(dataset, on)} without ${ownColumns(on).join(', ')}`,
  ask: ({dataset, on}, {scope, rows}) => {
    const theirs = theirColumns(on)
    const own = ownColumns(on)
    const covered = {kind: 'select' as const, input: rows, columns: own.map((name) => ({name, expr: column(name)}))}
    return {
      kind: 'numbers',
      input: {
        kind: 'filter',
        input: relationKey(dataset, on, scope).relation,
        where: and(...theirs.map((name) => isPresent(column(name)))),
      },
      aggregates: [
        {name: 'expected', function: 'count'},
        {name: 'without', function: 'countIf', of: not({kind: 'existsIn', key: theirs.map(column), relation: covered, on: own})},
      ],
    }
  },
  facts: (_, answer) => ({expected: numberOf(answer, 'expected'), without: numberOf(answer, 'without')}),
  judge: (_, facts) => ({violated: factOf(facts, 'without'), denominator: factOf(facts, 'expected')}),
  describe: ({dataset, on}) => `has a row for each row of ${relationName(dataset, on)}`,
  examples: [
    {
      params: {dataset: 'patient', on: {id: 'patient'}},
      columns: {patient: 'string'},
      datasets: {patient: {columns: {id: 'string'}, rows: [{id: 'p1'}, {id: 'p2'}, {id: 'p3'}, {id: null}]}},
      rows: [{patient: 'p1'}, {patient: 'p1'}, {patient: 'p9'}, {patient: null}],
      violated: 2,
      facts: {expected: 3, without: 2},
    },
    {
      params: {dataset: 'bed', on: {ward: 'ward', number: 'bed'}},
      columns: {ward: 'string', bed: 'int64'},
      datasets: {
        bed: {
          columns: {ward: 'string', number: 'int64'},
          rows: [
            {ward: 'A', number: 1n},
            {ward: 'B', number: 1n},
          ],
        },
      },
      rows: [
        {ward: 'A', bed: 1n},
        {ward: 'B', bed: 1n},
      ],
      violated: 0,
    },
    {
      params: {dataset: 'patient', on: {id: 'patient'}},
      columns: {patient: 'string'},
      datasets: {patient: {columns: {id: 'string'}, rows: []}},
      rows: [{patient: 'p1'}],
      violated: 0,
    },
    {
      params: {dataset: 'patient', on: {id: 'patient'}},
      columns: {patient: 'string'},
      datasets: {patient: {columns: {id: 'string'}, rows: [{id: 'p1'}]}},
      rows: [],
      violated: 1,
    },
  ],
})
