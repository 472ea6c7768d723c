// The text is replaced by the one a reference dataset lists for the row: a canonical spelling, a code's display. A row that
// the dataset does not list keeps its text (otherwise: keep, the default) or loses it (otherwise: null). The key is unique
// in the dataset once the case of `ignoreCase` columns is ignored.

import {HippoError} from '../errors/hippo-error.ts'
import {column, type Expr} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {defineStep, type Relation, type StepScope} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface LookupParams {
  readonly dataset: string
  readonly on: Readonly<Record<string, string>>
  readonly take: string
  readonly ignoreCase: readonly string[]
  readonly keep: boolean
}

const lower = (of: Expr): Expr => ({kind: 'text', function: 'lower', of})

/** The reference rows as text: key columns `key:<name>`, lower-cased where case is ignored, and the text to take. */
function referenceRows({on, take, ignoreCase}: LookupParams, {plan, columns}: Relation): Plan {
  const asText = (name: string): Expr => (columns[name] === 'string' ? column(name) : {kind: 'asText', of: column(name)})
  const keys = Object.keys(on).map((name) => ({name: `key:${name}`, expr: ignoreCase.includes(name) ? lower(asText(name)) : asText(name)}))
  return {kind: 'select', input: plan, columns: [...keys, {name: 'take', expr: asText(take)}]}
}

function apply(params: LookupParams, input: Expr, scope: StepScope): Expr {
  const relation = scope.relation(params.dataset)
  if (relation === undefined) throw new HippoError('CONTRACT_STEP_INVALID', {message: `step lookup: there is no dataset ${params.dataset}`})
  const key = Object.entries(params.on).map(([theirs, own]) => {
    const expr = scope.text(own)
    return params.ignoreCase.includes(theirs) ? lower(expr) : expr
  })
  const on = Object.keys(params.on).map((name) => `key:${name}`)
  const found: Expr = {kind: 'lookup', key, relation: referenceRows(params, relation), on, take: 'take'}
  return params.keep ? {kind: 'coalesce', of: [found, input]} : found
}

export const lookup = defineStep<LookupParams>({
  name: 'lookup',
  parse: (raw, at) => {
    const isNullOtherwise = typeof raw === 'object' && raw !== null && 'otherwise' in raw && raw.otherwise === null
    const params = stepParams('lookup', raw, at, ['dataset', 'on', 'take', 'ignoreCase', 'otherwise'])
    const on = params.need('on', params.textMap('on'))
    const ignoreCase = params.texts('ignoreCase') ?? []
    const odd = ignoreCase.find((name) => on[name] === undefined)
    if (odd !== undefined) params.fail('ignoreCase', `${odd} is not one of the columns in on: ${Object.keys(on).join(', ')}`)
    return {
      dataset: params.needText('dataset'),
      on,
      take: params.needText('take'),
      ignoreCase,
      keep: !isNullOtherwise && params.oneOf('otherwise', ['keep', 'null']) !== 'null',
    }
  },
  needs: ({on}) => Object.values(on),
  relations: ({dataset, on, take}) => [{dataset, columns: [...Object.keys(on), take]}],
  apply,
  describe: ({dataset, take}) => `is replaced by ${dataset}.${take} where that lists it`,
  examples: [
    {
      params: {dataset: 'units', on: {code: 'code', unit: 'value'}, take: 'unit', ignoreCase: ['unit']},
      datasets: {
        units: {
          columns: {code: 'string', unit: 'string'},
          rows: [
            {code: 'glucose', unit: 'mg/dL'},
            {code: 'weight', unit: 'kg'},
          ],
        },
      },
      before: ['MG/DL', 'mg/dL', 'KG', 'kg', null],
      others: {code: ['glucose', 'glucose', 'glucose', null, 'weight']},
      after: ['mg/dL', 'mg/dL', 'KG', 'kg', null],
    },
    {
      params: {dataset: 'ward', on: {number: 'value'}, take: 'name', otherwise: 'null'},
      datasets: {ward: {columns: {number: 'int64', name: 'string'}, rows: [{number: 1n, name: 'North'}]}},
      before: ['1', '2', null],
      after: ['North', null, null],
    },
  ],
})
