// Plants faults into the rows of one file as they stream by: at a rate, each kind in turn, on free rows only. It never
// rejects more than 15 % of the rows written so far, so that no delivery runs into the quarantine limit of its contract.
import type {LineWriter} from './csv-line.ts'
import {type CellFault, type CopyFault, canShareRow, type FaultKind, rejectedRows} from './faults.ts'
import type {Random} from './random.ts'
import type {ClinicRow, ClinicTable} from './tables.ts'
import type {PlantedPlace} from './truth.ts'

/** A line ready to be written: text, or bytes when it is no text. */
export type Line = string | Uint8Array

interface PlantOptions {
  readonly table: ClinicTable
  readonly kinds: readonly FaultKind[]
  readonly lines: LineWriter
  readonly random: Random
  /** Share of rows that get a fault. */
  readonly rate: number
  /** Path that places name. */
  readonly file: string
  onPlanted(kind: FaultKind, place: PlantedPlace): void
  /** Takes the lines in file order. */
  emit(line: Line): void
}

const mostRejected = 0.15
const sharedRowChance = 0.15

interface OwedCopy {
  readonly kind: CopyFault
  readonly line: string
  readonly dueAtRow: number
}

/** Plants faults in one file: `plant` every row in order, then `finish`. */
export class Planter {
  /** Data rows emitted so far. */
  rows = 0
  readonly #options: PlantOptions
  /** Kinds in the order of their turn. */
  readonly #queue: FaultKind[]
  #owed: OwedCopy[] = []
  #rejected = 0
  #nextAt: number

  constructor(options: PlantOptions) {
    this.#options = options
    this.#queue = shuffled(options.kinds, options.random)
    this.#nextAt = gap(options.rate, options.random)
  }

  /** Emits one row, sound or spoilt, after earlier rows' copies that are due. */
  plant(row: ClinicRow): void {
    if (this.#owed.length > 0) this.#payUntil(this.rows)
    this.rows++
    const kind = this.rows >= this.#nextAt && row.isFree ? this.#takeFor(row) : undefined
    if (kind === undefined) this.#options.emit(this.#options.lines.line(row.fields))
    else this.#spoil(row, kind)
  }

  /** Emits copies still owed at the end of the file. */
  finish(): void {
    this.#payUntil(Number.POSITIVE_INFINITY)
  }

  #spoil(row: ClinicRow, kind: FaultKind): void {
    const {lines, random, emit} = this.#options
    this.#planNext()
    if (kind.effect === 'cell') this.#plantCells(kind, row)
    else if (kind.effect === 'copy') this.#plantCopy(kind, row)
    else {
      this.#note(kind)
      emit(kind.spoil(lines.cells(row.fields), random))
    }
  }

  /** The first kind whose turn it is and that the row can carry without too many rejected rows. */
  #takeFor(row: ClinicRow): FaultKind | undefined {
    const cell = this.#reader(row)
    const share = (kind: FaultKind): number => (this.#rejected + rejectedRows(kind)) / (this.rows + (kind.effect === 'copy' ? 1 : 0))
    const kind = this.#take((one) => share(one) <= mostRejected && (one.applies?.(cell) ?? true))
    if (kind !== undefined) this.#rejected += rejectedRows(kind)
    return kind
  }

  #take(fits: (kind: FaultKind) => boolean): FaultKind | undefined {
    const found = this.#queue.findIndex(fits)
    const [kind] = found < 0 ? [] : this.#queue.splice(found, 1)
    if (kind !== undefined) this.#queue.push(kind)
    return kind
  }

  /** One wrong cell, and now and then a second one that has nothing to do with the first. */
  #plantCells(kind: CellFault, row: ClinicRow): void {
    const {lines, random, emit} = this.#options
    this.#change(kind, row)
    if (random.chance(sharedRowChance)) {
      const cell = this.#reader(row)
      const second = this.#take((one) => one.effect === 'cell' && canShareRow(kind, one) && (one.applies?.(cell) ?? true))
      if (second?.effect === 'cell') {
        this.#change(second, row)
        this.#planNext()
      }
    }
    emit(lines.line(row.fields, true))
  }

  #change(kind: CellFault, row: ClinicRow): void {
    const {table, random} = this.#options
    row.fields[table.columns.indexOf(kind.column)] = kind.change({cell: this.#reader(row), bornDay: row.bornDay, random})
    this.#note(kind, kind.column)
  }

  #plantCopy(kind: CopyFault, row: ClinicRow): void {
    const {table, lines, random, emit} = this.#options
    const dueAtRow = this.rows + random.integer(1, 20)
    if (kind.change === undefined) {
      const line = lines.line(row.fields)
      this.#owed.push({kind, line, dueAtRow})
      emit(line)
      return
    }
    const at = table.columns.indexOf(kind.change.column)
    const [first, second] = kind.change.values
    this.#owed.push({kind, line: lines.line(row.fields.with(at, second), true), dueAtRow})
    this.#note(kind)
    emit(lines.line(row.fields.with(at, first), true))
  }

  #payUntil(row: number): void {
    const due = this.#owed.filter(({dueAtRow}) => dueAtRow <= row)
    this.#owed = this.#owed.filter(({dueAtRow}) => dueAtRow > row)
    for (const {kind, line} of due) {
      this.rows++
      this.#note(kind)
      this.#options.emit(line)
    }
  }

  #note(kind: FaultKind, column?: string): void {
    const {file, onPlanted} = this.#options
    onPlanted(kind, {file, row: this.rows, ...(column === undefined ? {} : {column})})
  }

  #planNext(): void {
    this.#nextAt += gap(this.#options.rate, this.#options.random)
  }

  #reader({fields}: ClinicRow): (column: string) => string {
    return (column) => fields[this.#options.table.columns.indexOf(column)] ?? ''
  }
}

/** Rows from one fault to the next: the rate on average, never in step. */
function gap(rate: number, random: Random): number {
  return rate <= 0 ? Number.POSITIVE_INFINITY : (0.4 + random.next() * 1.2) / rate
}

function shuffled(kinds: readonly FaultKind[], random: Random): FaultKind[] {
  const order = [...kinds]
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(0, last)
    const [one, two] = [order[last], order[other]]
    if (one !== undefined && two !== undefined) {
      order[last] = two
      order[other] = one
    }
  }
  return order
}
