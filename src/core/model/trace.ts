// The evidence behind one row of the lake: which received record it is, what stands for those bytes now, which commit holds it and
// what it was judged by. Values are masked before they get here.
import type {Instant, RunId, Sha256} from './names.ts'

/** The received record, and whether it can still be read. */
export interface TracedRecord {
  readonly batch: number
  /** Run that captured it. */
  readonly run?: RunId
  readonly source?: string
  /** As received; the SHA-256 where names may identify people. */
  readonly path?: string
  readonly sha256: Sha256
  /** Of the bytes that `sha256` names; absent where only what stands for them today is known. */
  readonly sizeBytes?: number
  readonly receivedAt?: Instant
  readonly encoding?: string
  readonly compression?: string
  /** 1-based, in the file as received. */
  readonly row: number
  readonly line: number
  readonly bronze: BronzeState
}

/**
 * `rewritten`: other records were erased from the file; the row's own is in the bytes that stand for it. `keyNeeded`: nothing is
 * known to be lost, but only the workspace key tells what stands for the bytes.
 */
export type BronzeState =
  | {readonly state: 'held'; readonly key: string}
  | {readonly state: 'rewritten'; readonly key: string; readonly sha256: Sha256; readonly row: number; readonly line: number}
  | {readonly state: 'erased'}
  | {readonly state: 'missing' | 'altered' | 'unknown' | 'keyNeeded'; readonly reason: string}

/** A commit of the table. */
export interface TracedCommit {
  readonly version: number
  readonly committedAt?: Instant
  readonly operation?: string
  readonly run?: RunId
  readonly contractVersion?: string
}

/** What let a rejected row into silver: the batch of the decision, who took it, when, why, and how long a waiver holds. */
export interface TracedDecision {
  readonly batch: number
  readonly state: 'released' | 'waived'
  readonly by: string
  readonly at: Instant
  readonly reason?: string
  readonly until?: Instant
}

export interface TracedColumn {
  readonly column: string
  /** Source columns that may have fed it. */
  readonly from: readonly string[]
  /** What was done to the text, in words and in order. */
  readonly steps: readonly string[]
}

/** `accepted`: rows that break it are let in, and some of its batch broke it; whether this row did is not kept. Others: as the check ended. */
export type TracedRuleState = 'passed' | 'broken' | 'accepted' | 'waived' | 'notJudged'

export interface TracedRule {
  readonly id: string
  readonly column?: string
  readonly description: string
  readonly state: TracedRuleState
  readonly reason?: string
}

export interface TracedRow {
  readonly layer: 'silver' | 'quarantine'
  /** Newest version of the table, which holds the row. */
  readonly version: number
  /** The commit that wrote the file it is in; a later one than `judged` when files were written anew around it. Absent once cleaned up. */
  readonly written?: TracedCommit
  /** The promotion that judged it. */
  readonly judged?: TracedCommit
  /** Of a row that was rejected before silver got it. */
  readonly decision?: TracedDecision
  readonly record: TracedRecord
  readonly values: Readonly<Record<string, string | null>>
  readonly columns: readonly TracedColumn[]
  readonly rules: readonly TracedRule[]
  /** Why it was rejected: ids of checks and names of damage. */
  readonly reasons?: readonly string[]
}

export interface TraceResult {
  readonly dataset: string
  readonly column?: string
  readonly items: readonly TracedRow[]
}
