// Reading files. CSV columns are bound by name through the header that the plan gives, never by what the file's first line
// happens to say or by the place in another file; every field is text. Parquet columns are taken as they are or converted
// strictly: a value that does not fit its type is an error, not a null.
import type {DataType, LazyDataFrame} from 'nodejs-polars'
import {HippoError} from '../../errors/hippo-error.ts'
import type {ScalarType} from '../../expr/expr.ts'
import type {CsvFormat, Plan, PlanColumn, RowRange, ScanFile} from '../../expr/plan.ts'
import {assertTableFile, damagedFile} from '../table-file.ts'
import {bool, call, cast, col, type Dsl, dtypeOf, isNull, nullOf, text, utcTimestamp} from './dsl.ts'
import {type EngineContext, type Frame, filter, leftJoin, type NamedDsl, selectNames, withColumns} from './frame.ts'
import {literal, seriesOf} from './literal.ts'
import type {Polars} from './load-polars.ts'

type Scan = Extract<Plan, {readonly kind: 'scan'}>
type Values = Extract<Plan, {readonly kind: 'values'}>

/** All files of a scan, one after the other. */
export async function compileScan(context: EngineContext, plan: Scan): Promise<Frame> {
  const {pl} = context
  const columns = [...plan.columns, ...(plan.rowNumber === undefined ? [] : [{name: plan.rowNumber, type: 'int64'} as const])]
  const files: LazyDataFrame[] = []
  for (const file of plan.files) files.push(await scanFile(context, plan, file))
  const [only] = files
  if (only === undefined) return valuesFrame(context, columns, [])
  return {lazy: files.length === 1 ? only : pl.concat(files), columns}
}

/** Rows that the plan holds itself. They are set down first: Polars sees that two scans of a file are the same, but not two frames in memory. */
export async function valuesFrame(context: EngineContext, columns: readonly PlanColumn[], rows: Values['rows']): Promise<Frame> {
  const series = columns.map(({name, type}, index) =>
    seriesOf(
      context.pl,
      name,
      type,
      rows.map((row) => row[index] ?? null),
    ),
  )
  const {lazy} = context.materialize(context.pl.DataFrame(series).lazy())
  return {lazy, columns}
}

async function scanFile(context: EngineContext, plan: Scan, file: ScanFile): Promise<LazyDataFrame> {
  const {pl} = context
  const rowIndex = context.newName()
  const isNumbered = plan.rowNumber !== undefined || file.deletedRows !== undefined
  const opened =
    file.format.kind === 'csv'
      ? openCsv(pl, file.path, file.format, rowIndex)
      : await openParquet(context, file, isNumbered ? rowIndex : undefined)
  const kept = file.deletedRows === undefined ? opened.lazy : withoutRows(context, opened.lazy, rowIndex, file.deletedRows)
  const columns: NamedDsl[] = plan.columns.map(({name, type}) => ({name, of: columnOf(file, opened, name, type)}))
  if (plan.rowNumber !== undefined) columns.push({name: plan.rowNumber, of: cast(col(rowIndex), 'Int64')})
  return selectNames(
    context,
    withColumns(
      context,
      kept,
      columns.filter(({name, of}) => !isColumn(of, name)),
    ),
    columns.map(({name}) => name),
  )
}

/** Columns that are what they were are not computed anew: that held a quarter more memory. */
function isColumn(of: Dsl, name: string): boolean {
  return of !== null && typeof of === 'object' && 'Column' in of && of.Column === name
}

/** Joins the places of the deleted rows and keeps the others. `rowIndex` counts from 1. */
function withoutRows(context: EngineContext, lazy: LazyDataFrame, rowIndex: string, deleted: readonly RowRange[]): LazyDataFrame {
  const {pl} = context
  const places = deleted.flatMap(({from, to}) => Array.from({length: to - from}, (_, index) => from + index + 1))
  if (places.length === 0) return lazy
  const [place, found, key] = [context.newName(), context.newName(), context.newName()]
  // Places are below 2^53, so they pass through a column of doubles unharmed and much faster than through bigints.
  const listed = pl.DataFrame({[place]: pl.Series(place, places, pl.Float64)}).lazy()
  const right = withColumns(context, listed, [
    {name: place, of: cast(col(place), 'Int64')},
    {name: found, of: bool(true)},
  ])
  const joined = leftJoin(context, lazy, [{name: key, of: cast(col(rowIndex), 'Int64')}], right, [place])
  return filter(context, joined, isNull(col(found)))
}

interface OpenedFile {
  readonly lazy: LazyDataFrame
  /** The column of that name as a value of the type. */
  read(name: string, type: ScalarType): Dsl | undefined
}

function columnOf(file: ScanFile, opened: OpenedFile, name: string, type: ScalarType): Dsl {
  const constant = file.constants[name]
  if (constant !== undefined) return literal(constant, type)
  const bound = file.binding[name]
  if (bound === undefined) return nullOf(type)
  const read = opened.read(bound, type)
  if (read === undefined && file.format.kind === 'parquet') return nullOf(type)
  if (read === undefined) throw new HippoError('ENGINE_FAILED', {message: `a file has no column ${JSON.stringify(bound)}`})
  return read
}

/** Fields get names by their place in the given header: the file's own first line is only skipped. */
function openCsv(pl: Polars, path: string, format: CsvFormat, rowIndex: string): OpenedFile {
  const nameAt = (index: number): string => `field ${index}`
  const schema = Object.fromEntries(format.header.map((_, index) => [nameAt(index), pl.String]))
  const lazy = pl.scanCSV(path, {
    schema,
    inferSchemaLength: 0,
    hasHeader: format.headerless !== true,
    sep: format.delimiter,
    ...(format.quote === undefined ? {quoteChar: undefined} : {quoteChar: format.quote}),
    nullValues: [''],
    rowIndexName: rowIndex,
    rowIndexOffset: 1,
    raiseIfEmpty: false,
    glob: false,
  } as Parameters<Polars['scanCSV']>[1])
  return {
    lazy,
    read(name) {
      const index = format.header.indexOf(name)
      return index < 0 ? undefined : col(nameAt(index))
    },
  }
}

/** Without a row index unless somebody asks for it: counting rows that nobody numbers took a third more memory. */
async function openParquet(context: EngineContext, file: ScanFile, rowIndex: string | undefined): Promise<OpenedFile> {
  const {pl} = context
  context.reads(file)
  await assertTableFile(file)
  const numbered = rowIndex === undefined ? {} : {rowIndexName: rowIndex, rowIndexOffset: 1}
  const open = (): LazyDataFrame => pl.scanParquet(file.path, {glob: false, hivePartitioning: false, ...numbered})
  const empty = await open()
    .limit(0)
    .collect()
    .catch((error: unknown) => {
      throw file.origin === undefined ? error : damagedFile(file.origin, 'its Parquet footer is damaged', error)
    })
  const schema = empty.schema as Readonly<Record<string, DataType>>
  return {
    lazy: open(),
    read(name, type) {
      const stored = schema[name]
      return stored === undefined ? undefined : convert(pl, col(name), stored, type)
    },
  }
}

function convert(pl: Polars, of: Dsl, stored: DataType, type: ScalarType): Dsl {
  const wanted = {
    string: pl.String,
    boolean: pl.Bool,
    int64: pl.Int64,
    float64: pl.Float64,
    date: pl.Date,
    timestamp: pl.Datetime('us', 'UTC'),
  }
  if (typeof type === 'string' && stored.equals(wanted[type])) return of
  if (type === 'string' && stored.variant === 'List') return call({ListExpr: {Join: true}}, of, text('|'))
  if (type === 'timestamp') return cast(cast(strict(of, {Datetime: ['Microseconds', null]}), 'Int64'), utcTimestamp)
  return strict(of, dtypeOf(type))
}

function strict(of: Dsl, dtype: Dsl): Dsl {
  return {Cast: {expr: of, dtype: {Literal: dtype}, options: 'Strict'}}
}
