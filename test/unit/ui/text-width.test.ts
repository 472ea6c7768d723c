import fc from 'fast-check'
import stringWidth from 'string-width'
import {describe, expect, it} from 'vitest'
import {textWidth} from '../../../src/ui/text-width.ts'

describe('textWidth', () => {
  it('measures text as the terminal shows it', () => {
    expect(['abc', 'é', '患', '👩‍⚕️', '▲', '\u001b[33m▲\u001b[39m'].map(textWidth)).toEqual([3, 1, 2, 2, 1, 1])
  })

  it('agrees with the tables of Unicode on every character it measures by itself, alone and between others', () => {
    const characters = Array.from({length: 0x3000}, (_, code) => String.fromCharCode(code)).filter((one) => one !== '\u001b')

    const differing = characters.filter((one) => textWidth(one) !== stringWidth(one) || textWidth(`a${one}▲`) !== stringWidth(`a${one}▲`))

    expect(differing).toEqual([])
  })

  it('agrees with them on whatever text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), (text) => {
        expect(textWidth(text)).toBe(stringWidth(text))
      }),
    )
  })
})
