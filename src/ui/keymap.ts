// The one table of keys: what each does, where it works and how it is shown. Help, footer and the interpreter are made from it.
import {type Tab, tabs} from './views.ts'

export type Action =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | 'filter'
  | 'help'
  | 'nextTab'
  | 'previousTab'
  | 'jump'
  | 'quit'
  | 'interrupt'
  | `tab:${Tab}`

export interface KeyBinding {
  readonly action: Action
  /** Names as `keysOf` gives them. */
  readonly keys: readonly string[]
  /** How the keys are shown, and how on a terminal without such characters. */
  readonly label: string
  readonly asciiLabel?: string
  readonly does: string
  /** Group in the help. */
  readonly where: 'move' | 'look' | 'go'
  /** In the footer; 1 is the last to give way on a narrow terminal. The others stand in the help only. */
  readonly footer?: {readonly rank: number; readonly does: string}
}

export const keymap: readonly KeyBinding[] = [
  {
    action: 'down',
    keys: ['down', 'j'],
    label: '↓ j',
    asciiLabel: 'down j',
    does: 'next row',
    where: 'move',
    footer: {rank: 4, does: 'move'},
  },
  {action: 'up', keys: ['up', 'k'], label: '↑ k', asciiLabel: 'up k', does: 'row before', where: 'move'},
  {action: 'pageDown', keys: ['pageDown', 'ctrl+f', 'space'], label: 'PgDn', does: 'next page', where: 'move'},
  {action: 'pageUp', keys: ['pageUp', 'ctrl+b'], label: 'PgUp', does: 'page before', where: 'move'},
  {action: 'first', keys: ['home'], label: 'Home gg', does: 'first row', where: 'move'},
  {action: 'last', keys: ['end', 'G'], label: 'End G', does: 'last row', where: 'move'},
  {
    action: 'open',
    keys: ['enter', 'right', 'l'],
    label: '⏎ → l',
    asciiLabel: 'Enter l',
    does: 'open the row',
    where: 'look',
    footer: {rank: 3, does: 'open'},
  },
  {
    action: 'back',
    keys: ['escape', 'left', 'h', 'backspace'],
    label: 'Esc ← h',
    asciiLabel: 'Esc h',
    does: 'back; clear the filter',
    where: 'look',
    footer: {rank: 5, does: 'back'},
  },
  {action: 'filter', keys: ['/'], label: '/', does: 'show only rows with these words', where: 'look', footer: {rank: 6, does: 'filter'}},
  {action: 'jump', keys: ['g'], label: 'g', does: 'jump: go, gq, gr to a screen, gg to the top', where: 'go'},
  {action: 'nextTab', keys: ['tab'], label: 'Tab', does: 'next screen', where: 'go'},
  {action: 'previousTab', keys: ['shift+tab'], label: 'Shift-Tab', does: 'screen before', where: 'go'},
  ...tabs.map(
    ({tab, title}, index): KeyBinding => ({
      action: `tab:${tab}`,
      keys: [String(index + 1)],
      label: String(index + 1),
      does: title,
      where: 'go',
    }),
  ),
  {action: 'help', keys: ['?'], label: '?', does: 'these keys', where: 'go', footer: {rank: 2, does: 'help'}},
  {action: 'quit', keys: ['q'], label: 'q', does: 'quit', where: 'go', footer: {rank: 1, does: 'quit'}},
  {action: 'interrupt', keys: ['ctrl+c'], label: 'Ctrl-C', does: 'quit with exit code 130', where: 'go'},
]

/** After `g`: the letter of a screen, or `g` for the top. */
export const jumps: Readonly<Record<string, Action>> = {g: 'first', o: 'tab:overview', q: 'tab:quality', r: 'tab:runs'}

/** What a key does, or undefined. */
export function actionOf(key: string): Action | undefined {
  return keymap.find(({keys}) => keys.includes(key))?.action
}

/** Short labels for the footer, most important first. */
export function footerKeys(unicode: boolean): readonly {readonly label: string; readonly does: string; readonly rank: number}[] {
  return keymap
    .flatMap(({label, asciiLabel, footer, action}) => {
      if (footer === undefined) return []
      const shown = action === 'down' ? (unicode ? '↑↓' : 'jk') : (unicode ? label : (asciiLabel ?? label)).split(' ')[0]
      return [{label: shown ?? label, ...footer}]
    })
    .sort((a, b) => a.rank - b.rank)
}
