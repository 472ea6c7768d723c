// Runs, their results as the verbs return them (the JSON shapes scripts lean on), and the events that report progress.
import type {ErrorJson} from '../errors/hippo-error.ts'
import type {ReviewAction} from './capture.ts'
import type {CheckResult} from './check.ts'
import type {CheckId, DatasetName, Instant, Layer, ModelName, RunId, Sha256, SourceName} from './names.ts'

export type RunState = 'running' | 'succeeded' | 'noop' | 'gated' | 'failed' | 'interrupted' | 'cancelled'

export type Verb =
  | 'ingest'
  | 'promote silver'
  | 'promote gold'
  | 'validate'
  | 'publish'
  | 'rollback'
  | 'run'
  | 'demo'
  | 'table optimize'
  | 'table restore'
  | 'table vacuum'
  | 'repair'
  | 'forget'
  | 'retain'
  | 'hold place'
  | 'hold release'
  | 'quarantine replay'
  | 'quarantine fix'
  | 'quarantine waive'
  | 'quarantine discard'
  | 'quarantine export'
  | 'quarantine assign'
  | 'quarantine comment'
  | 'rejudge'

/** `run` in every verb's result. */
export interface RunSummary {
  readonly id: RunId
  readonly verb: Verb
  readonly pipeline?: string
  readonly outputs: readonly {readonly uri: string; readonly version: number; readonly digest: string}[]
  readonly state: RunState
  readonly startedAt: Instant
  readonly finishedAt?: Instant
  readonly durationMs?: number
  readonly traceId?: string
  /** Set when this is the stored result of an earlier run with the same idempotency key. */
  readonly repeated?: true
}

export interface CapturedFile {
  readonly source: SourceName
  /** Absent when no dataset matched. */
  readonly dataset?: DatasetName
  /** As received, relative to the source's folder. */
  readonly path: string
  readonly sha256: Sha256
  readonly bytes: number
  readonly state: 'captured' | 'known' | 'ignored' | 'rejected'
  readonly reason?: string
}

export interface IngestResult {
  readonly run: RunSummary
  /** Number of the batch that was captured, of several the last; absent when nothing was new. */
  readonly batch?: number
  readonly files: readonly CapturedFile[]
  /** Of what could not be read; everything else is captured all the same. */
  readonly error?: ErrorJson
}

/**
 * Every row read is counted exactly once: read = accepted + quarantined + duplicate + unchanged + waived, and of rows that a
 * decision was about + discarded + superseded.
 */
export interface RowCounts {
  readonly read: number
  readonly accepted: number
  readonly quarantined: number
  readonly duplicate: number
  readonly unchanged: number
  readonly waived: number
  /** Closed by a person. */
  readonly discarded?: number
  /** Closed because a later delivery brought the same key. */
  readonly superseded?: number
}

/** Rows that left open quarantine, under the reasons they had: check -> rows. Those that stay open are counted anew. */
export interface SettledRows {
  readonly rows: number
  readonly reasons: Readonly<Record<CheckId, number>>
}

export interface Drift {
  readonly kind: 'added' | 'removed' | 'retyped' | 'renamed'
  readonly column: string
}

/** What had to be done to read a file, or could not be seen of it: "read as windows-1252", "skipped 3 blank lines". */
export interface FileNote {
  readonly batch: number
  /** As captured. */
  readonly file: string
  readonly text: string
}

/** Rows of a table now and after a rebuild; what would differ is absent when the present files cannot be read. */
export interface RowDifference {
  readonly before: number
  readonly after: number
  readonly added?: number
  readonly removed?: number
  readonly changed?: number
}

export interface TableRebuild {
  readonly silver: RowDifference
  readonly quarantine: RowDifference
}

export interface DatasetPromotion {
  readonly dataset: DatasetName
  /** Silver's version after the run. */
  readonly version: number
  readonly state: 'committed' | 'noop' | 'gated' | 'failed'
  readonly error?: ErrorJson
  readonly rows: RowCounts
  readonly reasons: Readonly<Record<CheckId, number>>
  readonly drift: readonly Drift[]
  /** Of the files that were read; absent when there is nothing to say. */
  readonly notes?: readonly FileNote[]
  readonly checks: readonly CheckResult[]
  /** 0 to 100; absent when nothing was judged. */
  readonly score?: number
  /** Batches from before the interval asked for that still waited and came first. */
  readonly earlierBatches?: readonly number[]
  /** Batches from the end of the interval asked for on, which wait for a later one. */
  readonly laterBatches?: readonly number[]
  /** Of a dry run: a run would commit something. */
  readonly wouldCommit?: true
  /** What a rebuild changed, or would change in a dry run. */
  readonly rebuild?: TableRebuild
  /** What became of the batch that a person wanted left out. */
  readonly skipped?: SkippedBatch
  /** Rows of earlier deliveries that were open in quarantine and were closed or judged again. */
  readonly settled?: SettledRows
}

/** leftOut: no row of it is in silver. filesLeftOut: only files that cannot be read stay out. kept: it passed its checks. */
export interface SkippedBatch {
  readonly batch: number
  readonly outcome: 'leftOut' | 'filesLeftOut' | 'kept'
  /** How many files were left out; of a kept batch, how many it has. */
  readonly files: number
  /** Rows read of the files that were left out; absent when none could be. */
  readonly rows?: number
  readonly reason?: string
}

/** What a decision about rejected rows did, or would do. */
export interface ReviewResult {
  readonly run: RunSummary
  readonly dataset: DatasetName
  readonly action: ReviewAction
  readonly state: 'committed' | 'noop' | 'gated' | 'failed'
  readonly error?: ErrorJson
  /** Numbers of the batches that the decision became, one for each delivery its rows came in. */
  readonly batches: readonly number[]
  readonly rows: RowCounts
  /** Check -> rows that were rejected for it, before and after. */
  readonly before: Readonly<Record<CheckId, number>>
  readonly after: Readonly<Record<CheckId, number>>
  /** Of a dry run: there are such rows. */
  readonly wouldCommit?: true
}

export interface PromotionResult {
  readonly run: RunSummary
  readonly datasets: readonly DatasetPromotion[]
}

export interface ValidationResult {
  readonly run: RunSummary
  readonly datasets: readonly {
    readonly dataset: DatasetName
    readonly version: number
    readonly score?: number
    readonly checks: readonly CheckResult[]
    /** Of a file: its records, and those of them without structure, which no rule of the contract was asked about. */
    readonly rows?: {readonly read: number; readonly malformed: number}
    /** Of a file: structural reason -> records, where there were any. */
    readonly reasons?: Readonly<Record<CheckId, number>>
    /** Of a file: what had to be done to read it. */
    readonly notes?: readonly string[]
  }[]
}

/** One stored result and what another contract makes of it. */
export interface RejudgedResult {
  readonly layer: Layer
  readonly id: CheckId
  /** The run and version that it is of, and when it was judged. */
  readonly run: RunId
  readonly version: number
  readonly at: Instant
  readonly violated: number
  readonly denominator: number
  readonly percent: number
  readonly before: Pick<CheckResult, 'outcome' | 'severity' | 'threshold'>
  /** With counts and words where what was measured was held against other bounds of the rule. */
  readonly after: Pick<CheckResult, 'outcome' | 'severity' | 'threshold'> &
    Partial<Pick<CheckResult, 'violated' | 'denominator' | 'description'>>
}

export interface RejudgedDataset {
  readonly dataset: DatasetName
  readonly contractVersion: string
  /** Stored results of its checks. */
  readonly results: number
  /** Those with another outcome, severity or threshold, oldest first. */
  readonly changed: readonly RejudgedResult[]
  /** Checks with results that cannot be judged again, how many, and why. */
  readonly notRejudged: readonly {readonly id: CheckId; readonly results: number; readonly because: string}[]
}

export interface RejudgeResult {
  readonly run: RunSummary
  /** What changed was recorded; else it was only looked at. */
  readonly applied: boolean
  readonly datasets: readonly RejudgedDataset[]
}

export interface ModelPromotion {
  readonly model: ModelName
  readonly materialization: 'table' | 'view'
  readonly version: number
  readonly state: 'committed' | 'noop' | 'gated' | 'failed'
  readonly error?: ErrorJson
  readonly rows: number
  readonly checks: readonly CheckResult[]
}

export interface GoldResult {
  readonly run: RunSummary
  readonly models: readonly ModelPromotion[]
}

export interface PublishedTable {
  readonly table: string
  readonly version: number
  readonly previousVersion?: number
  readonly rows: number
  readonly state: 'live' | 'noop' | 'gated'
  /** Newest good version, which a person rolled back from and which is published only when it is named. */
  readonly rolledBackFrom?: number
}

export interface PublishResult {
  readonly run: RunSummary
  readonly tables: readonly PublishedTable[]
}

export interface PipelineStep {
  readonly step: string
  readonly state: RunState
  /** The verb's own result; absent when it failed. */
  readonly result?: {readonly run: RunSummary}
  readonly error?: ErrorJson
}

export interface PipelineResult {
  readonly run: RunSummary
  readonly pipeline: string
  readonly steps: readonly PipelineStep[]
  /** Of the first step that failed. */
  readonly error?: ErrorJson
}

/** One thing that happened while a verb ran; the only way progress leaves the core. Holds names and counts, never values. */
export type RunEvent =
  | {readonly kind: 'runStarted'; readonly run: RunId; readonly verb: Verb}
  | {readonly kind: 'stepStarted'; readonly run: RunId; readonly step: string; readonly subject?: string}
  | {
      readonly kind: 'progress'
      readonly run: RunId
      readonly step: string
      readonly subject?: string
      readonly done: number
      readonly total?: number
      readonly unit: 'rows' | 'bytes' | 'files' | 'checks'
    }
  | {
      readonly kind: 'stepFinished'
      readonly run: RunId
      readonly step: string
      readonly subject?: string
      readonly state: 'ok' | 'noop' | 'gated' | 'failed'
      readonly detail?: string
    }
  | {readonly kind: 'runFinished'; readonly run: RunId; readonly state: RunState}

export type RunListener = (event: RunEvent) => void
