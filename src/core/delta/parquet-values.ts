// Values as hyparquet gives them with these parsers, and as `ScalarValue` writes them: timestamps are bigint microseconds in
// between, dates day numbers, decimals their unscaled digits.
import type {ScalarType, ScalarValue} from '../expr/expr.ts'

// hyparquet's own decoder drops a leading U+FEFF, which is data.
const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
const microsPerDay = 86_400_000_000n
const microsPerSecond = 1_000_000n

/** Conversions that lose nothing. */
export const valueParsers = {
  stringFromBytes: (bytes: Uint8Array) => decoder.decode(bytes),
  timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
  timestampFromMicroseconds: (micros: bigint) => micros,
  timestampFromNanoseconds: (nanos: bigint) => (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n,
  dateFromDays: (days: number) => days,
}

/** A stored value as one of the type; `storedScale` is the scale of the file's decimals, 0 for whole numbers. */
export function toScalar(value: unknown, type: ScalarType, storedScale: number): ScalarValue {
  if (typeof type === 'object') return decimalText(unscaled(value) * 10n ** BigInt(Math.max(0, type.scale - storedScale)), type.scale)
  switch (type) {
    case 'int64':
      return BigInt(value as number | bigint)
    case 'float64':
      return Number(value)
    case 'date':
      return isoDate(BigInt(value as number))
    case 'timestamp':
      // A column that was widened from date holds day numbers in older files.
      return isoTimestamp(typeof value === 'bigint' ? value : BigInt(value as number) * microsPerDay)
    case 'string':
      return value instanceof Uint8Array ? decoder.decode(value) : String(value)
    case 'boolean':
      return value === true
  }
}

/** Digits of a decimal: an integer, or bytes in two's complement, big end first. */
function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint)
  const digits = value.reduce((total, byte) => total * 256n + BigInt(byte), 0n)
  return BigInt.asIntN(value.length * 8, digits)
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${value < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`}`
}

const isoDate = (days: bigint): string => new Date(Number(days) * 86_400_000).toISOString().slice(0, 10)

function isoTimestamp(micros: bigint): string {
  const fraction = ((micros % microsPerSecond) + microsPerSecond) % microsPerSecond
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19)
  const digits = String(fraction).padStart(6, '0').replace(/0+$/, '')
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`
}
