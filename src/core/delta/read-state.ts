// The state of one version of a table, from the newest complete checkpoint at or before it and the commits after that; when the
// checkpoint cannot be read, from an older one or from the first commit.
import {HippoError} from '../errors/hippo-error.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {LogEntry} from './actions.ts'
import {type CheckpointFiles, commitKey, type LogListing, listLog} from './log-files.ts'
import {readCheckpoint} from './read-checkpoint.ts'
import {readEntry} from './read-entry.ts'
import {emptyState, replay, type TableState} from './replay.ts'
import {missingEntry, noneReadable, stillReadable} from './unreadable-log.ts'

const readsAtOnce = 16

/** Which version is wanted, and what is known of its log. */
export interface Reading {
  readonly store: ObjectStore
  readonly table: string
  readonly version: number
  readonly listing: LogListing
  /** False when the listing begins at a checkpoint. */
  readonly isWholeLog: boolean
}

/** TABLE_CORRUPT names the entry or checkpoint that stops it and says what can still be read; TABLE_VERSION_UNKNOWN for a version cleaned up. */
export async function readState(reading: Reading): Promise<TableState> {
  const {store, table, version} = reading
  let failure: unknown
  for (const checkpoint of reading.listing.checkpoints.filter((candidate) => candidate.version <= version)) {
    try {
      const base = await readCheckpoint(store, table, checkpoint)
      return replay(base, await readEntries(reading, checkpoint.version + 1, checkpoint))
    } catch (error) {
      if (!(error instanceof HippoError) || error.code !== 'TABLE_CORRUPT') throw error
      failure ??= error
    }
  }
  if (!reading.isWholeLog) return readState({...reading, listing: await listLog(store, table, 0), isWholeLog: true})
  if (failure !== undefined && !reading.listing.commits.has(0)) throw noneReadable(failure, reading)
  try {
    return replay(emptyState, await readEntries(reading, 0))
  } catch (error) {
    throw failure ?? error
  }
}

/** Every version is asked for by name: a listing made while others commit may lack an entry older than its newest. */
async function readEntries(reading: Reading, from: number, base?: CheckpointFiles): Promise<readonly LogEntry[]> {
  const {store, table, version} = reading
  const versions = Array.from({length: Math.max(0, version - from + 1)}, (_, index) => from + index)
  const read = (v: number) =>
    readEntry(store, {table, version: v, key: commitKey(table, v)}).catch((error: unknown) => {
      throw isMissingKey(error) ? missingEntry(reading, v, base) : stillReadable(table, error, v, base)
    })
  const entries: LogEntry[] = []
  for (let at = 0; at < versions.length; at += readsAtOnce) {
    const batch = await Promise.allSettled(versions.slice(at, at + readsAtOnce).map(read))
    // The first that is broken, whichever came to light first: up to it, the table can be read.
    for (const one of batch) {
      if (one.status === 'rejected') throw one.reason
      entries.push(one.value)
    }
  }
  return entries
}
