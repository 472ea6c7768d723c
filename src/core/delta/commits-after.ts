// What other writers committed since a version: one listing tells how far the log goes, then every entry is asked for by name,
// because a listing made while others commit may lack an entry older than its newest.
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {LogEntry} from './actions.ts'
import {commitKey, listLog} from './log-files.ts'
import {readEntry} from './read-entry.ts'
import {corruptTable} from './table-errors.ts'

const readsAtOnce = 16

/** The entries of the versions after `version`, in order; TABLE_CORRUPT when one is missing or cannot be read. */
export async function commitsAfter(store: ObjectStore, table: string, version: number): Promise<readonly LogEntry[]> {
  const {commits} = await listLog(store, table, version + 1)
  const newest = Math.max(version, ...commits.keys())
  const read = (one: number) => {
    const place = {table, version: one, key: commitKey(table, one)}
    return readEntry(store, place).catch((error: unknown) => {
      throw isMissingKey(error) ? corruptTable(place, 'this commit is missing from the log', error) : error
    })
  }
  const versions = Array.from({length: newest - version}, (_, index) => version + 1 + index)
  const entries: LogEntry[] = []
  for (let at = 0; at < versions.length; at += readsAtOnce)
    entries.push(...(await Promise.all(versions.slice(at, at + readsAtOnce).map(read))))
  return entries
}
