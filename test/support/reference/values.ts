// How the reference engine holds values: text as string, int64 as bigint, float64 as number, dates as day numbers, timestamps
// as bigint microseconds since 1970, decimals as bigint without their point. Exact, and compared without any conversion.
import type {ScalarType, ScalarValue} from '../../../src/core/expr/expr.ts'
import {civilDate, dayNumber} from './calendar.ts'

export type Value = string | number | bigint | boolean | null

export const minInt64 = -(2n ** 63n)
export const maxInt64 = 2n ** 63n - 1n
export const microsPerDay = 86_400_000_000n

/** Reads a value as plans, rows and examples write it. */
export function fromScalar(value: ScalarValue, type: ScalarType): Value {
  if (value === null) return null
  if (typeof type === 'object') return unscaled(String(value), type.scale)
  if (type === 'int64') return BigInt(value as number | bigint)
  if (type === 'float64') return Number(value)
  if (type === 'date') return dateValue(String(value))
  if (type === 'timestamp') return timestampValue(String(value))
  return value
}

function unscaled(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole.replace('+', '') + fraction.padEnd(scale, '0'))
}

function dateValue(text: string): number {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number]
  return dayNumber({year, month, day})
}

function timestampValue(text: string): bigint {
  const [hour, minute, second] = text.slice(11, 19).split(':').map(BigInt) as [bigint, bigint, bigint]
  const fraction = BigInt(text.slice(20, -1).padEnd(6, '0'))
  return BigInt(dateValue(text)) * microsPerDay + ((hour * 60n + minute) * 60n + second) * 1_000_000n + fraction
}

/** Writes a value as ScalarValue says. */
export function toScalar(value: Value, type: ScalarType): ScalarValue {
  if (value === null) return null
  if (typeof type === 'object') return decimalText(value as bigint, type.scale)
  if (type === 'date') return dateText(value as number)
  if (type === 'timestamp') return timestampText(value as bigint)
  return type === 'float64' && value === 0 ? 0 : value
}

function decimalText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${value < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`}`
}

const padded = (value: number | bigint, width: number): string => value.toString().padStart(width, '0')

function dateText(days: number): string {
  const {year, month, day} = civilDate(days)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

/** Day number and microseconds within the day; the day is the earlier one for times before 1970 too. */
export function splitTimestamp(micros: bigint): {readonly days: number; readonly micros: bigint} {
  const rest = ((micros % microsPerDay) + microsPerDay) % microsPerDay
  return {days: Number((micros - rest) / microsPerDay), micros: rest}
}

function timestampText(value: bigint): string {
  const {days, micros} = splitTimestamp(value)
  const seconds = micros / 1_000_000n
  const fraction = padded(micros % 1_000_000n, 6).replace(/0+$/, '')
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => padded(part, 2)).join(':')
  return `${dateText(days)}T${clock}${fraction === '' ? '' : `.${fraction}`}Z`
}

/** Negative, zero or positive; both values are of one type. Text is ordered by code point, which is the order of UTF-8. */
export function compareValues(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

function compareText(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** A text that is equal exactly for equal lists of values (null equals null, 0 equals -0). */
export function keyOf(values: readonly Value[]): string {
  return JSON.stringify(values.map((value) => (value === null ? null : String(value))))
}
