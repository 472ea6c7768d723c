// A date or time as people write it, part by part: the patterns of `date-format.ts`, and with them two-digit years (yy), names
// of months (MMM, MMMM) and the hours of a half day (h, hh with a). Gives the ISO form of a text in that shape; whether such a
// day exists is for the reader of the ISO form.
import {checkDateFormat} from '../expr/date-format.ts'
import {compare, concat, type Expr, text, when} from '../expr/expr.ts'

interface Part {
  /** Letters of the format, or a literal. */
  readonly token: string
  readonly pattern: string
  readonly isField: boolean
}

/** Names in English; the first three letters are the short form, and Sept is one too. */
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const shortMonths: readonly (readonly [string, string])[] = [
  ...months.map((name, index): readonly [string, string] => [name.slice(0, 3), twoDigits(index + 1)]),
  ['sept', '09'],
]
const longMonths = months.map((name, index): readonly [string, string] => [name, twoDigits(index + 1)])

const patterns: Readonly<Record<string, string>> = {
  yyyy: '[0-9]{4}',
  yy: '[0-9]{2}',
  MMMM: namePattern(longMonths),
  MMM: namePattern(shortMonths),
  MM: '[0-9]{2}',
  M: '[0-9]{1,2}',
  dd: '[0-9]{2}',
  d: '[0-9]{1,2}',
  HH: '[0-9]{2}',
  H: '[0-9]{1,2}',
  hh: '[0-9]{2}',
  h: '[0-9]{1,2}',
  mm: '[0-9]{2}',
  m: '[0-9]{1,2}',
  ss: '[0-9]{2}',
  s: '[0-9]{1,2}',
  a: '[AaPp]\\.?[Mm]\\.?',
  X: '(?:Z|[+-][0-9]{2}(?:[0-9]{2})?)',
  XX: '(?:Z|[+-][0-9]{4})',
  XXX: '(?:Z|[+-][0-9]{2}:[0-9]{2})',
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

function namePattern(names: readonly (readonly [string, string])[]): string {
  const anyCase = (name: string): string => [...name].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('')
  return `(?:${names.map(([name]) => anyCase(name)).join('|')})`
}

/** What is wrong with a format, or undefined. */
export function problemOfShape(format: string): string | undefined {
  const plain = format.replace(/'[^']*'|y+|M+|h+|a/g, (part) => {
    if (part === 'yy') return 'yyyy'
    if (part === 'MMM' || part === 'MMMM') return 'MM'
    if (part.startsWith('h')) return part.replaceAll('h', 'H')
    return part === 'a' ? '' : part
  })
  const check = checkDateFormat(plain, hasTime(format) ? 'timestamp' : 'date')
  if (!check.ok) return check.error
  const tokens = partsOf(format).map(({token}) => token)
  const isHalfDay = tokens.some((token) => token.startsWith('h'))
  return isHalfDay === tokens.includes('a') ? undefined : 'hours of a half day (h) and AM or PM (a) need each other'
}

/** Whether a text of this format has a time of day. */
export function hasTime(format: string): boolean {
  return partsOf(format).some(({token}) => /^[Hh]/.test(token))
}

/** The parts of a format in order; the pattern of each is a regular expression without groups that capture. */
export function partsOf(format: string): readonly Part[] {
  return [...format.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']/gsu)].map(([token]): Part => {
    if (token.startsWith('S')) return {token, pattern: `[0-9]{${token.length}}`, isField: true}
    const pattern = patterns[token]
    if (pattern !== undefined) return {token, pattern, isField: true}
    const literal = token.startsWith("'") ? (token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'")) : token
    return {token: '', pattern: literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), isField: false}
  })
}

/** The ISO form of a text in this shape, or null: a date, or a date and time with the offset that the format has. */
export function isoForm(format: string, input: Expr, yearsFrom: number): Expr {
  const parts = partsOf(format)
  const field = (...tokens: readonly string[]): Expr | undefined => {
    const index = parts.findIndex(({token, isField}) => isField && tokens.includes(token))
    const part = parts[index]
    if (part === undefined) return undefined
    const written = (some: readonly Part[]): string => some.map(({pattern}) => pattern).join('')
    return {kind: 'extract', of: input, before: written(parts.slice(0, index)), take: part.pattern, after: written(parts.slice(index + 1))}
  }
  const day = concat(yearOf(field('yyyy'), field('yy'), yearsFrom), text('-'), monthOf(field), text('-'), padded(field('dd', 'd')))
  if (!hasTime(format)) return day
  const fraction = field(...Array.from({length: 9}, (_, index) => 'S'.repeat(index + 1)))
  return concat(
    day,
    text('T'),
    hourOf(field),
    text(':'),
    padded(field('mm', 'm')),
    text(':'),
    padded(field('ss', 's')),
    ...(fraction === undefined ? [] : [text('.'), fraction]),
    field('X', 'XX', 'XXX') ?? text(''),
  )
}

type Field = (...tokens: readonly string[]) => Expr | undefined

/** A two-digit year lies in the hundred years from `yearsFrom`. */
function yearOf(whole: Expr | undefined, short: Expr | undefined, yearsFrom: number): Expr {
  if (short === undefined) return whole ?? text('')
  const century = Math.floor(yearsFrom / 100)
  const isBefore = compare(short, '<', text(twoDigits(yearsFrom % 100)))
  return concat(when(isBefore, text(String(century + 1)), text(String(century))), short)
}

function monthOf(field: Field): Expr {
  const name = field('MMM') ?? field('MMMM')
  if (name === undefined) return padded(field('MM', 'M'))
  const entries = new Map([...shortMonths, ...longMonths])
  return {kind: 'mapText', of: {kind: 'text', function: 'lower', of: name}, entries: [...entries], otherwise: text(null)}
}

function hourOf(field: Field): Expr {
  const [hour, half] = [field('hh', 'h'), field('a')]
  if (hour === undefined || half === undefined) return padded(field('HH', 'H'))
  const letter: Expr = {kind: 'text', function: 'lower', of: {kind: 'substring', of: half, start: 0, length: 1}}
  const entries = ['a', 'p'].flatMap((name, shift) =>
    Array.from({length: 12}, (_, index): readonly [string, string] => {
      const shown = twoDigits(index === 0 ? 12 : index)
      return [`${shown}${name}`, twoDigits(index + 12 * shift)]
    }),
  )
  return {kind: 'mapText', of: concat(padded(hour), letter), entries, otherwise: text(null)}
}

/** Two digits; 00 where the format has no such part. */
function padded(of: Expr | undefined): Expr {
  if (of === undefined) return text('00')
  return when(compare({kind: 'length', of}, '=', {kind: 'literal', value: 1n, type: 'int64'}), concat(text('0'), of), of)
}
