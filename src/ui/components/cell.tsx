import {Text} from 'ink'
import {fitText} from '../fit-text.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {type CellContent, naturalWidth} from '../page.ts'
import {untrusted} from '../report/untrusted.ts'
import {glyph, textStyle, words} from '../theme.ts'
import {ProgressBar} from './progress-bar.tsx'
import {StatusBadge} from './status-badge.tsx'
import {Trend} from './trend.tsx'

export interface CellProps {
  readonly content: CellContent
  readonly width: number
  readonly align: 'left' | 'right'
}

/** One cell in exactly `width` columns. Screens make their texts safe; here is the last door, where nothing slips through. */
export function Cell({content, width, align}: CellProps) {
  const theme = useTheme()
  const options = {align, ellipsis: theme.unicode ? '…' : '~'}
  if (typeof content === 'string') return <Text>{fitText(untrusted(content), width, options)}</Text>
  switch (content.kind) {
    case 'text':
      return <Text {...textStyle(theme, content.tone)}>{fitText(untrusted(content.text), width, options)}</Text>
    case 'none':
      return <Text {...textStyle(theme, 'quiet')}>{fitText(words(theme, '—'), width, options)}</Text>
    case 'trend':
      return <Trend points={content.points} width={width} align={align} />
    case 'bar':
      return <ProgressBar share={content.share} width={width} />
    case 'badge': {
      const shapeWidth = glyph(theme, 'ok').length
      const wordWidth = width - shapeWidth - 1
      const word =
        content.word === undefined || wordWidth <= 0 ? undefined : fitText(untrusted(content.word), wordWidth, {...options, align: 'left'})
      const padding = Math.max(
        0,
        width - naturalWidth({kind: 'badge', state: content.state, ...(word === undefined ? {} : {word})}, shapeWidth),
      )
      return (
        <Text>
          <StatusBadge state={content.state} word={word} />
          {' '.repeat(padding)}
        </Text>
      )
    }
  }
}
