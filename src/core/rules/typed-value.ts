// Values written in a contract, turned into values of a column's type: exactly, or not at all.
import {type Expr, literal, type ScalarType, type ScalarValue} from '../expr/expr.ts'

type Value = Exclude<ScalarValue, null>

/** The value in the type's own form, or undefined when the type cannot hold it exactly. */
export function typedValue(value: string | number | boolean, type: ScalarType): Value | undefined {
  if (typeof type === 'object') return decimalText(value, type.precision, type.scale)
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'int64':
      return Number.isSafeInteger(value) ? BigInt(value) : undefined
    case 'float64':
      return typeof value === 'number' ? value : undefined
    case 'date':
      return typeof value === 'string' && isDate(value) ? value : undefined
    case 'timestamp':
      return typeof value === 'string' ? utcInstant(value) : undefined
  }
}

/** A bound to compare a column of this type with; a whole-number column may have a bound with decimals. */
export function typedBound(value: string | number, type: ScalarType): Expr | undefined {
  if (type === 'int64' && typeof value === 'number' && !Number.isInteger(value)) return literal(value, 'float64')
  const typed = typedValue(value, type)
  return typed === undefined ? undefined : literal(typed, type)
}

/** The type's name for people. */
export function typeName(type: ScalarType): string {
  if (typeof type === 'object') return `decimal(${type.precision},${type.scale})`
  return {string: 'text', boolean: 'boolean', int64: 'integer', float64: 'number', date: 'date', timestamp: 'timestamp'}[type]
}

export function sameType(a: ScalarType, b: ScalarType): boolean {
  return typeName(a) === typeName(b)
}

/** Whether values of both types may be compared. */
export function isComparable(a: ScalarType, b: ScalarType): boolean {
  const isNumber = (type: ScalarType): boolean => type === 'int64' || type === 'float64'
  return sameType(a, b) || (isNumber(a) && isNumber(b))
}

/** Exact decimal text with as many fraction digits as the scale. */
function decimalText(value: string | number | boolean, precision: number, scale: number): string | undefined {
  const [match, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+?)0*)?$/.exec(String(value)) ?? []
  if (match === undefined) return undefined
  const digits = whole.replace(/^0+(?=\d)/, '')
  if (fraction.length > scale || (digits === '0' ? 0 : digits.length) > precision - scale) return undefined
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits}.${fraction.padEnd(scale, '0')}`
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && !text.startsWith('0000') && new Date(time).toISOString().startsWith(text)
}

/** ISO 8601 with a date alone, `T` or a space, optional seconds, fraction and offset (none = UTC), as UTC with microseconds. */
function utcInstant(text: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,6}))?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  const [, date = '', minutes = '00:00', seconds = ':00', fraction = '', offset = 'Z'] = match ?? []
  if (!isDate(date)) return undefined
  const time = Date.parse(`${date}T${minutes}${seconds}${offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`)
  if (Number.isNaN(time)) return undefined
  const digits = fraction.replace(/0+$/, '')
  return new Date(time).toISOString().replace('.000Z', digits === '' ? 'Z' : `.${digits}Z`)
}
