// Moves the data files of a table that was built aside into another table's folder, under the same names and with the same
// statistics. They belong to that table only once a commit adds them: until then no reader sees them.
import {HippoError} from '../errors/hippo-error.ts'
import {placeFile} from '../store/content-placement.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {type AddAction, decodePath} from './actions.ts'
import type {Snapshot} from './snapshot.ts'

/** Moves the snapshot's files and describes them for a commit, in the same order; they are gone from where they were. */
export async function adoptFiles(aside: Snapshot, store: ObjectStore, table: string): Promise<readonly AddAction[]> {
  const adds = [...aside.files.values()]
  for (const {path} of adds) {
    const from = aside.store.localPath(`${aside.table}/${decodePath(path)}`)
    if (from === undefined) throw new HippoError('RUN_INTERNAL', {message: `table ${aside.table} was not built on this machine`})
    const outcome = await placeFile(store, `${table}/${decodePath(path)}`, from)
    if (outcome === 'exists') throw new HippoError('STORE_CORRUPT', {message: `table ${table} already has a file ${path}`})
  }
  return adds
}
