// The promise of freshness as the catalog keeps it: `slaProperties` of a contract document that was linted when it was used.
import {hoursPer} from '../contract/read-freshness.ts'

interface SlaEntry {
  readonly property?: unknown
  readonly value?: unknown
  readonly unit?: unknown
}

/** Hours of the freshness entry, else of the latency entry; undefined when neither can be read. */
export function promisedHours(sla: unknown): number | undefined {
  if (!Array.isArray(sla)) return undefined
  const entries: readonly SlaEntry[] = sla.filter((entry) => typeof entry === 'object' && entry !== null)
  const entry = entries.find(({property}) => property === 'freshness') ?? entries.find(({property}) => property === 'latency')
  const hours = typeof entry?.unit === 'string' ? hoursPer(entry.unit) : undefined
  const value = Number(entry?.value)
  return hours === undefined || !(value > 0) ? undefined : value * hours
}
