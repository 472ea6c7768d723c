// One commit of a log, read by its name.
import type {ObjectStore} from '../store/object-store.ts'
import type {LogEntry} from './actions.ts'
import {decodeEntry, EntryProblem} from './decode-entry.ts'
import {corruptTable, type LogPlace} from './table-errors.ts'

/** One commit of the log; TABLE_CORRUPT says where it is broken, STORE_KEY_MISSING that there is none. */
export async function readEntry(store: ObjectStore, place: LogPlace): Promise<LogEntry> {
  const bytes = await store.get(place.key)
  try {
    return decodeEntry(bytes)
  } catch (error) {
    if (error instanceof EntryProblem) throw corruptTable(place, error.message, error)
    throw error
  }
}
