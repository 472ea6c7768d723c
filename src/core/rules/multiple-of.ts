// A whole number is a multiple of a power of ten, or of a divisor of a thousand: the cases that its last digits decide.
// Engines share no remainder, so other factors are not checked (and the check result says so).
import {type Expr, matches, not} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

interface MultipleOfParams {
  readonly factor: number
}

const maxDigits = 3

/** How many last digits decide whether a whole number is a multiple of the factor, or undefined when no fixed number does. */
function decidingDigits(factor: number): number | undefined {
  for (let digits = 0; digits <= maxDigits; digits++) if (10 ** digits % factor === 0) return digits
  return undefined
}

/** Decimal texts of at most `digits` digits that stand for multiples, padded in front of longer numbers. */
function pattern(factor: number, digits: number): string {
  const multiples = Array.from({length: 10 ** digits / factor}, (_, n) => n * factor)
  const endings = multiples.map((n) => String(n).padStart(digits, '0'))
  return `^-?(?:${multiples.join('|')}|[0-9]+(?:${endings.join('|')}))$`
}

export const multipleOf = defineRule<MultipleOfParams>({
  name: 'multipleOf',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('multipleOf', raw, at, ['factor'])
    const factor = params.need('factor', params.number('factor'))
    if (factor <= 0) params.fail('factor', 'factor must be above 0')
    return {factor}
  },
  complaint: ({factor}, type) => {
    if (type !== 'int64') return 'multiples are judged on integer columns only'
    return decidingDigits(factor) === undefined ? 'only divisors of 1000 can be judged' : undefined
  },
  violates: ({factor}, {value}): Expr => {
    const digits = decidingDigits(factor) ?? 0
    return not(matches({kind: 'asText', of: value}, digits === 0 ? '^-?[0-9]+$' : pattern(factor, digits)))
  },
  describe: ({factor}) => `is a multiple of ${factor}`,
  examples: [
    {params: {factor: 5}, type: 'int64', rows: [0n, 5n, -10n, 11n, 104n, 105n, null], bad: [3, 4]},
    {params: {factor: 4}, type: 'int64', rows: [0n, 4n, 12n, 14n, 100n, 102n, -4n], bad: [3, 5]},
    {params: {factor: 100}, type: 'int64', rows: [0n, 10n, 100n, 1000n, 1010n], bad: [1, 4]},
    {params: {factor: 1}, type: 'int64', rows: [0n, -7n, null], bad: []},
  ],
})
