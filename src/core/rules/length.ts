// A text has so many characters (Unicode code points).
import {and, bool, compare, isPresent, literal, or} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface LengthParams {
  readonly min?: number
  readonly max?: number
}

export const length = defineRule<LengthParams>({
  name: 'length',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('length', raw, at, ['min', 'max'])
    const [min, max] = [params.count('min'), params.count('max')]
    if (min === undefined && max === undefined) params.fail(undefined, 'it needs min or max')
    if (min !== undefined && max !== undefined && min > max)
      params.fail('min', `minimum ${min} is above maximum ${max}`, 'swap or correct the bounds')
    return {...(min === undefined ? {} : {min}), ...(max === undefined ? {} : {max})}
  },
  complaint: (_, type) => (type === 'string' ? undefined : `a column of type ${typeName(type)} has no length`),
  violates: ({min, max}, {value}) => {
    const size = {kind: 'length', of: value} as const
    return and(
      isPresent(value),
      or(
        min === undefined ? bool(false) : compare(size, '<', literal(BigInt(min), 'int64')),
        max === undefined ? bool(false) : compare(size, '>', literal(BigInt(max), 'int64')),
      ),
    )
  },
  describe: ({min, max}) => {
    if (min === max) return `has ${min} characters`
    return `has ${[min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`].filter((part) => part !== '').join(' and ')} characters`
  },
  examples: [
    {params: {min: 2, max: 3}, rows: ['a', 'ab', 'abc', 'abcd', 'äöü', '🦛🦛🦛', '', null], bad: [0, 3, 6]},
    {params: {max: 0}, rows: ['', 'a', null], bad: [1]},
  ],
})
