// The promise of freshness in `slaProperties`, in hours.
import type {MapReader} from './map-reader.ts'

const hoursPerUnit: readonly (readonly [RegExp, number])[] = [
  [/^(s|sec|secs|seconds?)$/, 1 / 3600],
  [/^(m|min|mins|minutes?)$/, 1 / 60],
  [/^(h|hr|hrs|hours?)$/, 1],
  [/^(d|days?)$/, 24],
  [/^(w|wk|weeks?)$/, 168],
]

/** Hours in a unit of time as contracts write it (`h`, `days`), or undefined for an unknown one. */
export function hoursPer(unit: string): number | undefined {
  return hoursPerUnit.find(([pattern]) => pattern.test(unit.toLowerCase()))?.[1]
}

/** Hours of the first freshness entry, else of the first latency entry; undefined when there is none or its unit is unknown. */
export function readFreshness(entries: readonly MapReader[]): number | undefined {
  for (const name of ['freshness', 'latency']) {
    const entry = entries.find((candidate) => candidate.text('property') === name)
    const value = Number(entry?.raw('value'))
    const hours = hoursPer(entry?.text('unit') ?? '')
    if (entry === undefined) continue
    if (hours === undefined || !Number.isFinite(value) || value <= 0) {
      entry.report({
        message: `${name}: expected a number above 0 and a unit`,
        hint: 'for example value: 24 and unit: hours',
        key: hours === undefined ? 'unit' : 'value',
      })
      return undefined
    }
    return value * hours
  }
  return undefined
}
