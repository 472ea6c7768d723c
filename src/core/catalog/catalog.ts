// The catalog's nouns as rows. It is a projection of the lake plus the history of runs: what is known and committed is
// decided by capture records and Delta logs alone.
import type {CaptureRecord} from '../model/capture.ts'
import type {CheckResult, Outcome} from '../model/check.ts'
import type {SnapshotRef} from '../model/lineage.ts'
import type {Instant, Layer, ModelName, RunId} from '../model/names.ts'
import type {Drift, RowCounts, RunState, SettledRows, Verb} from '../model/run.ts'

export interface RunRecord {
  readonly id: RunId
  readonly verb: Verb
  readonly pipeline?: string
  readonly state: RunState
  readonly actor: string
  readonly startedAt: Instant
  readonly finishedAt?: Instant
  readonly parent?: RunId
  /** The verb's JSON result once finished. */
  readonly result?: unknown
  readonly error?: {readonly code: string; readonly message: string; readonly hint?: string}
  readonly progress?: RunProgress
  /** Host and pid of the process, to tell the living from the dead. */
  readonly host: string
  readonly pid: number
  readonly idempotencyKey?: string
  /** Set with the key: SHA-256 of what was asked for. */
  readonly requestDigest?: string
}

export interface RunProgress {
  readonly step: string
  readonly subject?: string
  readonly done: number
  readonly total?: number
  readonly unit: string
  readonly rowsPerSecond?: number
  readonly at: Instant
}

export interface RunStep {
  readonly run: RunId
  readonly position: number
  readonly step: string
  readonly subject?: string
  readonly state: 'running' | 'ok' | 'noop' | 'gated' | 'failed'
  readonly detail?: string
  readonly startedAt: Instant
  readonly finishedAt?: Instant
}

export interface SnapshotRecord {
  readonly dataset: string
  readonly layer: Layer
  readonly version: number
  readonly run: RunId
  readonly batch?: number
  readonly rows: number
  readonly counts?: RowCounts
  readonly reasons?: Readonly<Record<string, number>>
  readonly drift?: readonly Drift[]
  readonly score?: number
  readonly contractVersion: string
  readonly contractDigest: string
  readonly committedAt: Instant
  /** Set when it replaced everything that earlier versions had. */
  readonly rebuilt?: boolean
  /** Rows of earlier batches that left open quarantine. */
  readonly settled?: SettledRows
}

/** A check result with where and when it was found. */
export interface CheckRecord extends CheckResult {
  readonly dataset: string
  readonly layer: Layer
  readonly version: number
  readonly run: RunId
  readonly at: Instant
  /** Judged by `hippo validate`: a layer as it is, not rows on their way into it. */
  readonly isValidation?: true
  /** The contract it was judged by; absent of the oldest results. */
  readonly contractVersion?: string
  readonly contractDigest?: string
  /** Nothing was committed: `version` is what it would have become. */
  readonly isGated?: true
}

/** A result as it stands, with the run that judged it again, where one did. */
export interface StandingCheck extends CheckRecord {
  readonly rejudged?: {readonly run: RunId; readonly was: Outcome}
}

/** A result as it stands, with the counts that its own rule gave: those that stand may be by other bounds. */
export interface RejudgeableCheck extends StandingCheck {
  readonly counted: Pick<CheckResult, 'violated' | 'denominator'>
}

export interface AuditRecord {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly reason?: string
  readonly run?: RunId
  readonly at: Instant
}

/** A contract as it was when a run first used it. */
export interface ContractRecord {
  readonly dataset: string
  readonly version: string
  readonly digest: string
  readonly document: unknown
  readonly firstSeen: Instant
}

/** One built version of a gold model; readers see it only while it is published. */
export interface ModelVersionRecord {
  readonly model: ModelName
  readonly version: number
  readonly run: RunId
  readonly materialization: 'table' | 'view'
  /** SHA-256 of the model's SQL. */
  readonly sqlDigest: string
  readonly contractVersion: string
  readonly contractDigest: string
  /** Snapshots it was made from. */
  readonly inputs: readonly SnapshotRef[]
  readonly rows: number
  readonly score?: number
  readonly createdAt: Instant
  readonly droppedAt?: Instant
}

/** One act of making a version live; the newest of a table is what readers see. */
export interface PublishedRecord {
  /** View readers use, without its schema for gold models; `silver.<dataset>` for silver views. */
  readonly table: string
  readonly version: number
  readonly previousVersion?: number
  readonly run: RunId
  readonly rows: number
  readonly liveSince: Instant
}

/** A captured file with the batch and run that captured it. */
export interface CapturedFileRecord extends CaptureRecord {
  readonly batch: number
  readonly run: RunId
}

/** What NOTIFY on channel `hippo` carries as JSON; `id` is a run id, `<layer>/<dataset>` or a table. */
export interface CatalogNotice {
  readonly kind: 'runStarted' | 'runProgressed' | 'runFinished' | 'snapshot' | 'published'
  readonly id: string
}
