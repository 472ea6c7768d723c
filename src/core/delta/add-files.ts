// Brings Parquet files that an engine wrote into a table's folder, durably and under names nobody else uses. They belong
// to the table only once a commit adds them: until then, and after a failed commit, no reader sees them.
import {randomUUID} from 'node:crypto'
import {stat} from 'node:fs/promises'
import type {FileMetaData} from 'hyparquet'
import {HippoError} from '../errors/hippo-error.ts'
import {placeFile} from '../store/content-placement.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {systemCode} from '../store/system-code.ts'
import type {AddAction, CdcAction} from './actions.ts'
import {parquetMisfit} from './parquet-fields.ts'
import type {Field} from './schema.ts'
import type {Staged} from './staged-files.ts'
import {fileStats, nullsIn, type ProtectedColumns, rawParsers} from './stats.ts'
import {invalidRequest, unfitFile} from './table-errors.ts'
import {assertWritableName} from './table-name.ts'

/** A finished Parquet file on this machine; `rows`, when given, is checked against its footer. */
export interface LocalFile {
  /** Absolute path. */
  readonly path: string
  readonly rows?: number
}

/**
 * Moves the files into the table's folder and describes them for a commit, in the same order. Their columns must be exactly
 * `fields`. Files at `path` are gone afterwards. TABLE_REQUEST_INVALID when a file is not what is said of it, or a protected column
 * is none of its fields; nothing is moved then.
 */
export async function stageFiles(
  store: ObjectStore,
  table: string,
  files: readonly LocalFile[],
  fields: readonly Field[],
  protectedColumns: ProtectedColumns,
): Promise<readonly Staged<AddAction>[]> {
  assertProtectable(table, fields, protectedColumns)
  const adds = await placeFiles(store, table, files, {fields, protectedColumns, prefix: 'part-'})
  return adds.map((add) => ({...add, staged: {table, fields}}))
}

/** A name that protects nothing was misspelled, and its column's values would stand in the log. */
function assertProtectable(table: string, fields: readonly Field[], protectedColumns: ProtectedColumns): void {
  if (protectedColumns === 'all') return
  const names = new Set(fields.map(({name}) => name.toLowerCase()))
  const stray = [...protectedColumns].find((name) => !names.has(name.toLowerCase()))
  if (stray !== undefined) throw invalidRequest(table, `the protected column ${stray} is none of the files' fields`)
}

/** Tells what became of a row: `insert`, `update_preimage`, `update_postimage` or `delete`. */
export const changeTypeField: Field = {name: '_change_type', type: 'string', nullable: true}

/**
 * The same for files of the change data feed: rows as they were or became, with all `fields` of the table and, behind them,
 * `_change_type`. They are no data of the table.
 */
export async function stageChanges(
  store: ObjectStore,
  table: string,
  files: readonly LocalFile[],
  fields: readonly Field[],
): Promise<readonly Staged<CdcAction>[]> {
  const how = {fields: [...fields, changeTypeField], protectedColumns: 'all', prefix: '_change_data/cdc-'} as const
  const placed = await placeFiles(store, table, files, how)
  return placed.map(({path, partitionValues, size}) => ({path, partitionValues, size, dataChange: false, staged: {table, fields}}))
}

interface Placing {
  readonly fields: readonly Field[]
  readonly protectedColumns: ProtectedColumns
  /** Of the files' names. */
  readonly prefix: string
}

async function placeFiles(store: ObjectStore, table: string, files: readonly LocalFile[], placing: Placing): Promise<readonly AddAction[]> {
  assertWritableName(table)
  const described: {readonly file: LocalFile; readonly add: AddAction}[] = []
  for (const file of files) described.push({file, add: await describeFile(table, file, placing)})
  for (const {file, add} of described) {
    const outcome = await placeFile(store, `${table}/${add.path}`, file.path)
    if (outcome === 'exists') throw new HippoError('STORE_CORRUPT', {message: `table ${table} already has a file ${add.path}`})
  }
  return described.map(({add}) => add)
}

async function describeFile(table: string, file: LocalFile, {fields, protectedColumns, prefix}: Placing): Promise<AddAction> {
  const {size, mtimeMs} = await stat(file.path).catch((cause: unknown) => {
    throw unfitFile(table, `a file cannot be read: ${systemCode(cause) ?? 'no such file'}`, cause)
  })
  const metadata = await readFooter(table, file.path)
  const misfit = parquetMisfit(metadata, fields)
  if (misfit !== undefined) throw unfitFile(table, misfit)
  if (file.rows !== undefined && BigInt(file.rows) !== metadata.num_rows)
    throw unfitFile(table, `a file of ${file.rows} rows has ${metadata.num_rows}`)
  for (const {name, nullable} of fields)
    if (!nullable && nullsIn(metadata, name) !== 0n) throw unfitFile(table, `column ${name} may not be null, but is`)
  return {
    path: `${prefix}${randomUUID()}.parquet`,
    partitionValues: {},
    size,
    modificationTime: Math.trunc(mtimeMs),
    dataChange: true,
    stats: fileStats(metadata, fields, protectedColumns),
  }
}

async function readFooter(table: string, path: string): Promise<FileMetaData> {
  const {parquetMetadataAsync, asyncBufferFromFile} = await import('hyparquet')
  try {
    return await parquetMetadataAsync(await asyncBufferFromFile(path), {parsers: rawParsers})
  } catch (cause) {
    throw unfitFile(table, 'a file is no readable Parquet', cause)
  }
}
