// Rows as lines of RFC 4180 CSV. Only free-text columns are looked at for quoting, unless the row was tampered with.

import type {Random} from './random.ts'
import {type ClinicTable, type DeliveryIndex, headerOf} from './tables.ts'

export interface LineWriter {
  readonly header: string
  /** One line without its newline. `isTampered` looks for delimiters in every cell. */
  line(fields: readonly string[], isTampered?: boolean): string
  /** The cells of that line as they are written, quotes included. */
  cells(fields: readonly string[]): string[]
}

interface Cell {
  /** Place in the row, or -1 for a column that only this delivery has. */
  readonly index: number
  readonly isFreeText: boolean
  readonly values: readonly [string, ...string[]]
}

/** A writer for the table's file in this delivery; `random` fills columns that only this delivery has. */
export function createLineWriter(table: ClinicTable, delivery: DeliveryIndex, random: Random): LineWriter {
  const header = headerOf(table, delivery)
  const layout: readonly Cell[] = header.map((name) => ({
    index: table.columns.indexOf(name),
    isFreeText: table.freeText.includes(name),
    values: table.added[name] ?? [''],
  }))
  const written = (cell: Cell, fields: readonly string[], isTampered: boolean): string => {
    if (cell.index < 0) return random.pick(cell.values)
    const text = fields[cell.index] ?? ''
    return cell.isFreeText || isTampered ? quoted(text) : text
  }
  return {
    header: header.join(','),
    line: (fields, isTampered = false) => {
      let line = ''
      let separator = ''
      for (const cell of layout) {
        line += separator + written(cell, fields, isTampered)
        separator = ','
      }
      return line
    },
    cells: (fields) => layout.map((cell) => written(cell, fields, true)),
  }
}

function quoted(text: string): string {
  if (text.indexOf(',') < 0 && text.indexOf('"') < 0) return text
  return `"${text.replaceAll('"', '""')}"`
}
