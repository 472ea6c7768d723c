// Builders for the kinds of fault that several datasets share, and the wrong texts they write.
import type {CellFault, CellReader, CopyFault, LineFault, RowContext} from '../faults.ts'
import type {Random} from '../random.ts'
import {type ClinicDataset, tables} from '../tables.ts'
import {duplicateCheck} from '../truth.ts'

interface CellOptions {
  readonly involves?: readonly string[]
  readonly applies?: (cell: CellReader) => boolean
  readonly change: (context: RowContext) => string
}

/** A wrong text in one column, found by `check`. */
export function cell(dataset: ClinicDataset, column: string, what: string, check: string, options: CellOptions): CellFault {
  const {involves = [], applies, change} = options
  const name = `${column.startsWith(dataset) ? '' : `${dataset}_`}${column}_${what}`
  return {effect: 'cell', name, dataset, column, check, involves, change, ...(applies ? {applies} : {})}
}

/** A required column left empty. */
export function emptied(dataset: ClinicDataset, column: string, involves: readonly string[] = []): CellFault {
  return cell(dataset, column, 'missing', `${column}.required`, {involves, change: () => ''})
}

/** A reference to something that nobody ever sent; `prefix` is one that no real id has. */
export function ghost(dataset: ClinicDataset, column: string, prefix: string, involves: readonly string[] = []): CellFault {
  return cell(dataset, column, 'unknown', `${column}.reference`, {
    involves,
    change: ({random}) => (prefix.startsWith('E') ? `${prefix}${digits(random, 5)}-001` : `${prefix}${digits(random, 5)}`),
  })
}

/** The same key twice with different content: both rows are rejected. */
export function conflict(dataset: ClinicDataset, column: string, values: readonly [string, string]): CopyFault {
  return {effect: 'copy', name: `${dataset}_id_conflict`, dataset, check: `${dataset}_id.unique`, change: {column, values}}
}

/** The same row twice: the second is a duplicate. */
export function repeat(dataset: ClinicDataset): CopyFault {
  return {effect: 'copy', name: `${dataset}_repeat`, dataset, check: duplicateCheck}
}

/** Cut off after a few fields. */
export function tooFewFields(dataset: ClinicDataset): LineFault {
  return {
    effect: 'line',
    name: `${dataset}_too_few_fields`,
    dataset,
    check: 'csv.fieldCount',
    spoil: (cells, random) => cells.slice(0, random.integer(4, cells.length - 2)).join(','),
  }
}

/** One delimiter too many, as when a text with a comma was sent without quotes. */
export function tooManyFields(dataset: ClinicDataset): LineFault {
  return {
    effect: 'line',
    name: `${dataset}_too_many_fields`,
    dataset,
    check: 'csv.fieldCount',
    spoil: (cells, random) => cells.toSpliced(random.integer(3, cells.length - 1), 0, ' see letter').join(','),
  }
}

/** Text after a closing quote. */
export function strayQuote(dataset: ClinicDataset, column: string): LineFault {
  return {
    effect: 'line',
    name: `${dataset}_stray_quote`,
    dataset,
    check: 'csv.strayQuote',
    spoil: (cells) => cells.with(textPlace(dataset, column, cells), '"see" note').join(','),
  }
}

/** A NUL character inside a text. */
export function nulByte(dataset: ClinicDataset, column: string): LineFault {
  return {
    effect: 'line',
    name: `${dataset}_nul_byte`,
    dataset,
    check: 'encoding.nul',
    spoil: (cells) => cells.with(textPlace(dataset, column, cells), 'see\u0000note').join(','),
  }
}

/** A byte of an older encoding inside a text, which is no UTF-8. */
export function broken(dataset: ClinicDataset, column: string): LineFault {
  return {
    effect: 'line',
    name: `${dataset}_broken_encoding`,
    dataset,
    check: 'encoding.invalid',
    spoil: (cells) => {
      const marker = '\u0001'
      const bytes = new TextEncoder().encode(cells.with(textPlace(dataset, column, cells), `Andr${marker} Lef${marker}vre`).join(','))
      return bytes.map((byte) => (byte === 1 ? 0xe9 : byte))
    },
  }
}

/** Text that is no date in any format. */
export function badDate({random}: RowContext): string {
  return random.pick(['soon', '13/25/2020', 'last tuesday', '2020-13-45', 'unknown'])
}

/** A date that looks right and is in no calendar. */
export function impossibleDate({random}: RowContext): string {
  return random.pick(['2023-02-29', '1987-04-31', '30.02.2001', '31.06.1994', '1900-02-29'])
}

/** A day far in the future, whenever the demo runs. */
export function farFuture(random: Random): string {
  return `${random.integer(2150, 2190)}-0${random.integer(1, 9)}-${random.integer(10, 28)}`
}

export function digits(random: Random, count: number): string {
  return String(random.integer(0, 10 ** count - 1)).padStart(count, '0')
}

/** Place of the column in the cells of either delivery: free text stands as far from the end in both. */
function textPlace(dataset: ClinicDataset, column: string, cells: readonly string[]): number {
  const table = tables[dataset]
  const header = cells.length === table.columns.length ? table.columns : table.secondHeader
  return header.indexOf(column)
}
