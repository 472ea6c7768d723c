// The answer of the warehouse as a table; numbers to the right, null shown as such.
import {formatPlural} from './format.ts'
import {grid} from './grid.ts'
import {headline} from './lines.ts'
import {type Paper, paint} from './paper.ts'
import type {ColumnSpec} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface QueryProps {
  readonly columns: readonly {readonly name: string; readonly type: string}[]
  readonly rows: readonly (readonly unknown[])[]
  /** There are more rows than these. */
  readonly truncated?: boolean
}

const numeric = /^(int|float|double|numeric|decimal|bigint|smallint|integer|real|oid)/i

/** The text of one answer. */
export function queryReport({columns, rows, truncated}: QueryProps, paper: Paper): string {
  const specs = columns.map(
    ({name, type}): ColumnSpec => ({title: untrusted(name), align: numeric.test(type) ? 'right' : 'left', flexible: true}),
  )
  const cells = rows.map((row) => row.map((value) => cell(value, paper)))
  return [
    ...grid(paper, specs, cells),
    ...headline(
      paper,
      truncated
        ? {mark: 'warn', text: `the first ${formatPlural(rows.length, 'row')}; there are more`}
        : {mark: 'ok', text: formatPlural(rows.length, 'row')},
    ),
  ].join('\n')
}

function cell(value: unknown, paper: Paper): string {
  if (value === null || value === undefined) return paint(paper, 'quiet', 'null')
  return untrusted(typeof value === 'object' ? JSON.stringify(value) : String(value))
}
