// The data files of a snapshot: where each can be read, its partition and deleted rows, and how many rows they have together.
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarValue} from '../expr/expr.ts'
import type {RowRange} from '../expr/plan.ts'
import type {AddAction} from './actions.ts'
import {placeOf} from './file-place.ts'
import {partitionOf} from './partition-values.ts'
import type {Snapshot} from './snapshot.ts'
import {countRows} from './stats.ts'

export interface TableFile {
  /** Names the file in its store; for a file elsewhere, its URI. */
  readonly key: string
  /** Where an engine can read it, when the store is on this machine. */
  readonly localPath?: string
  /** Bytes. */
  readonly sizeBytes: number
  /** Absent when its writer did not say. */
  readonly rows?: number
  /** Values of the partition columns, which the file itself does not have. */
  readonly partition: Readonly<Record<string, ScalarValue>>
  /** Rows of the file that are no rows of the table. */
  readonly deletedRows?: readonly RowRange[]
}

/** The data files that make up the snapshot, in the order they were added. TABLE_UNSUPPORTED for files in another store. */
export function tableFiles(snapshot: Snapshot): readonly TableFile[] {
  return [...snapshot.files].map(([path, add]) => {
    const {key, localPath} = placeOf(snapshot, path)
    const deletedRows = snapshot.deletedRows.get(path)
    if (add.deletionVector && !deletedRows) {
      throw new HippoError('RUN_INTERNAL', {message: `the deletion vectors of table ${snapshot.table} were not read`})
    }
    const rows = countRows(add)
    return {
      key,
      sizeBytes: add.size,
      ...(localPath === undefined ? {} : {localPath}),
      ...(rows === undefined ? {} : {rows}),
      partition: partitionOf(snapshot, {table: snapshot.table, version: snapshot.version, key}, add),
      ...(deletedRows === undefined ? {} : {deletedRows}),
    }
  })
}

/** Rows in the snapshot, or undefined when a file's writer did not say how many it has. */
export function rowCount({files}: Pick<Snapshot, 'files'>): number | undefined {
  return sumRows([...files.values()])
}

/** Rows in the files together, or undefined when one of them does not say. */
export function sumRows(files: readonly AddAction[]): number | undefined {
  let sum = 0
  for (const file of files) {
    const rows = countRows(file)
    if (rows === undefined) return undefined
    sum += rows
  }
  return sum
}
