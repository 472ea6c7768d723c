// Durations as Delta's table properties write them.

const hourMs = 3_600_000

const unitsMs: Readonly<Record<string, number>> = {
  week: 7 * 24 * hourMs,
  day: 24 * hourMs,
  hour: hourMs,
  minute: 60_000,
  second: 1000,
}

/** Milliseconds of a duration as Delta's table properties write it, `interval 30 days`; undefined for other texts. */
export function intervalMs(text: string | undefined): number | undefined {
  const [, count, unit = ''] = /^(?:interval\s+)?(\d+)\s+(week|day|hour|minute|second)s?$/i.exec(text?.trim() ?? '') ?? []
  const unitMs = unitsMs[unit.toLowerCase()]
  return count === undefined || unitMs === undefined ? undefined : Number(count) * unitMs
}
