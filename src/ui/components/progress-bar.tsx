import {Text} from 'ink'
import {useTheme} from '../hooks/use-theme.ts'
import {textStyle} from '../theme.ts'

export interface ProgressBarProps {
  /** 0 to 1. */
  readonly share: number
  readonly width: number
}

/** How much of the work is done; full only when all of it is. */
export function ProgressBar({share, width}: ProgressBarProps) {
  const theme = useTheme()
  const filled = Math.max(0, Math.min(width, Math.floor(share * width)))
  const [full, empty] = theme.unicode ? ['▓', '░'] : ['#', '.']
  return <Text {...textStyle(theme, 'accent')}>{full.repeat(filled) + empty.repeat(width - filled)}</Text>
}
