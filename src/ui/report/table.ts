// Aligned columns without lines, as wide as the paper: flexible columns give way first, the widest before the others.
import Table from 'cli-table3'
import stringWidth from 'string-width'
import {type Paper, paint} from './paper.ts'

export interface ColumnSpec {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** May be cut, with an ellipsis, when the paper is too narrow. */
  readonly flexible?: boolean
  /** May be left out when cutting is not enough; 1 goes first. */
  readonly drop?: number
}

const gap = 2
const narrowest = 8
const parts = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
const borderless = Object.fromEntries([...parts, 'left-mid', 'mid-mid', 'right-mid', 'middle'].map((part) => [part, '']))

/** Lines of a table, indented; the line of titles is left out when all are empty. A cell is one line of printable text. */
export function table(paper: Paper, columns: readonly ColumnSpec[], rows: readonly (readonly string[])[], indent = 2): readonly string[] {
  if (rows.length === 0) return []
  const widths = columnWidths(paper.columns - indent, columns, rows)
  const excess = widths.reduce((sum, width) => sum + width + gap, -gap) - (paper.columns - indent)
  const dropped = excess > 0 ? firstToDrop(columns) : undefined
  if (dropped !== undefined)
    return table(
      paper,
      columns.toSpliced(dropped, 1),
      rows.map((row) => row.toSpliced(dropped, 1)),
      indent,
    )
  const drawn = new Table({
    chars: borderless,
    style: {'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true},
    colAligns: columns.map(({align}) => align ?? 'left'),
    colWidths: widths.map((width) => width + gap),
    truncate: paper.unicode ? '…' : '~',
  })
  const titles = columns.map(({title}) => paint(paper, 'quiet', title))
  if (titles.some((title) => title !== '')) drawn.push(titles)
  for (const row of rows) drawn.push([...row])
  const lines = drawn.toString().split('\n')
  return lines.map((line) => `${' '.repeat(indent)}${line}`.trimEnd())
}

function firstToDrop(columns: readonly ColumnSpec[]): number | undefined {
  const [first] = columns.flatMap(({drop}, index) => (drop === undefined ? [] : [{drop, index}])).sort((a, b) => a.drop - b.drop)
  return first?.index
}

function columnWidths(available: number, columns: readonly ColumnSpec[], rows: readonly (readonly string[])[]): readonly number[] {
  const widths = columns.map(({title}, index) => Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[index] ?? ''))))
  let excess = widths.reduce((sum, width) => sum + width + gap, -gap) - available
  while (excess > 0) {
    const widest = columns.reduce<number | undefined>((best, {flexible}, index) => {
      if (!flexible || (widths[index] ?? 0) <= narrowest) return best
      return best === undefined || (widths[index] ?? 0) > (widths[best] ?? 0) ? index : best
    }, undefined)
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess--
  }
  return widths
}
