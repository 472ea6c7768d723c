// The files in which two versions of a table differ. Rows of a file that both have are the same in both: only the others need
// to be read to compare them.
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {corruptTable} from '../delta/table-errors.ts'
import {tableFiles} from '../delta/table-files.ts'
import {HippoError} from '../errors/hippo-error.ts'

export interface DifferingFiles {
  /** Keys of files that only the older version has. */
  readonly before: ReadonlySet<string>
  readonly after: ReadonlySet<string>
}

/** TABLE_VERSION_UNKNOWN when one of them is gone from the store. */
export async function differingFiles(before: Snapshot, after: Snapshot): Promise<DifferingFiles> {
  const only = async (one: Snapshot, other: Snapshot): Promise<ReadonlySet<string>> => {
    const paths = [...one.files.keys()].filter((path) => !other.files.has(path))
    await assertReadableFiles(one, paths)
    const wanted = new Set(paths.map((path) => `${one.table}/${path}`))
    return new Set(tableFiles(one).flatMap(({key}) => (wanted.has(key) ? [key] : [])))
  }
  return {before: await only(before, after), after: await only(after, before)}
}

/**
 * TABLE_VERSION_UNKNOWN, which says how many are gone, unless all these files of the snapshot are in the store; TABLE_CORRUPT when the
 * newest version needs one of them: then no vacuum took it.
 */
export async function assertReadableFiles({store, table, version}: Snapshot, paths: Iterable<string>): Promise<void> {
  const all = [...paths]
  const gone: string[] = []
  for (const path of all) if ((await store.head(`${table}/${path}`)) === undefined) gone.push(path)
  if (gone.length === 0) return
  const newest = await readSnapshot(store, table)
  const lost = gone.find((path) => newest?.files.has(path))
  if (lost !== undefined) {
    const hint = 'put it back from a copy of the lake, or rebuild the table: hippo promote silver --full'
    throw corruptTable(
      {table, version, key: `${table}/${lost}`},
      gone.length === 1 ? 'this data file is missing' : `this data file is missing, and ${gone.length - 1} more of them`,
      undefined,
      hint,
    )
  }
  throw new HippoError('TABLE_VERSION_UNKNOWN', {
    message: `table ${table}: version ${version} cannot be read any more: ${gone.length} of ${all.length} files are gone`,
    hint: 'a vacuum removed them; see what is left with hippo table history',
    details: {table, version, gone: gone.length},
  })
}
