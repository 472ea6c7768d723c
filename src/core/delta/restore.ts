// Going back: the files and columns of an earlier version become the newest version, as a new commit. Nothing is undone in the
// log, and how far applications have written (`txn`) stays: what was taken over once is not taken over again.
import {HippoError} from '../errors/hippo-error.ts'
import type {Snapshot} from './snapshot.ts'
import {isSameMetaData, type TableChange} from './table-change.ts'
import {sumRows, tableFiles} from './table-files.ts'

export interface RestorePlan {
  /** Version whose content comes back. */
  readonly toVersion: number
  readonly change: TableChange
  /** True when the newest version has the same files, columns and properties already. */
  readonly isNothing: boolean
  /** Absent when a writer did not say how many rows its files have. */
  readonly rowsAfter?: number
}

/** The change that makes `current` what `target` was. TABLE_VERSION_UNKNOWN when files of `target` are gone from the store. */
export async function planRestore(current: Snapshot, target: Snapshot): Promise<RestorePlan> {
  await assertFilesThere(current, target)
  const add = [...target.files].filter(([path]) => !current.files.has(path)).map(([, file]) => file)
  const remove = [...current.files].filter(([path]) => !target.files.has(path)).map(([, file]) => file)
  const rowsAfter = sumRows([...target.files.values()])
  const isSameTable = isSameMetaData(target.metaData, current.metaData)
  return {
    toVersion: target.version,
    change: {mode: 'restore', add, remove, metaData: target.metaData, parameters: {version: String(target.version)}},
    isNothing: add.length === 0 && remove.length === 0 && isSameTable,
    ...(rowsAfter === undefined ? {} : {rowsAfter}),
  }
}

async function assertFilesThere(current: Snapshot, target: Snapshot): Promise<void> {
  const live = new Set(tableFiles(current).map(({key}) => key))
  const files = tableFiles(target)
  let gone = 0
  for (const {key} of files) if (!live.has(key) && (await target.store.head(key)) === undefined) gone++
  if (gone === 0) return
  throw new HippoError('TABLE_VERSION_UNKNOWN', {
    message: `table ${target.table}: version ${target.version} cannot come back: ${gone} of its ${files.length} files are gone`,
    hint: 'a vacuum removed them; see what is left with hippo table history',
    details: {table: target.table, version: target.version, gone},
  })
}
