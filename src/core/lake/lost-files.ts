// Data files of a table that are not there, or not of the size that was committed.
import type {Snapshot} from '../delta/snapshot.ts'
import {type TableFile, tableFiles} from '../delta/table-files.ts'
import type {LakeProblem} from '../model/lake-problem.ts'
import type {ObjectInfo} from '../store/object-store.ts'

/** Every one of the snapshot's, by a listing of what lies below the table. Files elsewhere (absolute URIs) are not looked for. */
export function lostFiles(snapshot: Snapshot, listed: ReadonlyMap<string, ObjectInfo>): readonly LakeProblem[] {
  const below = `${snapshot.table}/`
  return tableFiles(snapshot).flatMap((file) => (file.key.startsWith(below) ? (lostFile(file, listed.get(file.key)) ?? []) : []))
}

/** What is wrong with one of them; undefined when it is there with its size. */
export function lostFile({key, sizeBytes}: TableFile, info: ObjectInfo | undefined): LakeProblem | undefined {
  if (!info) return {kind: 'loss', key, detail: 'a data file of the table is missing'}
  if (info.sizeBytes === sizeBytes) return undefined
  return {kind: 'rot', key, detail: `${info.sizeBytes} bytes where ${sizeBytes} were committed`}
}
