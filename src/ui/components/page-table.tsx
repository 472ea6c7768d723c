import {Box, Text} from 'ink'
import {type ColumnSpec, columnGap, type PlacedColumn, placeColumns} from '../columns.ts'
import {fitText} from '../fit-text.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {windowStart} from '../list.ts'
import {naturalWidth, type PageLine, pageLines, type Section} from '../page.ts'
import {textWidth} from '../text-width.ts'
import {glyph, type Theme, textStyle, words} from '../theme.ts'
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
  const from = windowStart(lines.length, focusOf(lines, selectedKey, height), height)
  const layouts = new Map(sections.map((section) => [section, layoutOf(section, width - 1, theme)]))
  return (
    <Box flexDirection="column" height={height} width={width} overflow="hidden">
      {lines.slice(from, from + height).map((line, index) => (
        <Line
          key={keyOf(line, from + index)}
          line={line}
          layout={layoutOfLine(line, layouts)}
          isSelected={line.kind === 'row' && line.row.key === selectedKey}
        />
      ))}
    </Box>
  )
}

/** The selected line; what stands above the first row that can be selected is in view with it, and so is what follows the last. */
function focusOf(lines: readonly PageLine[], selectedKey: string | undefined, height: number): number {
  const selectable = lines.flatMap((line, index) => (line.kind === 'row' && !line.row.isFixed ? [{key: line.row.key, index}] : []))
  const at = selectable.findIndex(({key}) => key === selectedKey)
  const {index = 0} = selectable[at] ?? {}
  if (at <= 0 && index < height) return 0
  return at === selectable.length - 1 && lines.length - index <= height ? lines.length - 1 : index
}

interface Layout {
  readonly specs: readonly ColumnSpec[]
  readonly placed: readonly PlacedColumn[]
}

const noLayout: Layout = {specs: [], placed: []}

function layoutOfLine(line: PageLine, layouts: ReadonlyMap<Section, Layout>): Layout {
  return 'section' in line ? (layouts.get(line.section) ?? noLayout) : noLayout
}

const keyOf = (line: PageLine, position: number): string => (line.kind === 'row' ? `row ${line.row.key}` : `line ${position}`)

/** Widths come from all rows, in view or not, so that scrolling moves no column. */
function layoutOf(section: Section, width: number, theme: Theme): Layout {
  const shapeWidth = glyph(theme, 'ok').length
  const natural = section.columns.map(({title}, index) =>
    section.rows.reduce((widest, row) => Math.max(widest, naturalWidth(row.cells[index] ?? '', shapeWidth)), textWidth(title)),
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
    case 'titles':
      return (
        <Text wrap="truncate-end" {...textStyle(theme, 'quiet')}>
          {` ${titlesOf(layout)}`}
        </Text>
      )
    case 'empty':
      return (
        <Text wrap="truncate-end" {...textStyle(theme, 'quiet')}>
          {words(theme, `  ${line.text}`)}
        </Text>
      )
    case 'blank':
      return <Text> </Text>
  }
}

/** The section's name, with the titles of the columns beside it unless they have a line of their own. */
function Heading({section, layout}: {readonly section: Section; readonly layout: Layout}) {
  const theme = useTheme()
  const {heading, note, columns} = section
  const label = note === undefined ? heading : `${heading}  ${note}`
  const titles = note === undefined && columns[0]?.title === '' && section.rows.length > 0 ? titlesOf(layout) : ''
  const room = titles.search(/\S/) - columnGap
  return (
    <Text wrap="truncate-end">
      {' '}
      <Text {...textStyle(theme, 'strong')}>{room > 0 ? fitText(label, room) : label}</Text>
      <Text {...textStyle(theme, 'quiet')}>{room > 0 ? titles.slice(room) : ''}</Text>
    </Text>
  )
}

function titlesOf({specs, placed}: Layout): string {
  return placed
    .map(({index, width}) => fitText(specs[index]?.title ?? '', width, {align: specs[index]?.align ?? 'left'}))
    .join(' '.repeat(columnGap))
}
