// What a kind of fault is. Each kind is found by exactly one check of the demo contracts or by one structural reason, and
// makes no other row wrong: kinds are planted on free rows only, and a kind lists every column its check looks at, so that
// two of them on one row never meet.
import type {Random} from './random.ts'
import type {ClinicDataset} from './tables.ts'

/** Text of a cell of the row at hand, by column name. */
export type CellReader = (column: string) => string

interface KindBase {
  readonly name: string
  readonly dataset: ClinicDataset
  readonly check: string
  /** Whether the row can carry it; every free row when absent. */
  applies?(cell: CellReader): boolean
}

/** What a cell kind may look at beside the row's text. */
export interface RowContext {
  readonly cell: CellReader
  readonly bornDay: number
  readonly random: Random
}

/** Wrong text in one cell. */
export interface CellFault extends KindBase {
  readonly effect: 'cell'
  readonly column: string
  /** Other columns that its check looks at, or whose checks look at this one. */
  readonly involves: readonly string[]
  change(context: RowContext): string
}

/** A line that is no sound CSV record. */
export interface LineFault extends KindBase {
  readonly effect: 'line'
  spoil(cells: readonly string[], random: Random): string | Uint8Array
}

/** The row again, some rows later: equal when `change` is absent, else with other content under the same key. */
export interface CopyFault extends KindBase {
  readonly effect: 'copy'
  readonly change?: {readonly column: string; readonly values: readonly [string, string]}
}

export type FaultKind = CellFault | LineFault | CopyFault

/** True when both can be on one row and each is still found by its own check alone. */
export function canShareRow(one: CellFault, other: CellFault): boolean {
  const columns = [one.column, ...one.involves]
  return ![other.column, ...other.involves].some((column) => columns.includes(column))
}

/** Rows that a kind sends to quarantine. */
export function rejectedRows(kind: FaultKind): number {
  return kind.effect === 'copy' ? (kind.change === undefined ? 0 : 2) : 1
}
