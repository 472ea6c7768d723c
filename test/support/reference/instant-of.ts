// What a clock shows, as instants: every offset that the zone has within a day of the reading is tried, and those kept that
// give the reading back.

const dayMicros = 86_400_000_000n

/** Microseconds since 1970 for a reading given as if it were UTC; null when no clock of the zone ever shows it. */
export function instantOf(reading: bigint, zone: string, twice: 'earlier' | 'later'): bigint | null {
  const format = new Intl.DateTimeFormat('en', {timeZone: zone, timeZoneName: 'longOffset'})
  const around = [reading - dayMicros, reading, reading + dayMicros].map((instant) => offsetAt(instant, format))
  const instants = [...new Set(around)]
    .map((offset) => ({instant: reading - offset, offset}))
    .filter(({instant, offset}) => offsetAt(instant, format) === offset)
    .map(({instant}) => instant)
    .toSorted((a, b) => (a < b ? -1 : 1))
  return (twice === 'earlier' ? instants[0] : instants.at(-1)) ?? null
}

/** Microseconds that clocks are ahead of UTC at an instant. */
function offsetAt(instant: bigint, format: Intl.DateTimeFormat): bigint {
  const millis = instant / 1000n - (instant % 1000n < 0n ? 1n : 0n)
  const name = format.formatToParts(Number(millis)).find(({type}) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? []
  const ahead = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000n
  return sign === '-' ? -ahead : ahead
}
