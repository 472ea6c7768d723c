// The files in which two versions of a table differ. Rows of a file that both have are the same in both: only the others need
// to be read to compare them.
import {type Snapshot, tableFiles} from '../delta/snapshot.ts'
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

/** TABLE_VERSION_UNKNOWN, which says how many are gone, unless all these files of the snapshot are in the store. */
export async function assertReadableFiles({store, table, version}: Snapshot, paths: Iterable<string>): Promise<void> {
  const all = [...paths]
  let gone = 0
  for (const path of all) if ((await store.head(`${table}/${path}`)) === undefined) gone++
  if (gone === 0) return
  throw new HippoError('TABLE_VERSION_UNKNOWN', {
    message: `table ${table}: version ${version} cannot be read any more: ${gone} of ${all.length} files are gone`,
    hint: 'a vacuum removed them; see what is left with hippo table history',
    details: {table, version, gone},
  })
}
