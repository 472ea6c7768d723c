// `parse` of the expression tree, spelled out: text to value, or null where the text is no exact literal. Written apart from
// `expr/parse-forms.ts` on purpose, so that the two can disagree in a test.
import {type DateFormatToken, readDateFormat} from '../../../src/core/expr/date-format.ts'
import type {ParseTarget} from '../../../src/core/expr/expr.ts'
import {dayNumber, existsDate} from './calendar.ts'
import {maxInt64, microsPerDay, minInt64, type Value} from './values.ts'

const lastMicros = BigInt(dayNumber({year: 9999, month: 12, day: 31}) + 1) * microsPerDay - 1n
const firstMicros = BigInt(dayNumber({year: 1, month: 1, day: 1})) * microsPerDay

export function parseText(text: string, target: ParseTarget): Value {
  if (typeof target.type === 'object') return parseDecimal(text, target.type.precision, target.type.scale)
  switch (target.type) {
    case 'int64':
      return parseInteger(text)
    case 'float64':
      return parseFloat64(text, 'plain' in target && target.plain === true)
    case 'boolean':
      return parseBoolean(text)
    case 'date': {
      const moment = firstMoment(text, 'formats' in target ? target.formats : [], 'date')
      return moment === undefined ? null : Number(moment.days)
    }
    case 'timestamp': {
      const moment = firstMoment(text, 'formats' in target ? target.formats : [], 'timestamp')
      if (moment === undefined) return null
      if (moment.offsetMinutes === undefined && 'offsetRequired' in target && target.offsetRequired === true) return null
      const micros = BigInt(moment.days) * microsPerDay + moment.micros - BigInt(moment.offsetMinutes ?? 0) * 60_000_000n
      return micros < firstMicros || micros > lastMicros ? null : micros
    }
  }
}

function parseInteger(text: string): bigint | null {
  if (!/^[+-]?[0-9]{1,19}$/.test(text)) return null
  const value = BigInt(text.replace('+', ''))
  return value < minInt64 || value > maxInt64 ? null : value
}

function parseFloat64(text: string, plain: boolean): number | null {
  const form = plain ? /^-?[0-9]+(\.[0-9]+)?$/ : /^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$/
  const value = form.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : null
}

function parseDecimal(text: string, precision: number, scale: number): bigint | null {
  const parts = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(text)
  if (parts === null) return null
  const [, sign = '', whole = '', written = ''] = parts
  const fraction = written.slice(0, scale)
  if (/[^0]/.test(written.slice(scale))) return null
  if (precision === scale ? whole !== '0' : whole.length > precision - scale) return null
  const digits = BigInt(whole + fraction.padEnd(scale, '0'))
  return sign === '-' ? -digits : digits
}

function parseBoolean(text: string): boolean | null {
  if (!/^[A-Za-z01]+$/.test(text)) return null
  const word = text.toLowerCase()
  if (['true', 't', 'yes', 'y', '1'].includes(word)) return true
  return ['false', 'f', 'no', 'n', '0'].includes(word) ? false : null
}

interface Moment {
  readonly days: number
  readonly micros: bigint
  readonly offsetMinutes: number | undefined
}

/** The reading of the first format that the text has, or of ISO 8601 when there is no format. */
function firstMoment(text: string, formats: readonly string[], target: 'date' | 'timestamp'): Moment | undefined {
  const forms = formats.length === 0 ? [isoForm(target)] : formats.map((format) => formatForm(readDateFormat(format, target)))
  return forms.map((form) => readMoment(text, form)).find((moment) => moment !== undefined)
}

function isoForm(target: 'date' | 'timestamp'): RegExp {
  const date = '(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})'
  if (target === 'date') return new RegExp(`^${date}$`)
  const time = '(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\\.(?<fraction>[0-9]{1,9}))?'
  return new RegExp(`^${date}[T ]${time}(?<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?$`)
}

const offsetForms = {
  basic: 'Z|[+-][0-9]{2}(?:[0-9]{2})?',
  compact: 'Z|[+-][0-9]{4}',
  extended: 'Z|[+-][0-9]{2}:[0-9]{2}',
  numeric: '[+-][0-9]{4}',
} as const

function formatForm(tokens: readonly DateFormatToken[]): RegExp {
  const parts = tokens.map((token) => {
    switch (token.kind) {
      case 'field':
        return `(?<${token.field}>[0-9]{${token.minDigits},${token.maxDigits}})`
      case 'fraction':
        return `(?<fraction>[0-9]{${token.digits}})`
      case 'offset':
        return `(?<offset>${offsetForms[token.style]})`
      case 'literal':
        return token.text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      default:
        return token satisfies never
    }
  })
  return new RegExp(`^${parts.join('')}$`, 'su')
}

function readMoment(text: string, form: RegExp): Moment | undefined {
  const parts = form.exec(text)?.groups
  if (parts === undefined) return undefined
  const number = (name: string): number => Number(parts[name] ?? '0')
  const date = {year: number('year'), month: number('month'), day: number('day')}
  if (!existsDate(date)) return undefined
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const fraction = BigInt((parts.fraction ?? '').slice(0, 6).padEnd(6, '0'))
  const micros = BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + fraction
  const offsetMinutes = parts.offset === undefined ? undefined : readOffset(parts.offset)
  return offsetMinutes === null ? undefined : {days: dayNumber(date), micros, offsetMinutes}
}

/** Minutes east of UTC; null when no clock on earth has it. */
function readOffset(text: string): number | null {
  if (text === 'Z') return 0
  const digits = text.slice(1).replace(':', '').padEnd(4, '0')
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  if (hours > 14 || minutes > 59) return null
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
