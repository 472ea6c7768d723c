import {Text} from 'ink'
import {fit} from '../fit.ts'
import {useTheme} from '../hooks/use-theme.ts'
import {type CellContent, naturalWidth} from '../page.ts'
import {glyph, textStyle} from '../theme.ts'
import {ProgressBar} from './progress-bar.tsx'
import {StatusBadge} from './status-badge.tsx'
import {Trend} from './trend.tsx'

export interface CellProps {
  readonly content: CellContent
  readonly width: number
  readonly align: 'left' | 'right'
}

/** One cell in exactly `width` columns. */
export function Cell({content, width, align}: CellProps) {
  const theme = useTheme()
  const options = {align, ellipsis: theme.unicode ? '…' : '~'}
  if (typeof content === 'string') return <Text>{fit(content, width, options)}</Text>
  switch (content.kind) {
    case 'text':
      return <Text {...textStyle(theme, content.tone)}>{fit(content.text, width, options)}</Text>
    case 'trend':
      return <Trend points={content.points} width={width} />
    case 'bar':
      return <ProgressBar share={content.share} width={width} />
    case 'badge': {
      const shapeWidth = glyph(theme, 'ok').length
      const wordWidth = width - shapeWidth - 1
      const word = content.word === undefined || wordWidth <= 0 ? undefined : fit(content.word, wordWidth, {...options, align: 'left'})
      const padding = Math.max(0, width - naturalWidth({kind: 'badge', state: content.state, ...(word === undefined ? {} : {word})}, shapeWidth))
      return (
        <Text>
          <StatusBadge state={content.state} word={word} />
          {' '.repeat(padding)}
        </Text>
      )
    }
  }
}
