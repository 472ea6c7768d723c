import {describe, expect, it} from 'vitest'
import {actionOf, footerKeys, keymap} from '../../../src/ui/keymap.ts'
import {tabs} from '../../../src/ui/views.ts'

describe('the keymap', () => {
  it('gives no key two meanings', () => {
    const keys = keymap.flatMap((binding) => binding.keys)

    expect(new Set(keys).size).toBe(keys.length)
  })

  it('reaches every tab by its number', () => {
    expect(tabs.map((_, index) => actionOf(String(index + 1)))).toEqual(tabs.map(({tab}) => `tab:${tab}`))
  })

  it('shows help and quit in the footer before all others', () => {
    expect(
      footerKeys(true)
        .map(({does}) => does)
        .slice(0, 2),
    ).toEqual(['quit', 'help'])
  })

  it('can show every key in ASCII', () => {
    expect(
      footerKeys(false)
        .map(({label}) => label)
        .join(''),
    ).toMatch(/^[\u0020-\u007e]*$/)
  })
})
