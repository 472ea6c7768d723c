// Runs plans. Data stays inside the engine: plans go in; files, numbers and a few rows come out. That is what lets a
// cluster replace one machine.
import type {ScalarValue} from '../expr/expr.ts'
import type {AggregatePlan, Plan, PlanColumn} from '../expr/plan.ts'

export type EngineName = 'polars' | 'reference' | 'spark'

/** Nodes an engine may lack; a check that needs one ends as `notChecked: engine X lacks Y`. */
export type Capability = 'judge' | 'setExpressions' | 'csv' | 'parquet' | 'write'

export interface PlanOutput {
  readonly name: string
  readonly plan: Plan
  /** Names and types of the written columns, in order; the plan yields exactly these. */
  readonly columns: readonly PlanColumn[]
  /** Parquet (zstd) for tables; csv (text for COPY: empty = null, "" = empty text, no header) for loading. */
  readonly format: 'parquet' | 'csv'
  /** Absolute path of a folder that exists; files get unique names in it. */
  readonly directory: string
  /** Columns that are stored as lists although the plan gives text joined by '|'. */
  readonly lists?: readonly string[]
  /**
   * Rows are written in ascending order of these columns, nulls first, text by the bytes of its UTF-8; in the plan's order where
   * they are equal, and when absent. Takes memory for all rows at once.
   */
  readonly sortBy?: readonly string[]
  /** Parquet only: rows after which another file begins, in the order of the rows; one file when absent. */
  readonly rowsPerFile?: number
}

export interface WrittenFile {
  /** Absolute path. */
  readonly path: string
  readonly rows: number
  readonly sizeBytes: number
}

export interface WrittenOutput {
  readonly name: string
  readonly rows: number
  /** No file when there were no rows. */
  readonly files: readonly WrittenFile[]
}

/** Counts over the judged input; read = accepted + quarantined + the sum of skipped. */
export interface Tally {
  readonly read: number
  readonly accepted: number
  readonly quarantined: number
  /** Judgement id -> rows for which it was true (whatever its effect; skips: rows it skipped). */
  readonly byJudgement: Readonly<Record<string, number>>
}

export interface WriteResult {
  readonly outputs: readonly WrittenOutput[]
  /** One entry for the judged input that the outputs share; absent when no output has a verdict. */
  readonly tally?: Tally
}

export interface Measurement {
  readonly id: string
  readonly values: Readonly<Record<string, ScalarValue>>
}

export type Row = Readonly<Record<string, ScalarValue>>

export interface WriteOptions {
  readonly signal?: AbortSignal
  /** Folder for whatever the engine wants to stage; private to this call, removed by the caller. */
  readonly stagingDirectory: string
  /** Hears each phase as it begins and, where the engine can tell, the share (0 to 1) of the rows it has come through. */
  readonly onProgress?: (progress: {readonly phase: string; readonly fraction?: number}) => void
}

export interface Engine {
  readonly name: EngineName
  readonly capabilities: ReadonlySet<Capability>
  /** Begins what the first task will need, while its caller is still busy otherwise; what fails here fails again in the task. */
  start(): void
  /** Writes each output of one pinned input; how many passes it takes is its business. */
  write(outputs: readonly PlanOutput[], options: WriteOptions): Promise<WriteResult>
  /** Evaluates many aggregates, sharing scans where it can. Order of results = order of plans. */
  measure(plans: readonly AggregatePlan[], options?: {readonly signal?: AbortSignal}): Promise<readonly Measurement[]>
  /** The first `limit` rows, for people to look at. */
  rows(plan: Plan, limit: number, options?: {readonly signal?: AbortSignal}): Promise<readonly Row[]>
  explain(plan: Plan): string
  close(): Promise<void>
}
