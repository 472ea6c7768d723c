// Parquet files through hyparquet, without its conversions that lose something: decimals stay integers, timestamps
// microseconds, dates day numbers.
import {asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement} from 'hyparquet'
import {compressors} from 'hyparquet-compressors'
import type {ScalarType} from '../../../src/core/expr/expr.ts'
import type {FileContent} from './run-plan.ts'
import type {Value} from './values.ts'

type ParquetType = ScalarType | 'list'

export interface ParquetContent extends FileContent {
  readonly columns: readonly {readonly name: string; readonly type: ParquetType}[]
  /** Values of a column of lists. */
  readonly lists: (name: string) => readonly (readonly string[] | null)[]
}

// hyparquet's own decoder drops a leading U+FEFF, which is data here.
const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})

const parsers = {
  stringFromBytes: (bytes: Uint8Array) => decoder.decode(bytes),
  timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
  timestampFromMicroseconds: (micros: bigint) => micros,
  timestampFromNanoseconds: (nanos: bigint) => nanos / 1000n,
  dateFromDays: (days: number) => days,
}

export async function readParquet(path: string): Promise<ParquetContent> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file, {parsers})
  const columns = topLevel(metadata.schema).map((element) => ({name: element.name, type: typeOfElement(element)}))
  const schema = metadata.schema.map((element) => (isDecimal(element) ? withoutDecimal(element) : element))
  const rows = (await parquetReadObjects({file, metadata: {...metadata, schema}, compressors, parsers, utf8: false})) as Record<
    string,
    unknown
  >[]
  return {
    length: rows.length,
    columns,
    column: (name) => {
      const type = columns.find((column) => column.name === name)?.type
      // Plans bind columns that an older file of a table may lack.
      if (type === undefined) return rows.map(() => null)
      if (type === 'list') throw new Error(`no scalar column ${name} in the file`)
      return rows.map((row) => toValue(row[name], type))
    },
    lists: (name) => rows.map((row) => (row[name] ?? null) as readonly string[] | null),
  }
}

function topLevel(schema: readonly SchemaElement[]): readonly SchemaElement[] {
  const elements: SchemaElement[] = []
  for (let at = 1; at < schema.length; at = afterSubtree(schema, at)) {
    const element = schema[at]
    if (element !== undefined) elements.push(element)
  }
  return elements
}

function afterSubtree(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = afterSubtree(schema, next)
  return next
}

const isDecimal = (element: SchemaElement): boolean => element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL'

function withoutDecimal(element: SchemaElement): SchemaElement {
  const {converted_type: _converted, logical_type: _logical, ...rest} = element
  return rest
}

function typeOfElement(element: SchemaElement): ParquetType {
  if (element.num_children !== undefined && element.num_children > 0) return 'list'
  if (isDecimal(element)) return {kind: 'decimal', precision: element.precision ?? 0, scale: element.scale ?? 0}
  const logical = element.logical_type?.type
  if (logical === 'TIMESTAMP' || element.converted_type?.startsWith('TIMESTAMP')) return 'timestamp'
  if (logical === 'DATE' || element.converted_type === 'DATE') return 'date'
  if (element.type === 'BYTE_ARRAY') return 'string'
  if (element.type === 'BOOLEAN') return 'boolean'
  return element.type === 'DOUBLE' || element.type === 'FLOAT' ? 'float64' : 'int64'
}

function toValue(value: unknown, type: ScalarType): Value {
  if (value === null || value === undefined) return null
  if (typeof type === 'object') return value instanceof Uint8Array ? signed(value) : BigInt(value as number | bigint)
  return type === 'int64' ? BigInt(value as number | bigint) : (value as Value)
}

/** Two's complement, big end first. */
function signed(bytes: Uint8Array): bigint {
  const unsigned = bytes.reduce((total, byte) => total * 256n + BigInt(byte), 0n)
  return BigInt.asIntN(bytes.length * 8, unsigned)
}
