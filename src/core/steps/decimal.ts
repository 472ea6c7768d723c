// Numbers as other countries write them become plain ones: `1.234,5` is 1234.5 where the comma is the decimal sign and the
// point groups digits. Which is which is declared, never guessed; a group has three digits. What is no such number
// (`1.23` where the point only groups) fails: as it stands it could pass for another value.
import {and, type Expr, matches, not, when} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {withPlainSpaces} from './normalize.ts'
import {stepParams} from './step-params.ts'

interface DecimalParams {
  readonly sign: '.' | ','
  readonly grouping: readonly string[]
}

const groupings = ['.', ',', ' ', "'", '’']

/** Without blanks around it, with plain spaces in it and the typographer's minus as a hyphen. */
function plain(input: Expr): Expr {
  return {kind: 'replaceText', of: {kind: 'text', function: 'trim', of: withPlainSpaces(input)}, find: '\u2212', by: '-'}
}

function shape({sign, grouping}: DecimalParams): string {
  const grouped = grouping.map((mark) => `[0-9]{1,3}(?:[${mark}][0-9]{3})+`)
  return `^[+-]?(?:${[...grouped, '[0-9]+'].join('|')})(?:[${sign}][0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$`
}

export const decimal = defineStep<DecimalParams>({
  name: 'decimal',
  parse: (raw, at) => {
    const params = stepParams('decimal', raw, at, ['sign', 'grouping'])
    const sign = params.need('sign', params.oneOf<'.' | ','>('sign', ['.', ',']))
    const grouping = params.textOrTexts('grouping') ?? []
    const odd = grouping.find((mark) => !groupings.includes(mark) || mark === sign)
    if (odd !== undefined) params.fail('grouping', odd === sign ? 'it is the decimal sign already' : `one of ${groupings.join(' ')}`)
    return {sign, grouping}
  },
  apply: (params, input) => {
    const bare = params.grouping.reduce<Expr>((of, find) => ({kind: 'replaceText', of, find, by: ''}), plain(input))
    const dotted: Expr = params.sign === '.' ? bare : {kind: 'replaceText', of: bare, find: params.sign, by: '.'}
    return when(matches(plain(input), shape(params)), dotted, input)
  },
  fails: (params, input) => and(isWritten(input), not(matches(plain(input), shape(params)))),
  describe: ({sign, grouping}) =>
    `is a number with "${sign}" as its decimal sign${grouping.length === 0 ? '' : `, digits grouped by "${grouping.join('" or "')}"`}`,
  examples: [
    {
      params: {sign: ',', grouping: ['.', ' ']},
      before: ['1.234,5', '1 234 567', '0,5', '-12', '\u22127,25', '1.23', '1,2,3', '1.234 567', 'n/a', ' ', null],
      after: ['1234.5', '1234567', '0.5', '-12', '-7.25', '1.23', '1,2,3', '1.234 567', 'n/a', ' ', null],
      failed: [5, 6, 7, 8],
    },
    {params: {sign: '.', grouping: [',']}, before: ['1,234.5', '1,23', '1e3', null], after: ['1234.5', '1,23', '1e3', null], failed: [1]},
  ],
})
