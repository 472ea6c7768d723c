import {Box, Text} from 'ink'
import {columnGap, type ColumnSpec, type PlacedColumn, placeColumns} from '../columns.ts'
import {fit, widthOf} from '../fit.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {windowStart} from '../list.ts'
import {naturalWidth, type PageLine, pageLines, type Section} from '../page.ts'
import {glyph, type Theme, textStyle} from '../theme.ts'
import {Row} from './row.tsx'

export interface PageTableProps {
  readonly sections: readonly Section[]
  readonly width: number
  readonly height: number
  readonly selectedKey: string | undefined
}

/** Sections of rows in `height` lines, with the selected one in view; only what is in view is rendered. */
export function PageTable({sections, width, height, selectedKey}: PageTableProps) {
  const theme = useTheme()
  const lines = pageLines(sections)
  const focus = Math.max(
    0,
    lines.findIndex((line) => line.kind === 'row' && line.row.key === selectedKey),
  )
  const from = windowStart(lines.length, focus, height)
  const layouts = new Map(sections.map((section) => [section, layoutOf(section, width - 1, theme)]))
  return (
    <Box flexDirection="column" height={height} width={width} overflow="hidden">
      {lines.slice(from, from + height).map((line, index) => (
        <Line key={keyOf(line, from + index)} line={line} layout={layoutOfLine(line, layouts)} isSelected={line.kind === 'row' && line.row.key === selectedKey} />
      ))}
    </Box>
  )
}

interface Layout {
  readonly specs: readonly ColumnSpec[]
  readonly placed: readonly PlacedColumn[]
}

const noLayout: Layout = {specs: [], placed: []}

function layoutOfLine(line: PageLine, layouts: ReadonlyMap<Section, Layout>): Layout {
  return line.kind === 'row' || line.kind === 'heading' ? (layouts.get(line.section) ?? noLayout) : noLayout
}

const keyOf = (line: PageLine, position: number): string => (line.kind === 'row' ? `row ${line.row.key}` : `line ${position}`)

/** Widths come from all rows, in view or not, so that scrolling moves no column. */
function layoutOf(section: Section, width: number, theme: Theme): Layout {
  const shapeWidth = glyph(theme, 'ok').length
  const natural = section.columns.map(({title}, index) =>
    section.rows.reduce((widest, row) => Math.max(widest, naturalWidth(row.cells[index] ?? '', shapeWidth)), widthOf(title)),
  )
  return {specs: section.columns, placed: placeColumns(width, section.columns, natural)}
}

interface LineProps {
  readonly line: PageLine
  readonly layout: Layout
  readonly isSelected: boolean
}

function Line({line, layout, isSelected}: LineProps) {
  const theme = useTheme()
  switch (line.kind) {
    case 'row':
      return <Row row={line.row} {...layout} isSelected={isSelected} />
    case 'heading':
      return <Heading section={line.section} layout={layout} />
    case 'empty':
      return (
        <Text wrap="truncate-end" {...textStyle(theme, 'quiet')}>
          {`  ${line.text}`}
        </Text>
      )
    case 'blank':
      return <Text> </Text>
  }
}

/** The section's name over its first columns, the titles of the others where their cells stand. */
function Heading({section: {heading, note}, layout: {specs, placed}}: {readonly section: Section; readonly layout: Layout}) {
  const theme = useTheme()
  const label = note === undefined ? heading : `${heading}  ${note}`
  const titles = placed.map(({index, width}) => fit(specs[index]?.title ?? '', width, {align: specs[index]?.align ?? 'left'}))
  const line = titles.join(' '.repeat(columnGap))
  const firstTitle = line.search(/\S/)
  const room = firstTitle === -1 ? label.length : Math.max(0, firstTitle - columnGap)
  return (
    <Text wrap="truncate-end">
      {' '}
      <Text {...textStyle(theme, 'strong')}>{firstTitle === -1 ? label : fit(label, Math.max(room, 0))}</Text>
      <Text {...textStyle(theme, 'quiet')}>{firstTitle === -1 ? '' : line.slice(room)}</Text>
    </Text>
  )
}
