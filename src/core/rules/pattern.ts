// The portable pattern occurs in the text; write ^ and $ to mean all of it.
import {and, isPresent, matches, not} from '../expr/expr.ts'
import {checkPortableRegex} from '../expr/portable-regex.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface PatternParams {
  readonly pattern: string
}

export const pattern = defineRule<PatternParams>({
  name: 'pattern',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('pattern', raw, at, ['pattern'])
    const source = params.needText('pattern')
    const check = checkPortableRegex(source)
    if (!check.ok) params.fail('pattern', check.error)
    return {pattern: source}
  },
  complaint: (_, type) => (type === 'string' ? undefined : `a column of type ${typeName(type)} has no text to match`),
  violates: ({pattern: source}, {value}) => and(isPresent(value), not(matches(value, source))),
  describe: ({pattern: source}) => `matches ${source}`,
  examples: [
    {params: {pattern: '^[0-9]{1,5}-[0-9]$'}, rows: ['8302-2', '8302', '123456-7', ' 8302-2', '8302-2\n', '', null], bad: [1, 2, 3, 4, 5]},
    {params: {pattern: 'ACC[0-9]{2}'}, rows: ['ACC12', 'xACC123', 'ACC1', null], bad: [2]},
  ],
})
