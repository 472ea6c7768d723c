// What a planted fault is: one damage that deliveries really have, the check that has to notice it, and nothing else that may. Rows
// are texts by column, as a file has them, with what a fault has to know of a row beside them.
import type {Seeded} from '../seeded.ts'

export interface HospitalRow {
  readonly cells: Readonly<Record<string, string>>
  /** Nothing refers to it, so that its loss orphans nobody. */
  readonly isLeaf: boolean
  /** Of the person that it is about. */
  readonly sex?: string
  /** No later measurement of the person is delivered. */
  readonly isLast?: boolean
}

export interface DamageContext {
  /** A text that no row of any delivery has. */
  readonly fresh: string
}

interface FaultBase {
  readonly name: string
  /** The kind of rule that has to notice. */
  readonly rule: string
  readonly dataset: string
  /** The check of the contract that has to alarm, alone. */
  readonly check: string
  readonly says: string
}

/** Damages cells of a row that is there. */
export interface CellFault extends FaultBase {
  readonly effect: 'cell'
  /** Columns that it changes, or that its check reads: two faults without a common one can be in one row. */
  readonly touches: readonly string[]
  /** The check only warns: the row is accepted, and counted. */
  readonly warns?: true
  readonly applies?: (row: HospitalRow) => boolean
  readonly damage: (row: HospitalRow, context: DamageContext) => Readonly<Record<string, string>>
}

/** Adds a row beside one that is there; it, or both, are then wrong. */
export interface CopyFault extends FaultBase {
  readonly effect: 'copy'
  readonly breaks: 'copy' | 'both'
  readonly applies?: (row: HospitalRow) => boolean
  readonly damage: (row: HospitalRow, context: DamageContext) => Readonly<Record<string, string>>
}

export interface DeliveryDamage {
  /** Rows to damage. */
  readonly count: number
  readonly random: Seeded
  readonly fresh: string
}

/** Damages a delivery as a whole; the check of the dataset tells how much is wrong, not where. */
export interface DeliveryFault extends FaultBase {
  readonly effect: 'delivery'
  /** delivery: it takes all rows, whatever the rate. */
  readonly scale: 'rows' | 'delivery'
  /** How much the check has to count for so many damaged rows; absent where it only says that something is wrong. */
  readonly violated?: (count: number) => number
  readonly damage: (rows: readonly HospitalRow[], context: DeliveryDamage) => readonly HospitalRow[]
}

export type RowFault = CellFault | CopyFault

/** The row with other texts in some columns. */
export const withCells = (row: HospitalRow, cells: Readonly<Record<string, string>>): HospitalRow => ({
  ...row,
  cells: {...row.cells, ...cells},
})
