// The row's key is listed in a table, such as the units allowed for a code. With `given`, only rows whose `given` key the
// table knows are judged; with `required`, an absent value counts as not listed.
import {and, bool, type Expr, isNull, not, or} from '../expr/expr.ts'
import {defineRule, type RuleScope} from './define-rule.ts'
import {parseReference} from './reference-name.ts'
import {keyIsPresent, type On, ownColumns, parseOn, relationKey, relationName, theirColumns} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'

interface MemberOfTableParams {
  readonly dataset: string
  readonly on: On
  readonly given?: On
  readonly required: boolean
}

function isGiven({dataset, given}: MemberOfTableParams, scope: RuleScope): readonly Expr[] {
  return given === undefined ? [] : [{kind: 'existsIn', ...relationKey(dataset, given, scope)}]
}

export const memberOfTable = defineRule<MemberOfTableParams>({
  name: 'memberOfTable',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('memberOfTable', raw, at, ['dataset', 'file', 'on', 'given', 'required'])
    return {
      dataset: parseReference(params),
      on: parseOn(params),
      ...(params.has('given') ? {given: parseOn(params, 'given')} : {}),
      required: params.flag('required') ?? false,
    }
  },
  columns: ({on, given}) => [...ownColumns(on), ...ownColumns(given ?? {})],
  relations: ({dataset, on, given}) => [{dataset, columns: [...theirColumns(on), ...theirColumns(given ?? {})]}],
  standsAlone: ({required}) => !required,
  violates: (params, {text}, scope) => {
    const isMissing = not({kind: 'existsIn', ...relationKey(params.dataset, params.on, scope)})
    return and(...isGiven(params, scope), params.required ? or(isNull(text), isMissing) : isMissing)
  },
  appliesTo: (params, _, scope) => and(...isGiven(params, scope), params.required ? bool(true) : keyIsPresent(params.on)),
  describe: ({dataset, on}) => `is listed in ${relationName(dataset, on)}`,
  examples: [
    {
      params: {dataset: 'units', on: {code: 'code', unit: 'value'}, given: {code: 'code'}, required: true},
      columns: {code: 'string'},
      datasets: {
        units: {
          columns: {code: 'string', unit: 'string'},
          rows: [
            {code: 'glucose', unit: 'mg/dL'},
            {code: 'glucose', unit: 'mmol/L'},
          ],
        },
      },
      rows: [
        {code: 'glucose', value: 'mg/dL'},
        {code: 'glucose', value: 'kg'},
        {code: 'glucose', value: null},
        {code: 'other', value: 'kg'},
        {code: null, value: null},
      ],
      bad: [1, 2],
    },
    {
      params: {dataset: 'icd', on: {code: 'value'}},
      datasets: {icd: {columns: {code: 'string'}, rows: [{code: 'I10'}]}},
      rows: ['I10', 'i10', null],
      bad: [1],
    },
  ],
})
