// Aligned columns without lines, as wide as the paper: flexible columns give way first, the widest before the others.
import {type FitOptions, fitText} from '../fit-text.ts'
import {colorCode, textWidth} from '../text-width.ts'
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
const colorCodes = new RegExp(`(${colorCode.source})`)

/** Lines of a table, indented; the line of titles is left out when all are empty. A cell is one line of printable text. */
export function table(paper: Paper, columns: readonly ColumnSpec[], rows: readonly (readonly string[])[], indent = 2): readonly string[] {
  if (rows.length === 0) return []
  const widths = columnWidths(paper.columns - indent, columns, rows, gap)
  const excess = widths.reduce((sum, width) => sum + width + gap, -gap) - (paper.columns - indent)
  const dropped = excess > 0 ? firstToDrop(columns) : undefined
  if (dropped !== undefined)
    return table(
      paper,
      columns.toSpliced(dropped, 1),
      rows.map((row) => row.toSpliced(dropped, 1)),
      indent,
    )
  const ellipsis = paper.unicode ? '…' : '~'
  const draw = (cells: readonly string[]): string => {
    const fitted = columns.map(({align = 'left'}, index) => fitCell(cells[index] ?? '', widths[index] ?? 0, {align, ellipsis}))
    return `${' '.repeat(indent)}${fitted.join(' '.repeat(gap))}`.trimEnd()
  }
  const titles = columns.map(({title}) => paint(paper, 'quiet', title))
  return [...(columns.some(({title}) => title !== '') ? [titles] : []), ...rows].map(draw)
}

/** Like `fitText`; text that is cut keeps its colours. */
function fitCell(text: string, width: number, options: FitOptions): string {
  if (textWidth(text) <= width) return fitText(text, width, options)
  // The last column is the ellipsis: the part that reaches into it is cut there, and of those behind it colours alone are left.
  let room = width
  return text
    .split(colorCodes)
    .map((part) => {
      if (part.startsWith('\u001b')) return part
      const partWidth = textWidth(part)
      const shown = partWidth < room ? part : fitText(part.padEnd(part.length + 1), room, options)
      room = Math.max(0, room - partWidth)
      return shown
    })
    .join('')
}

function firstToDrop(columns: readonly ColumnSpec[]): number | undefined {
  const [first] = columns.flatMap(({drop}, index) => (drop === undefined ? [] : [{drop, index}])).sort((a, b) => a.drop - b.drop)
  return first?.index
}

/** Columns of text that each column gets, `gap` between two. */
export function columnWidths(
  available: number,
  columns: readonly ColumnSpec[],
  rows: readonly (readonly string[])[],
  gap: number,
): readonly number[] {
  const widths = columns.map(({title}, index) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[index] ?? ''))))
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
