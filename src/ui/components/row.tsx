import {Text} from 'ink'
import {type ColumnSpec, columnGap, type PlacedColumn} from '../columns.ts'
import {useTheme} from '../hooks/use-theme.ts'
import type {PageRow} from '../page.ts'
import {textStyle, words} from '../theme.ts'
import {Cell} from './cell.tsx'

export interface RowProps {
  readonly row: PageRow
  readonly specs: readonly ColumnSpec[]
  readonly placed: readonly PlacedColumn[]
  readonly isSelected: boolean
}

/** One line of a table; the selected one bears a mark at its left edge. */
export function Row({row, specs, placed, isSelected}: RowProps) {
  const theme = useTheme()
  return (
    <Text wrap="truncate-end" {...(isSelected ? textStyle(theme, 'strong') : {})}>
      <Text {...textStyle(theme, 'accent')}>{isSelected ? words(theme, '▸') : ' '}</Text>
      {placed.map(({index, width}, position) => (
        <Text key={specs[index]?.title || index}>
          {' '.repeat(position === 0 ? 0 : columnGap)}
          <Cell content={row.cells[index] ?? ''} width={width} align={specs[index]?.align ?? 'left'} />
        </Text>
      ))}
    </Text>
  )
}
