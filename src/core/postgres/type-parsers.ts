// How values come back: int8 as number when safe else bigint, numeric as text (exact), timestamptz as ISO 8601 in UTC with at
// least milliseconds, date and timestamp as text. Set per connection, never in pg's global table.
import type pg from 'pg'

type Parse = (text: string) => unknown

interface ArrayParser {
  create(text: string, parse: Parse): {parse(): unknown[]}
}

const oid = {int8: 20, date: 1082, timestamp: 1114, timestamptz: 1184, numeric: 1700} as const
const arrayOid = {int8: 1016, date: 1182, timestamp: 1115, timestamptz: 1185, numeric: 1231} as const

/** The `types` option of a pg client. */
export function typeParsers(types: typeof pg.types): pg.CustomTypesConfig {
  const scalars: Readonly<Record<keyof typeof oid, Parse>> = {
    int8: parseInt8,
    date: (text) => text,
    timestamp: (text) => text.replace(' ', 'T'),
    timestamptz: parseInstant,
    numeric: (text) => text,
  }
  const arrays = (types as unknown as {readonly arrayParser: ArrayParser}).arrayParser
  const byOid = new Map<number, Parse>()
  for (const name of Object.keys(oid) as (keyof typeof oid)[]) {
    const parse = scalars[name]
    byOid.set(oid[name], parse)
    byOid.set(arrayOid[name], (text) => arrays.create(text, parse).parse())
  }
  const getTypeParser = (id: number, format?: 'text' | 'binary'): unknown =>
    (format === 'binary' ? undefined : byOid.get(id)) ?? types.getTypeParser(id, format as 'text')
  return {getTypeParser: getTypeParser as typeof pg.types.getTypeParser}
}

/** An int8 as a number when it is exact, else as a bigint. */
export function parseInt8(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

/** `2026-01-02 03:04:05.6+00` as `2026-01-02T03:04:05.600Z`; sessions are in UTC. Infinity and years past 9999 keep their text. */
export function parseInstant(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text)
  if (match === null) return text
  const [, date, time, fraction = ''] = match
  return `${date}T${time}.${fraction.padEnd(3, '0')}Z`
}
