import fc from 'fast-check'
import stringWidth from 'string-width'
import {describe, expect, it} from 'vitest'
import {fitText} from '../../../src/ui/fit-text.ts'

describe('fitText', () => {
  it.each([
    ['abc', 5, 'left', 'abc  '],
    ['abc', 5, 'right', '  abc'],
    ['abcdef', 4, 'left', 'abc…'],
    ['患者データ', 5, 'left', '患者…'],
    ['患者データ', 6, 'left', '患者… '],
    ['', 3, 'left', '   '],
    ['abc', 0, 'left', ''],
  ] as const)('makes %j %i wide, %s', (text, width, align, expected) => {
    expect(fitText(text, width, {align})).toBe(expected)
  })

  it('gives exactly the width for whatever text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.integer({min: 1, max: 40}), (text, width) => {
        const printable = text.replace(/\p{C}/gu, '')
        expect(stringWidth(fitText(printable, width))).toBe(width)
      }),
    )
  })
})
