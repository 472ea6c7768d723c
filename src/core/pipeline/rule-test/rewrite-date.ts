// A written date with another day, month or year, in the same form: the formats that its contract declares, else ISO 8601. A time of
// day behind it stays as it is.
import {partsOf} from '../../steps/date-shape.ts'

export interface DateParts {
  /** Of two digits where the form has no more. */
  readonly year: number
  readonly month: number
  readonly day: number
}

export interface WrittenParts extends DateParts {
  readonly isMonthNamed: boolean
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const iso = [
  {token: 'yyyy', pattern: '[0-9]{4}'},
  {token: '', pattern: '-'},
  {token: 'MM', pattern: '[0-9]{2}'},
  {token: '', pattern: '-'},
  {token: 'dd', pattern: '[0-9]{2}'},
  {token: '', pattern: '.*'},
]

/** Undefined where no format reads the text, or `change` has nothing to write. */
export function rewriteDate(
  text: string,
  formats: readonly string[],
  change: (date: WrittenParts) => DateParts | undefined,
): string | undefined {
  for (const parts of [...formats.map(partsOf), iso]) {
    const found = new RegExp(`^${parts.map(({pattern}) => `(${pattern})`).join('')}$`).exec(text.trim())
    if (found === null) continue
    const written = parts.map(({token}, index) => ({token, text: found[index + 1] ?? ''}))
    const of = (tokens: RegExp): string => written.find(({token}) => tokens.test(token))?.text ?? ''
    const month = of(/^M+$/)
    const isMonthNamed = !/^\d+$/.test(month)
    const read = {year: Number(of(/^y+$/)), month: isMonthNamed ? monthNumber(month) : Number(month), day: Number(of(/^d+$/)), isMonthNamed}
    const changed = change(read)
    return changed && written.map((part) => partOf(part.token, changed) ?? part.text).join('')
  }
  return undefined
}

const monthNumber = (name: string): number =>
  monthNames.findIndex((month) => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1

function partOf(token: string, {year, month, day}: DateParts): string | undefined {
  const digits = (value: number): string => String(value).padStart(token.length, '0')
  if (token === 'yyyy') return digits(year)
  if (token === 'yy') return digits(((year % 100) + 100) % 100)
  if (token === 'MMMM' || token === 'MMM') return monthNames[month - 1]?.slice(0, token === 'MMM' ? 3 : undefined)
  if (token === 'MM' || token === 'M') return digits(month)
  return token === 'dd' || token === 'd' ? digits(day) : undefined
}
