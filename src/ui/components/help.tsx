import {Box, Text} from 'ink'
import {useTheme} from '../hooks/use-theme.ts'
import {type KeyBinding, keymap} from '../keymap.ts'
import {textStyle, words} from '../theme.ts'

const groups: readonly {readonly where: KeyBinding['where']; readonly title: string}[] = [
  {where: 'move', title: 'MOVE'},
  {where: 'look', title: 'LOOK'},
  {where: 'go', title: 'GO'},
]

/** All keys, from the one table of them. */
export function Help({width, height}: {readonly width: number; readonly height: number}) {
  const theme = useTheme()
  const shown = ({label, asciiLabel}: KeyBinding): string => (theme.unicode ? label : (asciiLabel ?? label))
  const labelWidth = Math.max(...keymap.map((binding) => shown(binding).length))
  const lines = groups.flatMap(({where, title}) => [
    {text: title, isTitle: true},
    ...keymap
      .filter((binding) => binding.where === where)
      .map((binding) => ({text: `  ${shown(binding).padEnd(labelWidth)}  ${binding.does}`, isTitle: false})),
  ])
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {lines.slice(0, height - 1).map(({text, isTitle}) => (
        <Text key={text} wrap="truncate-end" {...(isTitle ? textStyle(theme, 'strong') : {})}>
          {` ${text}`}
        </Text>
      ))}
      <Text wrap="truncate-end" {...textStyle(theme, 'quiet')}>
        {words(theme, ' Every key closes this. For lines instead of a screen: hippo status --watch')}
      </Text>
    </Box>
  )
}
