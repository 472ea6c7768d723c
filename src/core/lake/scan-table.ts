// A table's snapshot as a plan over its files. Files older than a column give null in it, as Delta says.
import {type Snapshot, tableFiles} from '../delta/snapshot.ts'
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
}

/** Rows of the snapshot. Columns that the table does not have are null in every row. */
export function scanTable(snapshot: Snapshot, {columns = planColumnsOf(snapshot), onlyKeys}: ScanChoice = {}): Plan {
  const files = tableFiles(snapshot).filter((file) => onlyKeys === undefined || onlyKeys.has(file.key))
  const known = new Set(snapshot.fields.map(({name}) => name))
  const binding = Object.fromEntries(columns.filter(({name}) => known.has(name)).map(({name}) => [name, name]))
  return {
    kind: 'scan',
    columns,
    files: files.map((file) => {
      if (file.localPath === undefined) {
        throw new HippoError('STORE_UNREADABLE', {message: `table ${snapshot.table} lies in a store that engines cannot read in place`})
      }
      return {path: file.localPath, format: {kind: 'parquet'}, binding, constants: {}}
    }),
  }
}
