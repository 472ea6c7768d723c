// Which commits of a table stand behind a row: the one that wrote the file it is in, and the promotion that judged its batch. The
// newest of each counts: a rebuild judges all batches again. Read from the log, newest first, and from the records that a
// clean-up of the log kept.
import {type AddAction, decodePath, type LogEntry} from '../../delta/actions.ts'
import {commitKey, listLog} from '../../delta/log-files.ts'
import {readEntry} from '../../delta/read-entry.ts'
import type {Snapshot} from '../../delta/snapshot.ts'
import {commitDetails} from '../../lake/kept-records.ts'
import {isPromotionRecord, type PinRecord, type PromotionRecord} from '../../lake/promotion-record.ts'
import type {TracedCommit} from '../../model/trace.ts'
import {isMissingKey} from '../../store/object-key.ts'

export interface RowCommits {
  readonly written?: TracedCommit
  readonly judged?: TracedCommit
  /** Of the promotion; quarantine's says only what was pinned. */
  readonly record?: PinRecord & Partial<PromotionRecord>
}

/** `path` as the snapshot names the file. */
export async function commitsBehind({store, table, version: newest}: Snapshot, path: string, batch: number): Promise<RowCommits> {
  const {commits} = await listLog(store, table, 0)
  let written: TracedCommit | undefined
  for (let version = newest; version >= 0; version--) {
    const entry = commits.has(version) ? await readEntry(store, {table, version, key: commitKey(table, version)}) : undefined
    if (written === undefined && entry?.add.some((add: AddAction) => decodePath(add.path) === path)) written = told(version, entry)
    const details = await commitDetails(store, table, version).catch(orGone)
    if (details === gone) break
    if (!isPromotionRecord(details) || !judges(details, batch)) continue
    return {...(written ? {written} : {}), judged: {...told(version, entry), ...ofRecord(details)}, record: details}
  }
  return written ? {written} : {}
}

const gone = Symbol('no commit and no record of it')

function orGone(error: unknown): typeof gone {
  if (isMissingKey(error)) return gone
  throw error
}

const judges = ({batch, rebuild}: PromotionRecord, wanted: number): boolean =>
  batch === wanted || (rebuild?.batches.some((one) => one.batch === wanted) ?? false)

function told(version: number, entry: LogEntry | undefined): TracedCommit {
  const {timestamp, operation} = entry?.commitInfo ?? {}
  return {
    version,
    ...(typeof timestamp === 'number' ? {committedAt: new Date(timestamp).toISOString()} : {}),
    ...(typeof operation === 'string' ? {operation} : {}),
  }
}

function ofRecord({run, contractVersion}: PinRecord & Partial<PromotionRecord>): Partial<TracedCommit> {
  return {contractVersion, ...(run === undefined ? {} : {run})}
}
