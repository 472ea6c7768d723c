// Numbers, sizes and times as people read them. Pure; English, because so are the words around them.
import {groupDigits} from '../../core/model/group-digits.ts'

/** 12310 → 12,310 */
export const formatCount = groupDigits

/** `1 row`, `2 rows`, `12,310 rows` */
export function formatPlural(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}

/** 4123456 → 4.1 MB (powers of 1000) */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = sizeBytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}

/** 1 to three significant figures for large counts: 8100000 → 8.1 M, 412000 → 412 k, 950 → 950 */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(Math.round(count))
  if (count < 999_500) return `${Math.round(count / 1000)} k`
  const millions = count / 1_000_000
  return millions < 999.5 ? `${millions.toFixed(millions < 99.95 ? 1 : 0)} M` : `${(millions / 1000).toFixed(1)} G`
}

/** 320 → 0.3 s, 4200 → 4.2 s, 192000 → 3 min 12 s, 7500000 → 2 h 5 min */
export function formatDuration(durationMs: number): string {
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1000)
  if (seconds < 3600) return join(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 48 * 60) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  return join(Math.floor(minutes / 1440), 'd', Math.round((minutes % 1440) / 60), 'h')
}

const join = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`

/** `just now`, `16 min ago`, `3 h ago`, `yesterday 02:15`, `5 d ago`, else the date. */
export function formatAgo(instant: string, now: Date, timeZone?: string): string {
  const at = new Date(instant)
  const seconds = (now.getTime() - at.getTime()) / 1000
  if (!Number.isFinite(seconds)) return '—'
  if (seconds < 45) return seconds < -45 ? formatInstant(instant, timeZone) : 'just now'
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (day(at, timeZone) === day(now, timeZone)) return `${Math.round(seconds / 3600)} h ago`
  if (day(at, timeZone) === day(new Date(now.getTime() - 86_400_000), timeZone)) return `yesterday ${formatClock(instant, timeZone)}`
  if (seconds < 14 * 86_400) return `${Math.max(2, Math.round(seconds / 86_400))} d ago`
  return day(at, timeZone)
}

/** 2026-11-23 02:15 in the zone. */
export function formatInstant(instant: string, timeZone?: string): string {
  const at = new Date(instant)
  return `${day(at, timeZone)} ${formatClock(instant, timeZone)}`
}

/** 99.7 → 99 (a perfect score is shown only for one); 0.11 → `0.11` */
export function formatScore(score: number | undefined): string {
  return score === undefined ? '—' : String(Math.floor(score))
}

/** Percent with as many digits as it needs: 31 %, 4.1 %, 0.11 %, < 0.01 % */
export function formatPercent(percent: number): string {
  if (percent > 0 && percent < 0.01) return '< 0.01 %'
  const digits = percent >= 10 || Number.isInteger(percent) ? 0 : percent >= 1 ? 1 : 2
  return `${percent.toFixed(digits)} %`
}

/** The characters that tell one run from another to people: the end of a UUIDv7 is random, its start is the time. */
export function shortRunId(id: string): string {
  return id.slice(0, 13)
}

/** 2026-11-23 in the zone. */
function day(at: Date, timeZone?: string): string {
  if (timeZone !== undefined) return new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short'}).format(at)
  return [String(at.getFullYear()).padStart(4, '0'), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
}

/** 02:15 in the zone. */
export function formatClock(instant: string, timeZone?: string): string {
  const at = new Date(instant)
  if (timeZone !== undefined) return new Intl.DateTimeFormat('sv-SE', {timeZone, timeStyle: 'short'}).format(at)
  return `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`
}

const twoDigits = (number: number): string => String(number).padStart(2, '0')
