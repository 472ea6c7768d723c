// The value is there. Judged on the text, so that a value that only fails to parse has one reason: `type`.
// `missing` lists texts that stand for "nothing" (ODCS missingValues); they count as absent.
import {bool, isIn, isNull, or} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

interface RequiredParams {
  readonly missing: readonly string[]
}

export const required = defineRule<RequiredParams>({
  name: 'required',
  scope: 'row',
  dimension: 'completeness',
  kahn: 'completeness',
  parse: (raw, at) => ({missing: (ruleParams('required', raw, at, ['missing']).scalars('missing') ?? []).map(String)}),
  violates: ({missing}, {text}) => (missing.length === 0 ? isNull(text) : or(isNull(text), isIn(text, missing))),
  appliesTo: () => bool(true),
  describe: ({missing}) => (missing.length === 0 ? 'is present' : `is present and none of ${missing.length} texts that mean missing`),
  examples: [
    {params: {}, rows: ['a', '', null], bad: [2]},
    {
      params: {},
      type: 'int64',
      rows: [
        {value: 1n, 'value.text': '1'},
        {value: null, 'value.text': 'x'},
        {value: null, 'value.text': null},
      ],
      bad: [2],
    },
    {params: {missing: ['N/A', 9]}, rows: ['a', 'N/A', '9', 'n/a', null], bad: [1, 2, 4]},
  ],
})
