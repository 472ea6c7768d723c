import {describe, expect, it} from 'vitest'
import {moveSelection, selectedIndex, windowStart} from '../../../src/ui/list.ts'

const keys = ['a', 'b', 'c', 'd', 'e']

describe('moveSelection', () => {
  it.each([
    ['up', 'c', 'b'],
    ['down', 'c', 'd'],
    ['up', 'a', 'a'],
    ['down', 'e', 'e'],
    ['pageDown', 'a', 'c'],
    ['pageUp', 'e', 'c'],
    ['pageDown', 'd', 'e'],
    ['first', 'd', 'a'],
    ['last', 'a', 'e'],
    ['down', undefined, 'b'],
  ] as const)('goes %s from %s to %s', (move, from, to) => {
    expect(moveSelection(keys, from, move, 3)).toBe(to)
  })

  it('starts at the first row when the selected one is gone', () => {
    expect(moveSelection(keys, 'gone', 'down', 3)).toBe('b')
  })

  it('selects nothing in an empty list', () => {
    expect(moveSelection([], 'a', 'down', 3)).toBeUndefined()
    expect(selectedIndex([], 'a')).toBe(-1)
  })
})

describe('windowStart', () => {
  it('shows all of a list that fits', () => {
    expect(windowStart(5, 4, 10)).toBe(0)
  })

  it('keeps every focus in view and never shows past either end', () => {
    for (let focus = 0; focus < 50; focus++) {
      const from = windowStart(50, focus, 7)

      expect(focus).toBeGreaterThanOrEqual(from)
      expect(focus).toBeLessThan(from + 7)
      expect(from).toBeGreaterThanOrEqual(0)
      expect(from + 7).toBeLessThanOrEqual(50)
    }
  })
})
