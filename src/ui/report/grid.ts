// A table with rules between its columns, for answers whose values nobody has foreseen: blanks in them are then no columns.
import Table from 'cli-table3'
import type {Paper} from './paper.ts'
import {type ColumnSpec, columnWidths} from './table.ts'

const rule = ' | '
const outside = ['top', 'bottom', 'left', 'right'].flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])

/** Lines of a grid as wide as the paper, titles above a rule. A cell is one line of printable text. */
export function grid(paper: Paper, columns: readonly ColumnSpec[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0 || columns.length === 0) return []
  const [vertical, horizontal, crossing] = paper.unicode ? ['│', '─', '┼'] : ['|', '-', '+']
  const drawn = new Table({
    head: columns.map(({title}) => title),
    chars: {...Object.fromEntries(outside.map((part) => [part, ''])), middle: vertical, mid: horizontal, 'mid-mid': crossing},
    style: {head: [], border: [], compact: true},
    colAligns: columns.map(({align}) => align ?? 'left'),
    colWidths: columnWidths(paper.columns - 2, columns, rows, rule.length).map((width) => width + 2),
    truncate: paper.unicode ? '…' : '~',
  })
  for (const row of rows) drawn.push([...row])
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}
