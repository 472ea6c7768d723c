// Statistics of a data file for its add action, taken from the Parquet footer: rows, nulls, smallest and largest values.
// Columns that may identify a person get neither smallest nor largest value. A bound is left out rather than guessed;
// a bound that is there holds for every value: texts are cut, timestamps widened to milliseconds, outwards.
import type {FileMetaData, Statistics} from 'hyparquet'
import type {AddAction} from './actions.ts'
import {isObject} from './decode-entry.ts'
import type {Field, FieldType} from './schema.ts'

type MinMaxType = NonNullable<Statistics['min_value']>

/** As Delta's `delta.dataSkippingNumIndexedCols` by default. */
const maxColumns = 32
const maxTextLength = 32
const highestCodePoint = '\u{10FFFF}'

/** Names of columns whose values must not reach the log; `all` protects every column. */
export type ProtectedColumns = ReadonlySet<string> | 'all'

/** Parsers for `parquetMetadataAsync`: bounds stay as the file has them. */
export const rawParsers = {
  stringFromBytes: (bytes: Uint8Array) => bytes,
  timestampFromMicroseconds: (micros: bigint) => micros,
  dateFromDays: (days: number) => days,
}

/** The stats JSON of a file whose footer was read with `rawParsers`. */
export function fileStats(metadata: FileMetaData, fields: readonly Field[], protectedColumns: ProtectedColumns): string {
  const isProtected = protectedTest(protectedColumns)
  const nullCount: string[] = []
  const minValues: string[] = []
  const maxValues: string[] = []
  for (const {name, type} of fields.slice(0, maxColumns)) {
    if (typeof type === 'object' && type.kind === 'list') continue
    const chunks = statisticsOf(metadata, name)
    const nulls = countNulls(chunks)
    if (nulls !== undefined) nullCount.push(`${JSON.stringify(name)}:${nulls}`)
    if (isProtected(name)) continue
    const {min, max} = boundsOf(chunks, type)
    if (min !== undefined) minValues.push(`${JSON.stringify(name)}:${min}`)
    if (max !== undefined) maxValues.push(`${JSON.stringify(name)}:${max}`)
  }
  const object = (entries: readonly string[]) => `{${entries.join(',')}}`
  return `{"numRecords":${metadata.num_rows},"minValues":${object(minValues)},"maxValues":${object(maxValues)},"nullCount":${object(nullCount)}}`
}

/** Names match ignoring case: when in doubt, a column is protected. */
function protectedTest(protectedColumns: ProtectedColumns): (name: string) => boolean {
  if (protectedColumns === 'all') return () => true
  const names = new Set([...protectedColumns].map((name) => name.toLowerCase()))
  return (name) => names.has(name.toLowerCase())
}

interface ChunkStatistics {
  readonly values: bigint
  readonly statistics: Statistics | undefined
}

/** Statistics of one top-level column in every row group. */
function statisticsOf(metadata: FileMetaData, name: string): readonly ChunkStatistics[] {
  return metadata.row_groups.map(({columns, num_rows}) => {
    const chunk = columns.find(({meta_data}) => meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === name)
    return {values: num_rows, statistics: chunk?.meta_data?.statistics}
  })
}

/** Nulls in the column, or undefined when a row group does not say. */
export function nullsIn(metadata: FileMetaData, name: string): bigint | undefined {
  return countNulls(statisticsOf(metadata, name))
}

function countNulls(chunks: readonly ChunkStatistics[]): bigint | undefined {
  let sum = 0n
  for (const {statistics} of chunks) {
    if (statistics?.null_count === undefined) return undefined
    sum += BigInt(statistics.null_count)
  }
  return sum
}

interface Bounds {
  readonly min?: string | undefined
  readonly max?: string | undefined
}

/** Bounds as JSON; none when a row group with values lacks them. */
function boundsOf(chunks: readonly ChunkStatistics[], type: Exclude<FieldType, {kind: 'list'}>): Bounds {
  const filled = chunks.filter(({values, statistics}) => statistics?.null_count === undefined || BigInt(statistics.null_count) < values)
  const mins = filled.map(({statistics}) => statistics?.min_value)
  const maxes = filled.map(({statistics}) => statistics?.max_value)
  return {min: extreme(mins, type, 'min'), max: extreme(maxes, type, 'max')}
}

function extreme(
  values: readonly (MinMaxType | undefined)[],
  type: Exclude<FieldType, {kind: 'list'}>,
  side: 'min' | 'max',
): string | undefined {
  let best: MinMaxType | undefined
  for (const value of values) {
    if (value === undefined) return undefined
    if (best === undefined || (side === 'min' ? isBelow(value, best) : isBelow(best, value))) best = value
  }
  return best === undefined ? undefined : printBound(best, type, side)
}

function isBelow(a: MinMaxType, b: MinMaxType): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) < 0
  return a < b
}

function printBound(value: MinMaxType, type: Exclude<FieldType, {kind: 'list'}>, side: 'min' | 'max'): string | undefined {
  if (typeof type === 'object') return printDecimal(value, type.scale)
  if (type === 'string') return value instanceof Uint8Array ? printText(value, side) : undefined
  if (type === 'int64') return typeof value === 'bigint' ? String(value) : undefined
  if (type === 'float64') return typeof value === 'number' && Number.isFinite(value) ? JSON.stringify(value) : undefined
  if (type === 'date') return typeof value === 'number' ? JSON.stringify(isoOf(value * 86_400_000)?.slice(0, 10)) : undefined
  if (type === 'timestamp') return typeof value === 'bigint' ? JSON.stringify(isoOf(toMilliseconds(value, side))) : undefined
  return undefined
}

/** The reader gives decimals as doubles: only those that a double holds exactly are used. */
function printDecimal(value: MinMaxType, scale: number): string | undefined {
  if (typeof value !== 'number' || !Number.isSafeInteger(Math.round(value * 10 ** scale))) return undefined
  return value.toFixed(scale)
}

function printText(bytes: Uint8Array, side: 'min' | 'max'): string | undefined {
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    // The footer's own cut fell within a character.
    return undefined
  }
  const characters = Array.from(text)
  if (characters.length <= maxTextLength) return JSON.stringify(text)
  const cut = characters.slice(0, maxTextLength).join('')
  if (side === 'min') return JSON.stringify(cut)
  return characters[maxTextLength] === highestCodePoint ? undefined : JSON.stringify(cut + highestCodePoint)
}

function toMilliseconds(micros: bigint, side: 'min' | 'max'): number {
  const floor = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n)
  return Number(side === 'max' && floor * 1000n !== micros ? floor + 1n : floor)
}

/** ISO 8601 in UTC for years 0000 to 9999; other years have no bound. */
function isoOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined
}

/** Rows of a file that are not deleted, or undefined when its stats do not say. */
export function countRows({stats, deletionVector}: Pick<AddAction, 'stats' | 'deletionVector'>): number | undefined {
  if (stats === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(stats)
    if (!isObject(parsed) || typeof parsed.numRecords !== 'number') return undefined
    return parsed.numRecords - (deletionVector?.cardinality ?? 0)
  } catch {
    return undefined
  }
}
