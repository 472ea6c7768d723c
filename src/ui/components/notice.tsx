import {Box, Text} from 'ink'
import {useTheme} from '../hooks/use-theme.ts'
import type {Mark} from '../report/state-word.ts'
import {glyph, textStyle, toneOf, words} from '../theme.ts'

export interface NoticeProps {
  readonly mark: Mark
  readonly text: string
  /** What to do about it. */
  readonly next?: string | undefined
  readonly width: number
}

/** One or two lines over the body: the database is away, a question failed, something is being read. */
export function Notice({mark, text, next, width}: NoticeProps) {
  const theme = useTheme()
  return (
    <Box flexDirection="column" width={width}>
      <Text wrap="truncate-end" {...textStyle(theme, toneOf(mark))}>
        {` ${glyph(theme, mark)} ${words(theme, text)}`}
      </Text>
      {next === undefined ? null : <Text wrap="truncate-end">{`   next: ${next}`}</Text>}
    </Box>
  )
}
