// Values of ours as Polars literals, and small columns of them. Integers travel as bigint and decimals as text, so nothing
// passes through a JavaScript number that could not hold it.
import type {Series} from 'nodejs-polars'
import type {ScalarType, ScalarValue} from '../../expr/expr.ts'
import {alias, bool, cast, col, type Dsl, dtypeOf, float64, int64, nullOf, scalar, text, utcTimestamp} from './dsl.ts'
import type {Polars} from './load-polars.ts'
import {lower} from './lower.ts'

const dayMs = 86_400_000

/** A typed literal. */
export function literal(value: ScalarValue, type: ScalarType): Dsl {
  if (value === null) return nullOf(type)
  if (typeof type !== 'string') return cast(text(String(value)), dtypeOf(type))
  switch (type) {
    case 'string':
      return text(String(value))
    case 'boolean':
      return bool(value === true)
    case 'int64':
      return int64(BigInt(value))
    case 'float64':
      return float64(Number(value))
    case 'date':
      return scalar('Date', daysOf(String(value)))
    case 'timestamp':
      return scalar('Datetime', [microsecondsOf(String(value)), 'Microseconds', {inner: 'UTC'}])
  }
}

/** A column of typed values, for rows that a plan holds itself. */
export function seriesOf(pl: Polars, name: string, type: ScalarType, values: readonly ScalarValue[]): Series {
  const carried =
    typeof type === 'string' && (type === 'boolean' || type === 'float64') ? values : values.map((value) => carrier(value, type))
  const dtype = type === 'boolean' ? pl.Bool : type === 'float64' ? pl.Float64 : pl.String
  const raw = pl.DataFrame({value: pl.Series('value', carried as ScalarValue[], dtype)})
  return raw.select(lower(pl, alias(fromCarrier(col('value'), type), name))).getColumn(name)
}

/** Text from which Polars makes the value without loss. */
function carrier(value: ScalarValue, type: ScalarType): string | null {
  if (value === null) return null
  if (type === 'date') return String(daysOf(String(value)))
  if (type === 'timestamp') return String(microsecondsOf(String(value)))
  return String(value)
}

function fromCarrier(of: Dsl, type: ScalarType): Dsl {
  if (type === 'date') return cast(cast(of, 'Int32'), 'Date')
  if (type === 'timestamp') return cast(cast(of, 'Int64'), utcTimestamp)
  return cast(of, dtypeOf(type))
}

function daysOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

function microsecondsOf(timestamp: string): bigint {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.([0-9]{1,6}))?Z$/.exec(timestamp) ?? []
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'))
}
