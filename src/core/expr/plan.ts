// Relational plans over pinned files. A plan is closed (it names its files) and says what, never how: engines decide on
// passes, joins and staging. Row order is kept from `scan` on.
import type {Expr, ScalarType} from './expr.ts'

export interface PlanColumn {
  readonly name: string
  readonly type: ScalarType
}

/** Delimited text whose structure is known to be sound: UTF-8 without BOM, every record with as many fields as `header`. */
export interface CsvFormat {
  readonly kind: 'csv'
  readonly delimiter: string
  /** Absent when quotes have no meaning. */
  readonly quote?: string
  /** Column names in file order. The first record is a header line unless `headerless`. */
  readonly header: readonly string[]
  readonly headerless?: boolean
}

interface ParquetFormat {
  readonly kind: 'parquet'
}

export interface ScanFile {
  /** Absolute local path, or the URI of a file of the lake, which engines are given copies of. */
  readonly path: string
  readonly format: CsvFormat | ParquetFormat
  /**
   * Plan column -> name in this file; a column without an entry is null in every row of the file, and so is one that a Parquet
   * file lacks (files of a table may be older than a column).
   */
  readonly binding: Readonly<Record<string, string>>
  /** Values that are the same for every row of the file (file hash, batch). Their names stand in the scan's `columns`, with their types. */
  readonly constants: Readonly<Record<string, string | number | bigint | boolean | null>>
  /** Rows that the scan passes over, ascending and apart from each other; the others keep their row numbers. */
  readonly deletedRows?: readonly RowRange[]
  /** The table that the file belongs to: an engine refuses a file that is not the one committed, by these names. */
  readonly origin?: FileOrigin
}

/** What the log of a table says of one of its data files. */
export interface FileOrigin {
  readonly table: string
  readonly version: number
  readonly key: string
  readonly sizeBytes: number
}

/** Rows of a file by their 0-based place in it, from `from` up to but without `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

export type Plan =
  /**
   * Rows of the files one after the other. Bound CSV columns are text (an empty field, quoted or not, is null). `rowNumber`
   * adds a last column: a 1-based int64 counter per file, in which deleted rows count too.
   */
  | {readonly kind: 'scan'; readonly files: readonly ScanFile[]; readonly columns: readonly PlanColumn[]; readonly rowNumber?: string}
  /** Rows given in the plan itself: small reference tables. */
  | {
      readonly kind: 'values'
      readonly columns: readonly PlanColumn[]
      readonly rows: readonly (readonly (string | number | bigint | boolean | null)[])[]
    }
  /** Replaces columns in place and adds the others at the end; all expressions see the input's columns. */
  | {readonly kind: 'derive'; readonly input: Plan; readonly columns: readonly DerivedColumn[]}
  /** Keeps rows where the condition is true. */
  | {readonly kind: 'filter'; readonly input: Plan; readonly where: Expr}
  /** Exactly these columns, in this order. */
  | {readonly kind: 'select'; readonly input: Plan; readonly columns: readonly DerivedColumn[]}
  /**
   * One row for each combination of values in `by` (null is one of them; no float64), in no particular order, with what `aggregates`
   * say of its rows; all but sum, which may not fit its column.
   */
  | {readonly kind: 'group'; readonly input: Plan; readonly by: readonly string[]; readonly aggregates: readonly Aggregate[]}
  /** Inputs one after the other; all have the same columns in the same order. */
  | {readonly kind: 'union'; readonly inputs: readonly Plan[]}
  /**
   * The rows of a judged input with one verdict. `reasons` (quarantined only) adds a last text column: the ids of the
   * quarantining judgements that are true, in their order, joined by '|'.
   */
  | {readonly kind: 'verdict'; readonly of: Judged; readonly is: 'accepted' | 'quarantined'; readonly reasons?: string}

export interface DerivedColumn {
  readonly name: string
  readonly expr: Expr
}

/**
 * What a judgement does to a row for which it is true: `quarantine` it, only `warn` (count), or `skip` it (counted under the
 * judgement's id: duplicate, unchanged). Quarantine beats skip; among skips the first counts.
 */
export type Effect = 'quarantine' | 'warn' | 'skip'

export interface Judgement {
  readonly id: string
  readonly when: Expr
  readonly effect: Effect
}

/** One input and everything it is judged by, shared (by identity) between the outputs of one `Engine.write`. */
export interface Judged {
  readonly input: Plan
  readonly judgements: readonly Judgement[]
}

/**
 * count: rows. countIf: rows where the condition is true. countNull: rows where the argument is null. The others leave
 * nulls out: countDistinct counts values, sum (int64, float64, decimal), min and max are null when no value is left. A
 * sum of int64 is exact, even beyond int64; the last digits of a sum of float64 depend on the engine's order. quantile: of n
 * numbers in order, as float64, the one in place ceil(`share` * n), at least the first; null when there is none. distinctHashes:
 * countDistinct of 64-bit hashes of texts: never more than there are values, so as many as rows proves that none occurs twice;
 * of ten million values one is missed in some 400,000 counts. Engines then hold eight bytes a value whatever its length.
 */
export type AggregateFunction = 'count' | 'countIf' | 'countDistinct' | 'distinctHashes' | 'countNull' | 'sum' | 'min' | 'max' | 'quantile'

export interface Aggregate {
  readonly name: string
  readonly function: AggregateFunction
  /** Condition of countIf, argument of the others; none for count. */
  readonly of?: Expr
  /** Of a quantile, above 0 and at most 1. */
  readonly share?: number
}

export interface AggregatePlan {
  readonly id: string
  readonly input: Plan
  readonly aggregates: readonly Aggregate[]
}
