// What typing rests on: equality and comparability of types, values that fit a type, and how a refusal is said.
import {HippoError} from '../errors/hippo-error.ts'
import {checkDateFormat} from './date-format.ts'
import type {ParseTarget, ScalarType, ScalarValue} from './expr.ts'
import {isoDateForm} from './parse-forms.ts'
import {printType} from './print.ts'

/** Steps from the root to the node at hand. */
export type Path = readonly string[]

/** Throws CONTRACT_UNSUPPORTED with the place in the tree. */
export function refuse(path: Path, problem: string): never {
  throw new HippoError('CONTRACT_UNSUPPORTED', {message: path.length === 0 ? problem : `${path.join('.')}: ${problem}`})
}

/** Types are equal, decimals in precision and scale too. */
export function sameType(a: ScalarType, b: ScalarType): boolean {
  return printType(a) === printType(b)
}

export const isNumeric = (type: ScalarType): boolean => type === 'int64' || type === 'float64'

/** Types whose values have an order among each other. */
export function isComparable(a: ScalarType, b: ScalarType): boolean {
  return sameType(a, b) || (isNumeric(a) && isNumeric(b)) || (typeof a === 'object' && typeof b === 'object')
}

const minInt64 = -(2n ** 63n)
const maxInt64 = 2n ** 63n - 1n

/** Whether a literal is a value of the type, written as ScalarValue says; null is one of every type. */
export function isValueOf(value: ScalarValue, type: ScalarType): boolean {
  if (value === null) return true
  if (typeof type === 'object') return typeof value !== 'boolean' && fitsDecimal(String(value), type)
  switch (type) {
    case 'string':
      return typeof value === 'string' && value.isWellFormed()
    case 'boolean':
      return typeof value === 'boolean'
    case 'int64':
      return typeof value === 'bigint' ? value >= minInt64 && value <= maxInt64 : Number.isSafeInteger(value)
    case 'float64':
      return typeof value === 'number' && Number.isFinite(value)
    case 'date':
      return typeof value === 'string' && isDate(value)
    case 'timestamp':
      return typeof value === 'string' && isTimestamp(value)
  }
}

/** As in a decimal column: an optional minus, no more whole digits than fit, no more fraction digits than the scale. */
function fitsDecimal(text: string, {precision, scale}: {readonly precision: number; readonly scale: number}): boolean {
  const parts = /^-?([0-9]+)(?:\.([0-9]+))?$/.exec(text)
  if (parts === null) return false
  const [, whole = '', fraction = ''] = parts
  return whole.replace(/^0+/, '').length <= precision - scale && fraction.length <= scale
}

function isDate(text: string): boolean {
  return new RegExp(isoDateForm).test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
}

function isTimestamp(text: string): boolean {
  const parts = /^([0-9-]{10})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z$/.exec(text)
  return parts !== null && isDate(parts[1] ?? '')
}

/** What is wrong with a type itself, or undefined. */
export function problemOfType(type: ScalarType): string | undefined {
  if (typeof type === 'string') return undefined
  const {precision, scale} = type
  const sound =
    Number.isInteger(precision) && Number.isInteger(scale) && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision
  return sound ? undefined : `${printType(type)} is no decimal type: precision is 1 to 38, scale 0 to precision`
}

/** What is wrong with the target of a parse, or undefined. */
export function problemOfTarget(target: ParseTarget): string | undefined {
  if (target.type !== 'date' && target.type !== 'timestamp') return problemOfType(target.type)
  const kind = target.type
  return target.formats.flatMap((format) => {
    const check = checkDateFormat(format, kind)
    return check.ok ? [] : [`format ${JSON.stringify(format)}: ${check.error}`]
  })[0]
}
