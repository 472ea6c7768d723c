// Telephone numbers in one form, E.164 (`+49301234567`), by the country's own rule: its code, the digits that are dialled before
// a national number, and how many digits that has. Blanks, points, hyphens, brackets and slashes do not count. What is no whole
// number (an extension, two numbers, too few digits) fails. Whether a number is in service is not known here.
import {and, concat, type Expr, matches, not, or, text, when} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {withPlainSpaces} from './normalize.ts'
import {stepParams} from './step-params.ts'

interface PhoneParams {
  readonly countryCode: string
  /** Dialled before a national number, `0` in most countries; empty where there is none. */
  readonly trunk: string
  /** Dialled before a number of another country. */
  readonly international: string
  readonly minDigits: number
  readonly maxDigits: number
}

const marks = [' ', '.', '-', '/', '(', ')', '\u2010', '\u2011', '\u2013', '\t']

/** `+49 (0)30` writes both ways of dialling at once; the trunk digit in brackets is not part of the number. */
function digitsOf({trunk, international}: PhoneParams, input: Expr): Expr {
  const spaced = withPlainSpaces(input)
  const strip = (from: Expr): Expr => marks.reduce<Expr>((of, find) => ({kind: 'replaceText', of, find, by: ''}), from)
  const isInternational = matches(spaced, `^\\s*(?:\\+|${international})`)
  // Of another country the trunk digit is not known, but it is nearly always 0.
  const bracketed = [...new Set(['0', trunk])].filter((digit) => digit !== '')
  const bare = bracketed.reduce<Expr>((of, digit) => ({kind: 'replaceText', of, find: `(${digit})`, by: ''}), spaced)
  return when(isInternational, strip(bare), strip(spaced))
}

interface Reading {
  readonly when: Expr
  readonly number: Expr
}

function readings(params: PhoneParams, input: Expr): readonly Reading[] {
  const {countryCode, trunk, international, minDigits, maxDigits} = params
  const digits = digitsOf(params, input)
  const from = (start: number): Expr => ({kind: 'substring', of: digits, start})
  const national = `[1-9][0-9]{${minDigits - 1},${maxDigits - 1}}`
  const whole = (prefix: string): Expr =>
    and(
      matches(digits, `^${prefix}[1-9][0-9]{6,14}$`),
      or(not(matches(digits, `^${prefix}${countryCode}`)), matches(digits, `^${prefix}${countryCode}${national}$`)),
    )
  return [
    {when: whole('\\+'), number: digits},
    {when: whole(international), number: concat(text('+'), from(international.length))},
    {when: matches(digits, `^${trunk}${national}$`), number: concat(text(`+${countryCode}`), from(trunk.length))},
  ]
}

export const phone = defineStep<PhoneParams>({
  name: 'phone',
  parse: (raw, at) => {
    const params = stepParams('phone', raw, at, ['countryCode', 'trunk', 'international', 'minDigits', 'maxDigits'])
    const digits = (name: string, otherwise: string, pattern: RegExp): string => {
      const value = params.text(name) ?? otherwise
      return pattern.test(value) ? value : params.fail(name, `${name} has digits only (quote it)`)
    }
    params.needText('countryCode')
    const [minDigits, maxDigits] = [params.count('minDigits') ?? 6, params.count('maxDigits') ?? 12]
    if (minDigits < 2 || maxDigits < minDigits || maxDigits > 14)
      params.fail('minDigits', 'a national number has 2 to 14 digits, at least as many at most as at least')
    return {
      countryCode: digits('countryCode', '', /^[1-9][0-9]{0,2}$/),
      trunk: digits('trunk', '0', /^[0-9]{0,2}$/),
      international: digits('international', '00', /^[0-9]{2,4}$/),
      minDigits,
      maxDigits,
    }
  },
  apply: (params, input) =>
    readings(params, input).reduceRight<Expr>((otherwise, reading) => when(reading.when, reading.number, otherwise), input),
  fails: (params, input) => and(isWritten(input), not(or(...readings(params, input).map((reading) => reading.when)))),
  describe: ({countryCode}) => `is a telephone number in the form +${countryCode}…`,
  examples: [
    {
      params: {countryCode: '49'},
      before: ['030 / 123 45 67', '+49 (0)30 1234567', '0049 30 1234567', '+33 1 23 45 67 89', '030-1234567 ext. 5', '12', '', null],
      after: ['+49301234567', '+49301234567', '+49301234567', '+33123456789', '030-1234567 ext. 5', '12', '', null],
      failed: [4, 5],
    },
    {
      params: {countryCode: '1', trunk: '', international: '011', minDigits: 10, maxDigits: 10},
      before: ['(415) 555-2671', '415.555.2671', '+1 415 555 2671', '011 49 (0)30 1234567', '555-2671', '+1 415 555', null],
      after: ['+14155552671', '+14155552671', '+14155552671', '+49301234567', '555-2671', '+1 415 555', null],
      failed: [4, 5],
    },
  ],
})
