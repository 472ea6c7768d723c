// Dates and timestamps from text. A pattern becomes one anchored regular expression that guards the whole text, then each
// field is cut out at its place and turned into a number; the calendar is arithmetic. Nothing is lenient: a text that
// misses the form, or a day that does not exist, is null.
import {type DateField, type DateFormatToken, type OffsetStyle, readDateFormat} from '../../expr/date-format.ts'
import {isoDateForm} from '../../expr/parse-forms.ts'
import {toRust} from '../../expr/portable-regex.ts'
import {type CivilDate, type ClockTime, dateWhere, isClockTime, timestampWhere} from './calendar.ts'
import {
  all,
  binary,
  call,
  cast,
  contains,
  type Dsl,
  extract,
  fillNull,
  int32,
  int64,
  nullOf,
  slice,
  stringCall,
  ternary,
  text,
} from './dsl.ts'
import {parseIsoTimestamp} from './parse-iso-timestamp.ts'

/** Text to date by the first pattern that fits; ISO 8601 when there is none. */
export function parseDate(of: Dsl, formats: readonly string[]): Dsl {
  if (formats.length === 0) {
    const date: CivilDate = {year: toNumber(slice(of, 0, 4)), month: toNumber(slice(of, 5, 2)), day: toNumber(slice(of, 8, 2))}
    return dateWhere(contains(of, toRust(isoDateForm)), date)
  }
  return firstOf(
    formats.map((format) => {
      const reader = new FieldReader(of, readDateFormat(format, 'date'))
      return dateWhere(all([reader.guard, isClockTime(reader.time())]), reader.date())
    }),
    nullOf('date'),
  )
}

/** Text to timestamp by the first pattern that fits; ISO 8601 when there is none. */
export function parseTimestamp(of: Dsl, formats: readonly string[], offsetRequired: boolean): Dsl {
  if (formats.length === 0) return parseIsoTimestamp(of, offsetRequired)
  const usable = formats
    .map((format) => readDateFormat(format, 'timestamp'))
    .filter((tokens) => !offsetRequired || tokens.some(({kind}) => kind === 'offset'))
  return firstOf(
    usable.map((tokens) => {
      const reader = new FieldReader(of, tokens)
      return timestampWhere(reader.guard, {
        ...reader.date(),
        ...reader.time(),
        microsecond: reader.fraction(),
        offsetMinutes: reader.offset(),
      })
    }),
    nullOf('timestamp'),
  )
}

function firstOf(values: readonly Dsl[], none: Dsl): Dsl {
  const [only] = values
  if (only === undefined) return none
  return values.length === 1 ? only : call('Coalesce', ...values)
}

function toNumber(digits: Dsl): Dsl {
  return cast(digits, 'Int32')
}

/** Cuts the fields of one pattern out of a text column. */
class FieldReader {
  readonly guard: Dsl
  readonly #of: Dsl
  readonly #tokens: readonly DateFormatToken[]
  readonly #form: string

  constructor(of: Dsl, tokens: readonly DateFormatToken[]) {
    this.#of = of
    this.#tokens = tokens
    this.#form = `\\A${tokens.map(tokenForm).join('')}\\z`
    this.guard = contains(of, this.#form)
  }

  date(): CivilDate {
    return {year: this.field('year'), month: this.field('month'), day: this.field('day')}
  }

  time(): ClockTime {
    return {hour: this.field('hour'), minute: this.field('minute'), second: this.field('second')}
  }

  /** A field's number (Int32); 0 where the pattern has none. */
  field(field: DateField): Dsl {
    const index = this.#tokens.findIndex((token) => token.kind === 'field' && token.field === field)
    return index < 0 ? int32(0) : toNumber(this.#cut(index))
  }

  /** Microseconds (Int64) of the fraction of a second; finer digits are cut off. */
  fraction(): Dsl {
    const index = this.#tokens.findIndex(({kind}) => kind === 'fraction')
    const token = this.#tokens[index]
    if (token?.kind !== 'fraction') return int64(0)
    const digits = cast(slice(this.#cut(index), 0, 6), 'Int64')
    return token.digits >= 6 ? digits : binary(digits, 'Multiply', int64(10 ** (6 - token.digits)))
  }

  /** Minutes (Int32) that the written time is ahead of UTC; 0 for Z and for a pattern without offset. */
  offset(): Dsl {
    const index = this.#tokens.findIndex(({kind}) => kind === 'offset')
    const token = this.#tokens[index]
    if (token?.kind !== 'offset') return int32(0)
    const written = this.#cut(index)
    const hours = fillNull(toNumber(slice(written, 1, 2)), int32(0))
    const minutes = fillNull(toNumber(slice(written, token.style === 'extended' ? 4 : 3, 2)), int32(0))
    const size = binary(binary(hours, 'Multiply', int32(60)), 'Plus', minutes)
    return ternary(stringCall('StartsWith', written, text('-')), binary(int32(0), 'Minus', size), size)
  }

  /** The text of one token: at a fixed place from either end where it has one, else the group of the expression. */
  #cut(index: number): Dsl {
    const width = widthOf(this.#tokens[index])
    const before = totalWidth(this.#tokens.slice(0, index))
    const after = totalWidth(this.#tokens.slice(index + 1))
    if (width !== undefined && before !== undefined) return slice(this.#of, before, width)
    if (width !== undefined && after !== undefined) return slice(this.#of, -(after + width), width)
    const group = this.#tokens.slice(0, index + 1).filter(({kind}) => kind !== 'literal').length
    return extract(this.#of, this.#form, group)
  }
}

const offsetHours = '(?:0[0-9]|1[0-4])'
const offsetForms: Readonly<Record<OffsetStyle, string>> = {
  basic: `(Z|[+-]${offsetHours}(?:[0-5][0-9])?)`,
  compact: `(Z|[+-]${offsetHours}[0-5][0-9])`,
  extended: `(Z|[+-]${offsetHours}:[0-5][0-9])`,
  numeric: `([+-]${offsetHours}[0-5][0-9])`,
}

function tokenForm(token: DateFormatToken): string {
  switch (token.kind) {
    case 'field':
      return `([0-9]{${token.minDigits},${token.maxDigits}})`
    case 'fraction':
      return `([0-9]{${token.digits}})`
    case 'offset':
      return offsetForms[token.style]
    case 'literal':
      return [...token.text].map((character) => `\\x{${character.codePointAt(0)?.toString(16) ?? ''}}`).join('')
  }
}

/** Characters that a token always has, or undefined when that varies. */
function widthOf(token: DateFormatToken | undefined): number | undefined {
  switch (token?.kind) {
    case 'field':
      return token.minDigits === token.maxDigits ? token.minDigits : undefined
    case 'fraction':
      return token.digits
    case 'literal':
      return [...token.text].length
    case 'offset':
      return token.style === 'numeric' ? 5 : undefined
    default:
      return undefined
  }
}

function totalWidth(tokens: readonly DateFormatToken[]): number | undefined {
  return tokens.reduce<number | undefined>((total, token) => {
    const width = widthOf(token)
    return total === undefined || width === undefined ? undefined : total + width
  }, 0)
}
