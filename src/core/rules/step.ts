// The contract's steps could do with the text what they were asked to. A column has this rule for each of its steps that can
// fail (a time that clocks show twice, a unit that nothing converts). What such a step does not understand stays as it was
// received, and is never typed: it is this reason, not a null and not a value.
import {bool, isPresent} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

export const step = defineRule<{readonly step: string}>({
  name: 'step',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => ({step: ruleParams('step', raw, at, ['step']).needText('step')}),
  violates: ({step: name}, {failed}) => failed?.(name) ?? bool(false),
  appliesTo: (_, {text}) => isPresent(text),
  describe: ({step: name}) => `can be read by its step ${name}`,
  examples: [
    {
      params: {step: 'localTime'},
      columns: {'value.failed': 'boolean'},
      rows: [
        {value: '2026-07-01T10:00:00+02:00', 'value.failed': false},
        {value: '2026-03-29T02:30:00', 'value.failed': true},
        {value: null, 'value.failed': null},
      ],
      bad: [1],
    },
  ],
})
