// The proleptic Gregorian calendar as integer arithmetic on columns. Polars' own parser rolls over, searches substrings and
// is several times slower; this is exact and null where a part is null, the guard is false or the day does not exist.
import {all, any, binary, cast, type Dsl, int32, int64, nullOf, ternary, utcTimestamp} from './dsl.ts'

/** Int32 columns. */
export interface CivilDate {
  readonly year: Dsl
  readonly month: Dsl
  readonly day: Dsl
}

/** Int32 columns. */
export interface ClockTime {
  readonly hour: Dsl
  readonly minute: Dsl
  readonly second: Dsl
}

/** `microsecond` is an Int64 column, `offsetMinutes` (Int32) says how far the written time is ahead of UTC. */
export interface CivilTime extends CivilDate, ClockTime {
  readonly microsecond: Dsl
  readonly offsetMinutes: Dsl
}

const plus = (left: Dsl, right: Dsl): Dsl => binary(left, 'Plus', right)
const minus = (left: Dsl, right: Dsl): Dsl => binary(left, 'Minus', right)
const times = (left: Dsl, right: number): Dsl => binary(left, 'Multiply', int32(right))
const over = (left: Dsl, right: number): Dsl => binary(left, 'FloorDivide', int32(right))
const remainder = (left: Dsl, right: number): Dsl => binary(left, 'Modulus', int32(right))

/** A date column; null where `guard` is not true or the date is not in the calendar of years 1 to 9999. */
export function dateWhere(guard: Dsl, date: CivilDate): Dsl {
  return ternary(all([guard, existsInCalendar(date)]), cast(daysOf(date), 'Date'), nullOf('date'))
}

/** A timestamp column in UTC; null where `guard` is not true, or the date or the time does not exist. */
export function timestampWhere(guard: Dsl, time: CivilTime): Dsl {
  const minutes = minus(plus(times(time.hour, 60), time.minute), time.offsetMinutes)
  const seconds = cast(plus(times(minutes, 60), time.second), 'Int64')
  const days = binary(cast(daysOf(time), 'Int64'), 'Multiply', int64(86_400))
  const microseconds = plus(binary(plus(days, seconds), 'Multiply', int64(1_000_000)), time.microsecond)
  const exists = all([guard, existsInCalendar(time), isClockTime(time), isWithinEra(microseconds)])
  return ternary(exists, cast(microseconds, utcTimestamp), nullOf('timestamp'))
}

/** Days from 1970-01-01, Int32 (Howard Hinnant's days_from_civil: the year starts in March, so the leap day is its last). */
function daysOf({year, month, day}: CivilDate): Dsl {
  const marchYear = minus(year, cast(binary(month, 'LtEq', int32(2)), 'Int32'))
  const leapDays = plus(minus(over(marchYear, 4), over(marchYear, 100)), over(marchYear, 400))
  const monthStart = over(plus(times(remainder(plus(month, int32(9)), 12), 153), int32(2)), 5)
  return plus(plus(plus(times(marchYear, 365), leapDays), monthStart), minus(day, int32(719469)))
}

function existsInCalendar({year, month, day}: CivilDate): Dsl {
  const isLeap = any([
    all([binary(remainder(year, 4), 'Eq', int32(0)), binary(remainder(year, 100), 'NotEq', int32(0))]),
    binary(remainder(year, 400), 'Eq', int32(0)),
  ])
  const isShortMonth = any([4, 6, 9, 11].map((number) => binary(month, 'Eq', int32(number))))
  const february = ternary(isLeap, int32(29), int32(28))
  const length = ternary(binary(month, 'Eq', int32(2)), february, ternary(isShortMonth, int32(30), int32(31)))
  return all([within(year, 1, 9999), within(month, 1, 12), binary(day, 'GtEq', int32(1)), binary(day, 'LtEq', length)])
}

/** No leap second, no 24:00. */
export function isClockTime({hour, minute, second}: ClockTime): Dsl {
  return all([within(hour, 0, 23), within(minute, 0, 59), within(second, 0, 59)])
}

function within(of: Dsl, least: number, most: number): Dsl {
  return all([binary(of, 'GtEq', int32(least)), binary(of, 'LtEq', int32(most))])
}

/** An offset can move a time out of the years 0001 to 9999. */
function isWithinEra(microseconds: Dsl): Dsl {
  const first = -62_135_596_800_000_000n
  const last = 253_402_300_799_999_999n
  return all([binary(microseconds, 'GtEq', int64(first)), binary(microseconds, 'LtEq', int64(last))])
}
