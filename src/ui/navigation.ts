// Where the dashboard is and what a key makes of it. Pure: the same keys on the same rows always lead to the same place.
import {type Action, actionOf, jumps} from './keymap.ts'
import {type Move, moveSelection, selectedIndex} from './list.ts'
import {type Tab, tabOf, tabs, type View, viewKey} from './views.ts'

export interface Navigation {
  /** The last is shown; Esc goes back. Never empty. */
  readonly stack: readonly View[]
  /** View key -> key of the selected row. */
  readonly selected: Readonly<Record<string, string>>
  /** View key -> words typed after `/`. */
  readonly filters: Readonly<Record<string, string>>
  readonly isFiltering: boolean
  readonly isHelp: boolean
  /** `g` was typed and waits for its letter. */
  readonly isJumping: boolean
  readonly end?: 'quit' | 'interrupted'
}

/** What is on the screen when a key is pressed. */
export interface KeyContext {
  /** Key of the view the rows belong to; keys typed faster than it is drawn find no rows. */
  readonly viewKey: string
  readonly rows: readonly {readonly key: string; readonly opens?: View}[]
  /** Lines of a page. */
  readonly pageSize: number
}

export const start: Navigation = {
  stack: [{screen: 'overview'}],
  selected: {},
  filters: {},
  isFiltering: false,
  isHelp: false,
  isJumping: false,
}

export function currentView({stack}: Navigation): View {
  return stack.at(-1) ?? {screen: 'overview'}
}

export function pressKey(nav: Navigation, key: string, context: KeyContext): Navigation {
  if (key === 'ctrl+c') return {...nav, end: 'interrupted'}
  if (nav.isFiltering) return typeFilter(nav, key)
  if (nav.isHelp) return key === 'q' ? {...nav, end: 'quit'} : {...nav, isHelp: false}
  if (nav.isJumping) {
    const jump = jumps[key]
    const settled = {...nav, isJumping: false}
    return jump === undefined ? settled : act(settled, jump, context)
  }
  const action = actionOf(key)
  return action === undefined ? nav : act(nav, action, context)
}

function act(nav: Navigation, action: Action, context: KeyContext): Navigation {
  switch (action) {
    case 'quit':
      return {...nav, end: 'quit'}
    case 'interrupt':
      return {...nav, end: 'interrupted'}
    case 'help':
      return {...nav, isHelp: true}
    case 'jump':
      return {...nav, isJumping: true}
    case 'filter':
      return {...nav, isFiltering: true}
    case 'open':
      return open(nav, context)
    case 'back':
      return back(nav)
    case 'nextTab':
      return toTab(nav, neighbour(nav, 1))
    case 'previousTab':
      return toTab(nav, neighbour(nav, -1))
    case 'up':
    case 'down':
    case 'pageUp':
    case 'pageDown':
    case 'first':
    case 'last':
      return move(nav, action, context)
    default:
      return toTab(nav, action.slice('tab:'.length) as Tab)
  }
}

const rowsOf = (nav: Navigation, {viewKey: shown, rows}: KeyContext): KeyContext['rows'] =>
  shown === viewKey(currentView(nav)) ? rows : []

function move(nav: Navigation, action: Move, context: KeyContext): Navigation {
  const key = viewKey(currentView(nav))
  const keys = rowsOf(nav, context).map((row) => row.key)
  const next = moveSelection(keys, nav.selected[key], action, context.pageSize)
  return next === undefined ? nav : {...nav, selected: {...nav.selected, [key]: next}}
}

function open(nav: Navigation, context: KeyContext): Navigation {
  const rows = rowsOf(nav, context)
  const keys = rows.map((row) => row.key)
  const selected = rows[selectedIndex(keys, nav.selected[viewKey(currentView(nav))])]
  return selected?.opens === undefined ? nav : {...nav, stack: [...nav.stack, selected.opens]}
}

/** A filter is cleared first; then the way goes back; on a tab there is nowhere to go. */
function back(nav: Navigation): Navigation {
  const key = viewKey(currentView(nav))
  if (nav.filters[key]) return {...nav, filters: {...nav.filters, [key]: ''}}
  return nav.stack.length > 1 ? {...nav, stack: nav.stack.slice(0, -1)} : nav
}

const toTab = (nav: Navigation, screen: Tab): Navigation => ({...nav, stack: [{screen}]})

function neighbour({stack}: Navigation, by: number): Tab {
  const at = tabs.findIndex(({tab}) => tab === tabOf(stack))
  return tabs[(at + by + tabs.length) % tabs.length]?.tab ?? 'overview'
}

const longestFilter = 60

function typeFilter(nav: Navigation, key: string): Navigation {
  const view = viewKey(currentView(nav))
  const typed = nav.filters[view] ?? ''
  const withFilter = (filter: string): Navigation => ({...nav, filters: {...nav.filters, [view]: filter}})
  if (key === 'enter') return {...nav, isFiltering: false}
  if (key === 'escape') return {...withFilter(''), isFiltering: false}
  if (key === 'backspace') return withFilter([...typed].slice(0, -1).join(''))
  if (key === 'ctrl+u') return withFilter('')
  const character = key === 'space' ? ' ' : [...key].length === 1 ? key : ''
  return typed.length < longestFilter ? withFilter(typed + character) : nav
}
