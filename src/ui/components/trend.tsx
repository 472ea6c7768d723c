import {Text} from 'ink'
import {fitText} from '../fit-text.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {sparkline} from '../sparkline.ts'
import {textStyle} from '../theme.ts'

export interface TrendProps {
  /** 0 to 100, oldest first. */
  readonly points: readonly number[]
  readonly width: number
  readonly align: 'left' | 'right'
}

/** Scores as a line of bars, the newest last; what does not fit is the oldest. */
export function Trend({points, width, align}: TrendProps) {
  const theme = useTheme()
  return <Text {...textStyle(theme, 'accent')}>{fitText(sparkline(points, width, theme.unicode), width, {align})}</Text>
}
