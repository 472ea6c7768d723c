// What the verbs on one table answer, as scripts see it. Names, counts and hashes; row values only where a field says so.
import type {Instant, Layer, RunId} from './names.ts'
import type {Drift, RowCounts, RunSummary} from './run.ts'

export interface BeforeAfter {
  readonly before: number
  readonly after: number
}

interface TableVerbResult {
  readonly run: RunSummary
  /** `silver.NAME` or `quarantine.NAME`. */
  readonly table: string
  /** After the run; as it is when nothing was done. */
  readonly version: number
  readonly state: 'committed' | 'noop'
  /** Of a dry run: there is something to do. */
  readonly wouldCommit?: true
}

export interface OptimizeResult extends TableVerbResult {
  readonly files: BeforeAfter
  readonly sizeBytes: BeforeAfter
  /** Files that were, or would be, written anew. */
  readonly rewritten: number
  /** Of the rows in the files that were written anew: the same before and after, whatever their order. */
  readonly digest?: string
}

export interface RestoreResult extends TableVerbResult {
  /** Version whose content came back. */
  readonly restored: number
  readonly files: {readonly added: number; readonly removed: number}
  /** Absent when a writer did not say how many rows its files have. */
  readonly rows?: BeforeAfter
}

export interface VacuumResult extends Omit<TableVerbResult, 'state'> {
  readonly state: 'deleted' | 'noop'
  /** Files that were, or would be, deleted. */
  readonly files: number
  readonly sizeBytes: number
  /** Of the files: those that no version in the log ever had. */
  readonly orphans: number
  readonly retentionHours: number
  /** The oldest version that can be read afterwards. */
  readonly keptFrom: number
  /** Commits that were, or would be, taken from the log; absent when the log was left alone. */
  readonly logVersions?: number
}

/** One version in the history of a table; what only a promotion says is absent for other commits. */
export interface TableVersion {
  readonly dataset: string
  readonly layer: Layer | 'quarantine'
  readonly version: number
  readonly committedAt: Instant
  /** As Delta names it: WRITE, MERGE, RESTORE, …; only of tables in the lake. */
  readonly operation?: string
  readonly run?: RunId
  readonly batch?: number
  /** Absent when a writer did not say. */
  readonly rows?: number
  readonly counts?: RowCounts
  readonly reasons?: Readonly<Record<string, number>>
  readonly drift?: readonly Drift[]
  readonly score?: number
  readonly contractVersion?: string
  readonly contractDigest?: string
  /** Set when it replaced everything that earlier versions had. */
  readonly rebuilt?: boolean
}

export interface TableColumn {
  readonly name: string
  /** As people read it: `decimal(18,2)`. */
  readonly type: string
  readonly nullable: boolean
  /** Its values are masked wherever people look. */
  readonly protected: boolean
}

/** One version of a table as it is stored. */
export interface TableDescription {
  readonly table: string
  readonly uri: string
  readonly version: number
  /** Absent once the version's commit was cleaned up. */
  readonly committedAt?: Instant
  /** As Delta names it: WRITE, MERGE, RESTORE, … */
  readonly operation?: string
  /** Those that the log still reaches. */
  readonly versions: {readonly oldest: number; readonly newest: number}
  /** Absent when a writer did not say. */
  readonly rows?: number
  readonly files: number
  readonly sizeBytes: number
  readonly largestFileBytes?: number
  readonly protocol: {
    readonly minReaderVersion: number
    readonly minWriterVersion: number
    readonly readerFeatures?: readonly string[]
    readonly writerFeatures?: readonly string[]
  }
  readonly properties: Readonly<Record<string, string>>
  readonly columns: readonly TableColumn[]
  /** Some rows, protected columns masked; only when asked for. */
  readonly items?: readonly Readonly<Record<string, string | null>>[]
}

export interface ChangedRow {
  /** Masked where protected. */
  readonly key: Readonly<Record<string, string | null>>
  readonly cells: readonly {readonly column: string; readonly before: string | null; readonly after: string | null}[]
}

/** What changed from one version of a table to another. */
export interface TableDiff {
  readonly table: string
  readonly from: number
  readonly to: number
  /** Columns by which rows are the same row. */
  readonly key: readonly string[]
  readonly rows?: BeforeAfter
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** Changed cells of each column that both versions have, most first. */
  readonly columns: readonly {readonly column: string; readonly changed: number}[]
  /**
   * Columns that one of them has alone, or with a type that cannot be compared: their cells are not. Widened ones have a type in one
   * that holds every value of their type in the other, and are compared in it.
   */
  readonly schema: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly retyped: readonly string[]
    readonly widened: readonly string[]
  }
  /** Some changed rows; only when asked for. */
  readonly items?: readonly ChangedRow[]
}

export interface ChangeCounts {
  readonly insert: number
  readonly update_preimage: number
  readonly update_postimage: number
  readonly delete: number
}

/** What the change data feed of a table tells of some versions. */
export interface TableChanges {
  readonly table: string
  readonly from: number
  readonly to: number
  /** Rows of the feed, by `_change_type`. */
  readonly counts: ChangeCounts
  /** Of versions that changed rows, in order. */
  readonly versions: readonly (ChangeCounts & {readonly version: number; readonly committedAt: Instant})[]
  /** Some rows of the feed, protected columns masked; only when asked for. */
  readonly items?: readonly Readonly<Record<string, string | null>>[]
}

/** In the commit of a verb that changed a table without promoting: what the catalog and a rebuild must know of it. */
export interface MaintenanceRecord {
  readonly maintenance: 'optimize' | 'restore' | 'widen' | 'properties' | 'repair'
  readonly run: string
  readonly actor: string
  readonly at: Instant
  /** Contract that the rows were judged under; absent for tables that hippo never promoted into. */
  readonly contractVersion?: string
  readonly contractDigest?: string
  readonly score?: number
  /** Version whose content came back. */
  readonly restored?: number
}
