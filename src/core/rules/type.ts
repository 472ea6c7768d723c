// The text is a value of the column's type. Every typed column of a silver contract has this rule.
import {and, isNull, isPresent, not} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

export const type = defineRule<object>({
  name: 'type',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    ruleParams('type', raw, at, [])
    return {}
  },
  complaint: (_, columnType) => (columnType === 'string' ? 'text needs no parsing' : undefined),
  violates: (_, {value, text, isUnread}) => and(isNull(value), isPresent(text), ...(isUnread === undefined ? [] : [not(isUnread)])),
  appliesTo: (_, {text}) => isPresent(text),
  describe: () => 'can be read as its type',
  examples: [
    {
      params: {},
      type: 'float64',
      rows: [
        {value: 1.5, 'value.text': '1.5'},
        {value: null, 'value.text': '1,5'},
        {value: null, 'value.text': ''},
        {value: null, 'value.text': null},
      ],
      bad: [1, 2],
    },
  ],
})
