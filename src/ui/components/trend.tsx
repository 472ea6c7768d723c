import {Text} from 'ink'
import {useTheme} from '../hooks/use-theme.ts'
import {sparkline} from '../sparkline.ts'
import {textStyle} from '../theme.ts'

export interface TrendProps {
  /** 0 to 100, oldest first. */
  readonly points: readonly number[]
  readonly width: number
}

/** Scores as a line of bars, the newest at the right end; what does not fit is the oldest. */
export function Trend({points, width}: TrendProps) {
  const theme = useTheme()
  return <Text {...textStyle(theme, 'accent')}>{sparkline(points, width, theme.unicode)}</Text>
}
