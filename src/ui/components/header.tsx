import {Box, Text} from 'ink'
import type {Liveness} from '../../core/query/index.ts'
import {fitText} from '../fit-text.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {formatClock} from '../report/format.ts'
import {textWidth} from '../text-width.ts'
import {glyph, textStyle, words} from '../theme.ts'
import {type Tab, tabs} from '../views.ts'

export interface HeaderProps {
  readonly workspace: string
  readonly tab: Tab
  readonly liveness: Liveness | undefined
  readonly now: Date
  readonly width: number
}

/** Name, tabs, and whether the picture is live; the name of the workspace gives way first. */
export function Header({workspace, tab, liveness, now, width}: HeaderProps) {
  const theme = useTheme()
  const live = liveWords(liveness, now, theme.timeZone)
  const shown = tabs.map(({title}, index) => ` ${index + 1} ${title} `)
  const right = `${glyph(theme, live.mark)} ${live.text} `
  const fixed = textWidth(' hippo  ') + textWidth(shown.join('')) + textWidth(right)
  const room = Math.max(0, Math.min(textWidth(workspace), width - fixed - 2))
  const gap = Math.max(1, width - fixed - room)
  return (
    <Box flexDirection="column" width={width} height={2}>
      <Text wrap="truncate-end">
        <Text {...textStyle(theme, 'strong')}> hippo</Text>
        {`  ${fitText(workspace, room)}`}
        {' '.repeat(Math.ceil(gap / 2))}
        {tabs.map(({tab: one}, index) => (
          <TabName key={one} text={shown[index] ?? ''} isOpen={one === tab} />
        ))}
        {' '.repeat(Math.floor(gap / 2))}
        <Text {...textStyle(theme, live.tone)}>{right}</Text>
      </Text>
      <Rule width={width} />
    </Box>
  )
}

/** The open tab is set off without colour too. */
function TabName({text, isOpen}: {readonly text: string; readonly isOpen: boolean}) {
  const theme = useTheme()
  if (!isOpen) return <Text {...textStyle(theme, 'quiet')}>{text}</Text>
  const framed = `[${text.slice(1, -1)}]`
  return <Text {...textStyle(theme, 'accent')}>{framed}</Text>
}

export function Rule({width}: {readonly width: number}) {
  const theme = useTheme()
  return <Text {...textStyle(theme, 'quiet')}>{words(theme, '─').repeat(width)}</Text>
}

function liveWords(liveness: Liveness | undefined, now: Date, timeZone: string | undefined) {
  if (liveness === undefined) return {mark: 'waiting', text: 'connecting', tone: 'quiet'} as const
  if (liveness.state === 'stale') return {mark: 'warn', text: `stale since ${formatClock(liveness.since, timeZone)}`, tone: 'warn'} as const
  return {mark: 'ok', text: `live  ${formatClock(now.toISOString(), timeZone)}`, tone: 'ok'} as const
}
