import {Text} from 'ink'
import {useTheme} from '../hooks/use-theme.ts'
import {markOf} from '../report/state-word.ts'
import {glyph, textStyle, toneOf} from '../theme.ts'

export interface StatusBadgeProps {
  /** Any state word of runs, datasets, files and checks. */
  readonly state: string
  readonly word?: string | undefined
}

/** The shape of a state, and its word where there is room for one; colour only repeats the shape. */
export function StatusBadge({state, word}: StatusBadgeProps) {
  const theme = useTheme()
  const mark = markOf(state === 'died' ? 'interrupted' : state)
  return <Text {...textStyle(theme, toneOf(mark))}>{word === undefined ? glyph(theme, mark) : `${glyph(theme, mark)} ${word}`}</Text>
}
