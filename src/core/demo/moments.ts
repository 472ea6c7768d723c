// Days and instants as text, fast: the clinic writes several million of them. Days count from 1970-01-01 in the proleptic
// Gregorian calendar; instants are milliseconds since then, in UTC.

export const dayMs = 86_400_000
export const hourMs = 3_600_000
export const minuteMs = 60_000

/** How a sender writes an instant: UTC, UTC with milliseconds, or local time with an offset of so many hours. */
export type InstantShape = 'utc' | 'utcWithMilliseconds' | 1 | 2

export interface MomentWriter {
  /** `YYYY-MM-DD`. */
  day(day: number): string
  /** `DD.MM.YYYY`. */
  dottedDay(day: number): string
  /** ISO 8601 with an offset. */
  instant(ms: number, shape: InstantShape): string
}

const twoDigits: readonly string[] = Array.from({length: 100}, (_, number) => String(number).padStart(2, '0'))
const pad = (number: number): string => twoDigits[number] ?? String(number)

/** The number of the day that holds this instant. */
export const dayOf = (ms: number): number => Math.floor(ms / dayMs)

/** Makes a writer; it remembers the days it has written. */
export function createMomentWriter(): MomentWriter {
  const days = new Map<number, string>()
  const day = (number: number): string => {
    const known = days.get(number)
    if (known !== undefined) return known
    const text = dayText(number)
    days.set(number, text)
    return text
  }
  return {
    day,
    dottedDay: (number) => {
      const text = day(number)
      return `${text.slice(8)}.${text.slice(5, 7)}.${text.slice(0, 4)}`
    },
    instant: (ms, shape) => {
      const local = typeof shape === 'number' ? ms + shape * hourMs : ms
      const date = Math.floor(local / dayMs)
      const time = local - date * dayMs
      const seconds = Math.floor(time / 1000)
      const minutes = Math.floor(seconds / 60)
      const clock = `${day(date)}T${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}:${pad(seconds % 60)}`
      if (shape === 'utc') return `${clock}Z`
      if (shape === 'utcWithMilliseconds') return `${clock}.${String(time % 1000).padStart(3, '0')}Z`
      return `${clock}+0${shape}:00`
    },
  }
}

/** Days to a civil date: eras of 400 years, years that begin in March (Hinnant's algorithm). */
function dayText(day: number): string {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(dayOfMonth)}`
}
