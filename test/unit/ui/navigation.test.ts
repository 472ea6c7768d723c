import {describe, expect, it} from 'vitest'
import {currentView, type KeyContext, type Navigation, pressKey, start} from '../../../src/ui/navigation.ts'
import {type View, viewKey} from '../../../src/ui/views.ts'

const overview: View = {screen: 'overview'}
const patient: View = {screen: 'dataset', dataset: 'patient'}
const context: KeyContext = {
  viewKey: viewKey(overview),
  rows: [{key: 'a'}, {key: 'b', opens: patient}, {key: 'c'}],
  pageSize: 10,
}

const press = (keys: readonly string[], from: Navigation = start): Navigation => keys.reduce((at, key) => pressKey(at, key, context), from)

describe('pressKey', () => {
  it('opens the selected row and comes back to it', () => {
    const opened = press(['j', 'enter'])
    const back = press(['escape'], opened)

    expect(currentView(opened)).toEqual(patient)
    expect(currentView(back)).toEqual(overview)
    expect(back.selected[viewKey(overview)]).toBe('b')
  })

  it('opens nothing on a row that leads nowhere', () => {
    expect(currentView(press(['enter']))).toEqual(overview)
  })

  it('takes keys that were typed faster than the next screen was drawn as keys without rows', () => {
    const nav = press(['j', 'enter', 'j', 'j', 'enter'])

    expect(currentView(nav)).toEqual(patient)
    expect(nav.selected[viewKey(patient)]).toBeUndefined()
  })

  it.each([
    [['g', 'r'], {screen: 'runs'}],
    [['g', 'q'], {screen: 'quality'}],
    [['2'], {screen: 'quality'}],
    [['tab'], {screen: 'quality'}],
    [['shift+tab'], {screen: 'runs'}],
    [['tab', 'tab', 'tab'], {screen: 'overview'}],
    [['g', 'x', 'j'], {screen: 'overview'}],
  ] as const)('goes by %j to %j', (keys, view) => {
    expect(currentView(press(keys))).toEqual(view)
  })

  it('goes to the top by gg and to the end by G', () => {
    const end = press(['G'])
    const top = press(['g', 'g'], end)

    expect([end.selected[viewKey(overview)], top.selected[viewKey(overview)]]).toEqual(['c', 'a'])
  })

  it('leaves the way back of a tab when another is chosen', () => {
    expect(press(['j', 'enter', '3']).stack).toEqual([{screen: 'runs'}])
  })

  it('writes a filter letter by letter, whatever the letters mean elsewhere', () => {
    const nav = press(['/', 'q', 'j', 'space', '2', 'x', 'backspace', 'enter'])

    expect([nav.filters[viewKey(overview)], nav.isFiltering, nav.end]).toEqual(['qj 2', false, undefined])
  })

  it('clears the filter before it goes back', () => {
    const filtered = press(['/', 'a', 'enter'])
    const cleared = press(['escape'], filtered)

    expect(cleared.filters[viewKey(overview)]).toBe('')
    expect(currentView(cleared)).toEqual(overview)
  })

  it('ends by q, but not while a filter or help is open; by Ctrl-C always', () => {
    expect(press(['q']).end).toBe('quit')
    expect(press(['/', 'q']).end).toBeUndefined()
    expect(press(['?', 'x']).isHelp).toBe(false)
    expect(press(['/', 'ctrl+c']).end).toBe('interrupted')
    expect(press(['?', 'ctrl+c']).end).toBe('interrupted')
  })
})
