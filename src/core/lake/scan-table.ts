// A table's snapshot as a plan over its files. Files older than a column give null in it, as Delta says.
import type {Snapshot} from '../delta/snapshot.ts'
import {tableFiles} from '../delta/table-files.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarType} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {listColumns} from './reserved-columns.ts'

/** Columns of a snapshot that plans can hold (lists are for people and other tools). */
export function planColumnsOf(snapshot: Snapshot): readonly PlanColumn[] {
  return snapshot.fields.flatMap(({name, type}) => (typeof type === 'object' && type.kind === 'list' ? [] : [{name, type}]))
}

/** All columns, lists of text as text joined by '|': for reading, not for typing. */
export function readableColumnsOf(snapshot: Snapshot): readonly PlanColumn[] {
  return snapshot.fields.map(({name, type}) => ({name, type: typeof type === 'object' && type.kind === 'list' ? 'string' : type}))
}

/**
 * Names of the columns that are lists, for writing rows anew. Plans carry them as text joined by '|', which loses nothing of hippo's
 * own; TABLE_UNSUPPORTED for others.
 */
export function writableListsOf({fields, table}: Snapshot): readonly string[] {
  const lists = fields.flatMap(({name, type}) => (typeof type === 'object' && type.kind === 'list' ? [name] : []))
  const foreign = lists.find((name) => !listColumns.some((own) => own === name))
  if (foreign === undefined) return lists
  throw new HippoError('TABLE_UNSUPPORTED', {message: `table ${table}: column ${foreign} is a list that hippo reads and does not write`})
}

/** The types of those columns by name. */
export function columnTypesOf(columns: readonly PlanColumn[]): Readonly<Record<string, ScalarType>> {
  return Object.fromEntries(columns.map(({name, type}) => [name, type]))
}

export interface ScanChoice {
  /** All of the snapshot's when absent. */
  readonly columns?: readonly PlanColumn[]
  /** Only these of its files. */
  readonly onlyKeys?: ReadonlySet<string>
  /** Adds a last int64 column of this name that says which file a row is of, by the numbers of their keys. */
  readonly numbered?: {readonly as: string; readonly numbers: ReadonlyMap<string, bigint>}
}

/** Rows of the snapshot. Columns that the table does not have are null in every row. */
export function scanTable(snapshot: Snapshot, {columns = planColumnsOf(snapshot), onlyKeys, numbered}: ScanChoice = {}): Plan {
  const files = tableFiles(snapshot).filter((file) => onlyKeys === undefined || onlyKeys.has(file.key))
  const wanted = new Set(columns.map(({name}) => name))
  const isPartition = new Set(snapshot.metaData.partitionColumns)
  const inFiles = snapshot.fields.filter(({name}) => wanted.has(name) && !isPartition.has(name))
  const binding = Object.fromEntries(inFiles.map(({name, physicalName = name}) => [name, physicalName]))
  return {
    kind: 'scan',
    columns: numbered === undefined ? columns : [...columns, {name: numbered.as, type: 'int64'}],
    files: files.map((file) => {
      const number = numbered?.numbers.get(file.key)
      const constants = {
        ...Object.fromEntries(Object.entries(file.partition).filter(([name]) => wanted.has(name))),
        ...(numbered === undefined || number === undefined ? {} : {[numbered.as]: number}),
      }
      const {key, sizeBytes, deletedRows} = file
      // Files elsewhere are named by URI; an engine on this machine is given copies of them (`staged-engine.ts`).
      const path = file.localPath ?? `${snapshot.store.uri}/${key}`
      const origin = {table: snapshot.table, version: snapshot.version, key, sizeBytes}
      return {path, format: {kind: 'parquet'}, binding, constants, origin, ...(deletedRows === undefined ? {} : {deletedRows})}
    }),
  }
}
