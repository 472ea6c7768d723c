import {Box, Text} from 'ink'
import {fitText} from '../fit-text.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {footerKeys} from '../keymap.ts'
import {textWidth} from '../text-width.ts'
import {textStyle} from '../theme.ts'
import {Rule} from './header.tsx'

export interface FooterProps {
  /** The command that does what the selected row is about. */
  readonly command: string | undefined
  readonly width: number
}

/** The keys that work, and the command to type instead. Keys give way to the command, the least needed first. */
export function Footer({command, width}: FooterProps) {
  const theme = useTheme()
  const shownCommand = command === undefined ? '' : fitText(command, Math.min(textWidth(command), width - 20))
  const keys = keysFor(width - textWidth(shownCommand) - 4, theme.unicode)
  return (
    <Box flexDirection="column" width={width} height={2}>
      <Rule width={width} />
      <Text wrap="truncate-end">
        <Text {...textStyle(theme, 'quiet')}>{` ${keys}`}</Text>
        {' '.repeat(Math.max(1, width - 2 - textWidth(keys) - textWidth(shownCommand)))}
        <Text {...textStyle(theme, 'accent')}>{shownCommand}</Text>
      </Text>
    </Box>
  )
}

function keysFor(room: number, unicode: boolean): string {
  const ranked = footerKeys(unicode).map(({label, does, rank}) => ({rank, text: `${label} ${does}`}))
  for (let count = ranked.length; count > 0; count--) {
    const line = ranked
      .slice(0, count)
      .toSorted((a, b) => b.rank - a.rank)
      .map(({text}) => text)
      .join('  ')
    if (textWidth(line) <= room) return line
  }
  return ''
}
