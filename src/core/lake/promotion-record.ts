// What a promotion says of itself in the commits it makes, so that the lake alone can finish it after a crash and the catalog
// can be made again. Names, counts and hashes only.
import type {AddAction} from '../delta/actions.ts'
import type {Review} from '../model/capture.ts'
import type {CheckResult} from '../model/check.ts'
import type {Drift, RowCounts, SettledRows} from '../model/run.ts'
import type {MaintenanceRecord} from '../model/table.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {commitDetails} from './kept-records.ts'

/** In quarantine's commit: what the batch is judged under. */
export interface PinRecord {
  readonly batch: number
  readonly judgedAt: string
  readonly contractVersion: string
  readonly contractDigest: string
  /** Versions of the datasets that rules referred to. */
  readonly references: Readonly<Record<string, number>>
  /** SHA-256 of the files that rules referred to, by the path that the contract names. */
  readonly files?: Readonly<Record<string, string>>
  /** Rows quarantined by the batch. */
  readonly quarantined: number
  /** Rows of earlier batches that were open and that it closed or judged again; absent when there were none. */
  readonly settled?: SettledRows
}

/** In silver's commit: the pins and the whole outcome. */
export interface PromotionRecord extends PinRecord {
  readonly run: string
  readonly counts: RowCounts
  readonly reasons: Readonly<Record<string, number>>
  readonly drift: readonly Drift[]
  readonly checks: readonly CheckResult[]
  readonly score?: number
  /** Set when a person left the batch out, or only the files in `leftOut`. */
  readonly skippedBecause?: string
  /** SHA-256 of the files that were left out of a batch that counts otherwise. */
  readonly leftOut?: readonly string[]
  /** Who did. */
  readonly actor?: string
  /** Set when the batch is a decision about rejected rows. */
  readonly review?: Omit<Review, 'places' | 'corrections'>
  /** Set when every batch up to `batch` was judged again and the commit replaced the whole table. */
  readonly rebuild?: RebuildRecord
}

/** What a rebuild of the whole table was made of. */
export interface RebuildRecord {
  /** Every batch of the dataset so far, in order: the next rebuild needs nothing older. */
  readonly batches: readonly BatchRecord[]
  /** The quarantine that belongs to the new table, without a schema when it is none; its files lie in place before silver's commit. */
  readonly quarantine: {readonly schema?: string; readonly add: readonly AddAction[]}
}

/** How one batch got into the table, or why it did not. */
export interface BatchRecord {
  readonly batch: number
  /** Instant that its judgements use as now. */
  readonly judgedAt: string
  /** Set when a person left the batch out, or only the files in `leftOut`. */
  readonly skippedBecause?: string
  readonly leftOut?: readonly string[]
  /** Who decided that, in which run. */
  readonly actor?: string
  readonly run?: string
}

/** The record in a version of a table, or undefined when hippo did not promote into that version. */
export async function readPromotionRecord<R extends PinRecord>(store: ObjectStore, table: string, version: number): Promise<R | undefined> {
  const details = await commitDetails(store, table, version)
  return isPinRecord(details) ? (details as R) : undefined
}

function isPinRecord(details: unknown): details is PinRecord {
  return typeof details === 'object' && details !== null && 'batch' in details && 'contractDigest' in details && 'references' in details
}

/** The record in a version that a table verb made, or undefined. */
export async function readMaintenanceRecord(store: ObjectStore, table: string, version: number): Promise<MaintenanceRecord | undefined> {
  const details = await commitDetails(store, table, version)
  return isMaintenanceRecord(details) ? details : undefined
}

/** Whether the details of a commit of silver are a promotion's. */
export const isPromotionRecord = (details: unknown): details is PromotionRecord => isPinRecord(details)

/** Whether the details of a commit are a table verb's. */
export function isMaintenanceRecord(details: unknown): details is MaintenanceRecord {
  return typeof details === 'object' && details !== null && 'maintenance' in details && 'run' in details && 'at' in details
}

/** What the rows of a version were judged under, and how well they did. */
export type Judgement = Pick<MaintenanceRecord, 'contractVersion' | 'contractDigest' | 'score'>

/** The judgement of the newest promotion at or before a version; empty for tables that hippo never promoted into. */
export async function readJudgement(store: ObjectStore, table: string, newest: number): Promise<Judgement> {
  for (let version = newest; version >= 0; version--) {
    const record =
      (await readPromotionRecord<PromotionRecord>(store, table, version)) ?? (await readMaintenanceRecord(store, table, version))
    if (record?.contractDigest === undefined) continue
    const {contractVersion, contractDigest, score} = record
    return {...(contractVersion === undefined ? {} : {contractVersion}), contractDigest, ...(score === undefined ? {} : {score})}
  }
  return {}
}
