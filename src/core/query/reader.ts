// What the read-only door answers: shapes for `hippo status`, the lists and the dashboard. Types only. Nothing in here holds a
// row value but `QuarantinedRow.values`, which are masked before they leave the core.

import type {AuditRecord, CheckRecord, RunProgress, RunRecord, RunStep, SnapshotRecord} from '../catalog/catalog.ts'
import type {Config} from '../config/config.ts'
import type {TimeTravel} from '../delta/time-travel.ts'
import type {Engine} from '../engine/engine.ts'
import type {RowComment} from '../lake/row-notes.ts'
import type {RowState} from '../lake/row-state.ts'
import type {Outcome} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {SnapshotRef} from '../model/lineage.ts'
import type {CheckId, Clock, DatasetName, Instant, Layer, RunId, Sha256} from '../model/names.ts'
import type {RunState, RunSummary} from '../model/run.ts'
import type {Database} from '../postgres/database.ts'
import type {ObjectStore} from '../store/object-store.ts'

/** What the door needs of a workspace; ports open on first use, and most questions need only the database. */
export interface ReadableWorkspace {
  /** Absolute path of the folder with hippo.yaml. */
  readonly root: string
  readonly config: Pick<Config, 'name' | 'sources' | 'lake' | 'key'>
  readonly clock: Clock
  database(): Promise<Database>
  store(): Promise<ObjectStore>
  engine(): Promise<Engine>
  contracts(): Promise<readonly Contract[]>
}

/** waiting: never promoted. warned: committed, but checks failed, rows wait in quarantine, or the data is late. */
export type DatasetState = 'ok' | 'warned' | 'gated' | 'failed' | 'running' | 'waiting'

export interface Freshness {
  /** When the newest snapshot was committed. */
  readonly updatedAt?: Instant
  /** Hours within which its contract promises fresh data. */
  readonly promisedHours?: number
  /** Present when there is a promise. */
  readonly isLate?: boolean
}

/** A silver dataset and the gold model of the same name, or a gold model alone. */
export interface DatasetStatus {
  readonly dataset: DatasetName
  readonly state: DatasetState
  /** Newest version of each layer it has; bronze is the newest batch that held files of it. */
  readonly layers: Readonly<Partial<Record<Layer, number>>>
  /** Gold version that readers see, when one is published. */
  readonly liveVersion?: number
  /** Of the silver dataset, or of the model when it has no silver. */
  readonly freshness: Freshness
  /** 0 to 100, of the newest snapshot; absent when nothing was judged. */
  readonly score?: number
  /** Scores of the last 14 snapshots, oldest first. */
  readonly scores: readonly number[]
  readonly openQuarantine: number
  /** The newest run that did more than find nothing new; `state` is what became of this dataset in it. */
  readonly lastRun?: {readonly id: RunId; readonly state: string; readonly at: Instant; readonly durationMs?: number}
}

export type AttentionKind = 'runFailed' | 'gated' | 'failed' | 'rejected' | 'late' | 'quarantine' | 'contract'

/** One thing that needs a person, with the command that does it or shows it closely. */
export interface Attention {
  readonly kind: AttentionKind
  readonly what: string
  readonly dataset?: DatasetName
  readonly since: Instant
  readonly command: string
  readonly run?: RunId
}

export interface LiveProgress extends RunProgress {
  /** Milliseconds to go at the present rate; absent when the total or the rate is unknown. */
  readonly remainingMs?: number
}

/** A run as lists show it; the verb's JSON result is left out. */
export interface RunItem extends Omit<RunRecord, 'result' | 'progress'> {
  readonly outputs: RunSummary['outputs']
  readonly durationMs?: number
  readonly progress?: LiveProgress
  /** A `running` run whose process is gone; the next run on its host closes it. */
  readonly isDead?: true
}

/** What runs now: a run that no other called, with what the innermost of its steps is doing. */
export interface RunningRun {
  readonly run: RunItem
  readonly step?: {readonly verb: string; readonly step: string; readonly subject?: string; readonly startedAt: Instant}
  readonly progress?: LiveProgress
}

export interface Overview {
  readonly datasets: readonly DatasetStatus[]
  /** Most pressing first. */
  readonly attention: readonly Attention[]
}

export interface RunFilter {
  readonly limit: number
  /** Only runs older than this one: the last id of the page before. */
  readonly before?: RunId
  readonly state?: RunState
}

export interface RunDetail {
  readonly run: RunItem
  readonly steps: readonly RunStep[]
  /** Runs it called, oldest first. */
  readonly children: readonly RunItem[]
  readonly checks: readonly CheckRecord[]
  readonly outputs: RunSummary['outputs']
}

export interface QuarantineReason {
  readonly dataset: DatasetName
  /** A check, or what was wrong with the record as such (`csv.fieldCount`). */
  readonly reason: CheckId
  readonly rows: number
  /** The rule in words. */
  readonly description?: string
}

/** Rows that wait for the very same reasons. */
export interface QuarantineCluster {
  readonly dataset: DatasetName
  readonly reasons: readonly CheckId[]
  readonly rows: number
  /** Who looks after how many of them. */
  readonly assigned: Readonly<Record<string, number>>
  /** Rows with a comment. */
  readonly commented: number
}

export interface QuarantinedRow {
  readonly batch: number
  /** As received; its SHA-256 where the source says that paths identify people. */
  readonly file: string
  /** Of the received bytes, as they were when the row was rejected. */
  readonly sha256: Sha256
  /** 1-based record, and 1-based line, in the received file. */
  readonly row: number
  readonly line: number
  readonly run: RunId
  readonly reasons: readonly CheckId[]
  readonly quarantinedAt: Instant
  readonly contractVersion: string
  readonly state: RowState
  /** The last one about it. */
  readonly decision?: RowDecision
  /** Who looks after it. */
  readonly assignee?: string
  /** What people wrote beside it, oldest first. */
  readonly comments?: readonly RowComment[]
  /** Received column -> text as received; `••••` where it feeds a protected column, or where no contract says what it is. */
  readonly values: Readonly<Record<string, string | null>>
}

/** Who decided what about a rejected row; `hippo` where a later delivery or the end of a waiver did. */
export interface RowDecision {
  readonly by: string
  readonly at: Instant
  readonly reason?: string
  /** When a waiver ends. */
  readonly until?: Instant
  /** Received columns with values that people gave. */
  readonly corrected?: readonly string[]
}

/** A captured file that silver does not hold: not promoted yet, or refused by a gate. */
export interface WaitingFile {
  readonly batch: number
  /** Where it lies, from the workspace; in the lake where the source says that paths identify people. */
  readonly file: string
  /** Judges it as it is. */
  readonly command: string
}

export interface QuarantinedRows {
  readonly rows: readonly QuarantinedRow[]
  /** Rows that wait altogether. */
  readonly total: number
  /** Set when a file is told by its hash because an erasure rewrote it: its name takes the workspace key, which was not given. */
  readonly needsKey?: true
}

export interface QuarantineFilter {
  readonly dataset: DatasetName
  readonly limit: number
  readonly reason?: CheckId
  readonly run?: RunId
  /** Protected values as they are: for exports that are audited. */
  readonly unmasked?: boolean
  /** open when absent. */
  readonly state?: RowState | 'all'
  /** Version of the quarantine table; its newest when absent. */
  readonly version?: number
  /** The version that was newest at this instant. */
  readonly asOf?: Instant
}

/** A table in a lineage tree with what is beyond it. */
export interface LineageNode {
  readonly ref: SnapshotRef
  /** Run of the newest edge to here. */
  readonly run: RunId
  readonly at: Instant
  /** True when the same table stands elsewhere in the tree with its children. */
  readonly isRepeat: boolean
  readonly children: readonly LineageNode[]
}

export interface LineageTree {
  readonly of: SnapshotRef
  /** What it was made from. */
  readonly upstream: readonly LineageNode[]
  /** What was made from it. */
  readonly downstream: readonly LineageNode[]
}

/** stale: the database cannot be reached, and what was read last is as old as `since`. */
export interface Liveness {
  readonly state: 'live' | 'stale'
  readonly since: Instant
}

export interface Reader {
  /** Name of the workspace. */
  readonly name: string
  overview(): Promise<Overview>
  running(): Promise<readonly RunningRun[]>
  /** Newest first. */
  runs(filter: RunFilter): Promise<readonly RunItem[]>
  /** CONFIG_RUN_UNKNOWN unless exactly one run's id begins so. */
  run(idPrefix: string): Promise<RunDetail>
  /** Snapshots of a dataset or model, newest first; gold when there is no silver. */
  snapshots(dataset: DatasetName, limit: number): Promise<readonly SnapshotRecord[]>
  /** Newest promotion of every dataset and layer, most harmful first; and its newest validation where that is newer. */
  checks(filter?: {readonly dataset?: DatasetName; readonly outcome?: Outcome}): Promise<readonly CheckRecord[]>
  /** Newest first. */
  checkHistory(
    dataset: DatasetName,
    id: CheckId,
    options?: {readonly layer?: Layer; readonly limit?: number},
  ): Promise<readonly CheckRecord[]>
  /** Why rows wait in quarantine, ranked by rows; a row counts under each of its reasons. With a version or an instant: as it was then. */
  quarantineReasons(filter?: TimeTravel & {readonly dataset?: DatasetName}): Promise<readonly QuarantineReason[]>
  /** Rows of a dataset that wait, by combination of reasons. */
  quarantineClusters(dataset: DatasetName): Promise<readonly QuarantineCluster[]>
  /** Rows newest delivery first, and how many there are with the same filter. Starts the engine. */
  quarantinedRows(filter: QuarantineFilter): Promise<QuarantinedRows>
  /** Files of a dataset that wait in bronze, newest batch first: rows of theirs are not in quarantine. */
  waitingFiles(dataset: DatasetName): Promise<readonly WaitingFile[]>
  /** CONFIG_DATASET_UNKNOWN when no run ever wrote it. */
  lineage(dataset: DatasetName): Promise<LineageTree>
  /** The audit trail, newest first. */
  audit(filter: {readonly limit: number; readonly subject?: string}): Promise<readonly AuditRecord[]>
  /** Calls back at once, whenever something in the catalog changed, and when the connection is lost or back; resolves on abort. */
  watch(onChange: (liveness: Liveness) => void, options: {readonly signal: AbortSignal}): Promise<void>
  close(): Promise<void>
}
