// Plants faults into the rows of one file as they stream by: at a rate, each kind in turn, on free rows only. It never
// rejects more than 15 % of the rows written so far, so that no delivery runs into the quarantine limit of its contract.
import type {LineWriter} from './csv-line.ts'
import {type CellFault, type CopyFault, canShareRow, type FaultKind, rejectedRows} from './faults.ts'
import type {Random} from './random.ts'
import type {ClinicRow, ClinicTable} from './tables.ts'
import type {PlantedPlace} from './truth.ts'

/** A line ready to be written: text, or bytes when it is no text. */
export type Line = string | Uint8Array

export interface PlantOptions {
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

export interface Planter {
  /** Emits one row, sound or spoilt, after earlier rows' copies that are due. */
  plant(row: ClinicRow): void
  /** Emits copies still owed at the end of the file. */
  finish(): void
  readonly rows: number
}

const mostRejected = 0.15
const sharedRowChance = 0.15

interface OwedCopy {
  readonly kind: CopyFault
  readonly line: string
  readonly dueAtRow: number
}

/** A planter for one file. */
export function createPlanter(options: PlantOptions): Planter {
  const {table, lines, random, rate, onPlanted, emit, file} = options
  const queue = shuffled(options.kinds, random)
  let owed: OwedCopy[] = []
  let rows = 0
  let rejected = 0
  let nextAt = gap(rate, random)

  const place = (kind: FaultKind, column?: string): void => onPlanted(kind, {file, row: rows, ...(column === undefined ? {} : {column})})
  const reader =
    (fields: readonly string[]) =>
    (column: string): string =>
      fields[table.columns.indexOf(column)] ?? ''
  /** The first kind in the queue that the row can carry; it goes to the end of the queue. */
  const take = (fits: (kind: FaultKind) => boolean): FaultKind | undefined => {
    const found = queue.findIndex(fits)
    const [kind] = found < 0 ? [] : queue.splice(found, 1)
    if (kind !== undefined) queue.push(kind)
    return kind
  }
  const takeFor = (row: ClinicRow): FaultKind | undefined => {
    const cell = reader(row.fields)
    const kind = take(
      (one) => (rejected + rejectedRows(one)) / (rows + (one.effect === 'copy' ? 1 : 0)) <= mostRejected && (one.applies?.(cell) ?? true),
    )
    if (kind !== undefined) rejected += rejectedRows(kind)
    return kind
  }
  const change = (kind: CellFault, row: ClinicRow): void => {
    const changed = kind.change({cell: reader(row.fields), bornDay: row.bornDay, random})
    const texts = typeof changed === 'string' ? {[kind.column]: changed} : changed
    for (const [column, text] of Object.entries(texts)) row.fields[table.columns.indexOf(column)] = text
    place(kind, kind.column)
  }
  const plantCells = (kind: CellFault, row: ClinicRow): void => {
    change(kind, row)
    if (random.chance(sharedRowChance)) {
      const cell = reader(row.fields)
      const second = take((one) => one.effect === 'cell' && canShareRow(kind, one) && (one.applies?.(cell) ?? true))
      if (second?.effect === 'cell') {
        change(second, row)
        nextAt += gap(rate, random)
      }
    }
    emit(lines.line(row.fields, true))
  }
  const plantCopy = (kind: CopyFault, row: ClinicRow): void => {
    const dueAtRow = rows + random.integer(1, 20)
    if (kind.change === undefined) {
      const line = lines.line(row.fields)
      owed.push({kind, line, dueAtRow})
      emit(line)
      return
    }
    const at = table.columns.indexOf(kind.change.column)
    const [first, second] = kind.change.values
    owed.push({kind, line: lines.line(row.fields.with(at, second), true), dueAtRow})
    place(kind)
    emit(lines.line(row.fields.with(at, first), true))
  }
  const pay = (untilRow: number): void => {
    const due = owed.filter(({dueAtRow}) => dueAtRow <= untilRow)
    owed = owed.filter(({dueAtRow}) => dueAtRow > untilRow)
    for (const {kind, line} of due) {
      rows++
      place(kind)
      emit(line)
    }
  }

  return {
    plant: (row) => {
      if (owed.length > 0) pay(rows)
      rows++
      const kind = rows >= nextAt && row.isFree ? takeFor(row) : undefined
      if (kind === undefined) return emit(lines.line(row.fields))
      nextAt += gap(rate, random)
      if (kind.effect === 'cell') return plantCells(kind, row)
      if (kind.effect === 'copy') return plantCopy(kind, row)
      place(kind)
      emit(kind.spoil(lines.cells(row.fields), random))
    },
    finish: () => pay(Number.POSITIVE_INFINITY),
    get rows() {
      return rows
    },
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
