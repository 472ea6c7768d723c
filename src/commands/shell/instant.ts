// Points in time on the command line: a date is its midnight in UTC, so are `today` and `yesterday`, a time says its offset, and
// `now` is now. Never the machine's own zone.
import {HippoError} from '../../core/errors/hippo-error.ts'

const written = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/

const dayMs = 24 * 3600 * 1000

const midnight = (instant: number): string => `${new Date(instant).toISOString().slice(0, 10)}T00:00:00.000Z`

const words: Readonly<Record<string, (now: Date) => string>> = {
  now: (now) => now.toISOString(),
  today: (now) => midnight(now.getTime()),
  yesterday: (now) => midnight(now.getTime() - dayMs),
}

/** The instant in UTC; CONFIG_USAGE when the text is neither a date nor a time with its offset. */
export function parseInstant(text: string, flag: string, now: Date = new Date()): string {
  const word = words[text.toLowerCase()]
  if (word) return word(now)
  const instant = written.test(text) ? new Date(text) : undefined
  if (instant && !Number.isNaN(instant.getTime()) && isRealDay(text)) return instant.toISOString()
  throw new HippoError('CONFIG_USAGE', {
    message: `--${flag}: ${text} is not a point in time`,
    hint: 'write 2026-11-20 (its midnight in UTC), yesterday, or 2026-11-20T02:00:00+01:00',
  })
}

/** Date reads 2026-02-30 as the second of March. */
function isRealDay(text: string): boolean {
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day
}

/** The interval of the two flags, as the core wants it. */
export function intervalOf({since, until}: {readonly since?: string | undefined; readonly until?: string | undefined}) {
  return {
    ...(since === undefined ? {} : {since: parseInstant(since, 'since')}),
    ...(until === undefined ? {} : {until: parseInstant(until, 'until')}),
  }
}
