// Reads the rows of a table in JavaScript, without an engine: for looking at tables and for programs that use this module alone.
// Exact (no value passes through a number that cannot hold it) and one row group in memory at a time; an engine is faster.
import type {FileMetaData, SchemaElement} from 'hyparquet'
import type {ScalarType, ScalarValue} from '../expr/expr.ts'
import type {RowRange} from '../expr/plan.ts'
import {type FilePlace, placeOf, readRange} from './file-place.ts'
import {toScalar, valueParsers} from './parquet-values.ts'
import type {Field} from './schema.ts'
import type {Snapshot} from './snapshot.ts'
import {corruptTable, invalidRequest} from './table-errors.ts'
import {type TableFile, tableFiles} from './table-files.ts'

/** Scalars as `ScalarValue` says, lists as arrays of text. */
export type TableRow = Readonly<Record<string, ScalarValue | readonly (string | null)[]>>

export interface RowChoice {
  /** All when absent. */
  readonly columns?: readonly string[]
  readonly signal?: AbortSignal
}

/** Rows of the snapshot, file by file. TABLE_CORRUPT names the file that is gone or no readable Parquet, TABLE_REQUEST_INVALID a column that is not there. */
export async function* readRows(snapshot: Snapshot, choice: RowChoice = {}): AsyncGenerator<TableRow> {
  for await (const rows of readRowGroups(snapshot, choice)) yield* rows
}

/** The same, the rows of a row group together. */
export async function* readRowGroups(snapshot: Snapshot, {columns, signal}: RowChoice = {}): AsyncGenerator<readonly TableRow[]> {
  assertColumns(snapshot, columns)
  const fields = snapshot.fields.filter(({name}) => columns === undefined || columns.includes(name))
  const files = tableFiles(snapshot)
  for (const [index, path] of [...snapshot.files.keys()].entries()) {
    const file = files[index]
    if (file === undefined) continue
    try {
      yield* rowsOfFile(snapshot, placeOf(snapshot, path), file, fields, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw corruptTable({...snapshot, key: file.key}, 'no readable Parquet file', error)
    }
  }
}

/** Throws TABLE_REQUEST_INVALID for a column that none of the snapshot's is. */
function assertColumns({table, version, fields}: Pick<Snapshot, 'table' | 'version' | 'fields'>, columns: readonly string[] = []): void {
  const names = fields.map(({name}) => name)
  const stray = columns.find((column) => !names.includes(column))
  if (stray !== undefined) throw invalidRequest(table, `at version ${version} it has no column ${stray}; it has ${names.join(', ')}`)
}

async function* rowsOfFile(
  {store}: Snapshot,
  place: FilePlace,
  file: TableFile,
  fields: readonly Field[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TableRow[]> {
  const {parquetMetadataAsync, parquetReadObjects} = await import('hyparquet')
  const {compressors} = await import('hyparquet-compressors')
  const buffer = {
    byteLength: file.sizeBytes,
    slice: async (start: number, end = file.sizeBytes) => new Uint8Array(await readRange(store, place, {start, end})).buffer,
  }
  const metadata = await parquetMetadataAsync(buffer, {parsers: valueParsers})
  const stored = storedColumns(metadata, file, fields)
  const schema = metadata.schema.map(withoutDecimal)
  const columns = stored.map(({element}) => element.name)
  const toRow = rowReader(file, fields, stored)
  let rowStart = 0
  for (const {num_rows} of metadata.row_groups) {
    signal?.throwIfAborted()
    const rowEnd = rowStart + Number(num_rows)
    const options = {file: buffer, metadata: {...metadata, schema}, columns, compressors, parsers: valueParsers, utf8: false}
    const rows = columns.length === 0 ? [] : await parquetReadObjects({...options, rowStart, rowEnd})
    const group: TableRow[] = []
    for (let at = rowStart; at < rowEnd; at++) {
      if (!isDeleted(file.deletedRows, at)) group.push(toRow(rows[at - rowStart]))
    }
    yield group
    rowStart = rowEnd
  }
}

interface StoredColumn {
  readonly field: Field
  readonly element: SchemaElement
}

/** The columns that the file itself holds; those it lacks are null in its rows. */
function storedColumns({schema}: FileMetaData, {partition}: TableFile, fields: readonly Field[]): readonly StoredColumn[] {
  const byName = new Map(topLevel(schema).map((element) => [element.name, element]))
  return fields.flatMap((field) => {
    const element = byName.get(field.physicalName ?? field.name)
    return element === undefined || Object.hasOwn(partition, field.name) ? [] : [{field, element}]
  })
}

/** The schema is a tree written down depth first, its root first. */
function topLevel(schema: readonly SchemaElement[]): readonly SchemaElement[] {
  const found: SchemaElement[] = []
  let open = 0
  for (const element of schema.slice(1)) {
    if (open === 0) found.push(element)
    else open--
    open += element.num_children ?? 0
  }
  return found
}

/** hyparquet gives decimals as doubles; without their annotation they come as they are stored. */
function withoutDecimal(element: SchemaElement): SchemaElement {
  if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') return element
  const {converted_type: _converted, logical_type: _logical, ...rest} = element
  return rest
}

function isDeleted(ranges: readonly RowRange[] = [], row: number): boolean {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.to ?? 0) <= row) low = middle + 1
    else high = middle
  }
  const range = ranges[low]
  return range !== undefined && range.from <= row
}

function rowReader(
  {partition}: TableFile,
  fields: readonly Field[],
  stored: readonly StoredColumn[],
): (row: Readonly<Record<string, unknown>> | undefined) => TableRow {
  const elements = new Map(stored.map(({field, element}) => [field.name, element]))
  const cells = fields.map((field) => {
    const [element, constant] = [elements.get(field.name), (Object.hasOwn(partition, field.name) ? partition[field.name] : null) ?? null]
    return {name: field.name, read: (value: unknown) => (element ? toValue(value, field, element) : constant), key: element?.name ?? ''}
  })
  return (row) => Object.fromEntries(cells.map(({name, read, key}) => [name, read(row?.[key])]))
}

function toValue(value: unknown, {type}: Field, element: SchemaElement): TableRow[string] {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'string' ? each : null))
  return toScalar(value, type as ScalarType, element.scale ?? 0)
}
