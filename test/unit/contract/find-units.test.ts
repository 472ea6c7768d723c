import {describe, expect, it} from 'vitest'
import {countTexts} from '../../../src/core/contract/count-texts.ts'
import {findUnits, withoutUnit} from '../../../src/core/contract/find-units.ts'

const many = (count: number, text: (n: number) => string): readonly string[] => Array.from({length: count}, (_, n) => text(n))
const find = (...texts: readonly (readonly string[])[]) => findUnits(countTexts(texts.flat()))

describe('findUnits', () => {
  it('finds one unit written in several ways', () => {
    const found = find(
      many(20, (n) => `${60 + n} kg`),
      many(20, (n) => `${60 + n}kg.`),
      many(20, (n) => `${60 + n} Kilogram`),
    )

    expect(found).toEqual({unit: 'kg', spellings: ['Kilogram', 'kg', 'kg.'], isOftenBare: false})
  })

  it('finds a unit that stands behind some numbers only, where the others are of the same size', () => {
    const bare = many(40, (n) => `0.0${n + 10}`)

    expect(
      find(
        bare,
        many(20, (n) => `0.0${n + 20}%`),
      ),
    ).toEqual({unit: '%', spellings: ['%'], isOftenBare: true})
    expect(
      find(
        bare,
        many(20, (n) => `${n + 20}%`),
      ),
    ).toBeUndefined()
  })

  it('leaves alone what is written one way, what has different units, and letters that are no unit', () => {
    expect(find(many(60, (n) => `${n} patients`))).toBeUndefined()
    expect(find(many(60, (n) => `${n}%`))).toBeUndefined()
    expect(
      find(
        many(59, (n) => `${n} kg`),
        many(2, (n) => `${n} Kg`),
      ),
    ).toBeUndefined()
    expect(
      find(
        many(30, (n) => `${50 + n} mg`),
        many(30, (n) => `${50 + n} g`),
      ),
    ).toBeUndefined()
    expect(
      find(
        many(30, (n) => `${50 + n}A`),
        many(30, (n) => `${50 + n}B`),
      ),
    ).toBeUndefined()
  })

  it('lets a few values say more than number and unit, and takes the unit from the others alone', () => {
    const found = find(
      many(30, (n) => `${12 + n} oz`),
      many(30, (n) => `${12 + n} ounce`),
      many(5, () => '12 oz in a can'),
    )

    expect(found?.spellings).toEqual(['ounce', 'oz'])
    if (found !== undefined) {
      expect(['12.5 oz', '12 ounce', '12 oz in a can', 'oz', '12'].map((text) => withoutUnit(text, found))).toEqual([
        '12.5',
        '12',
        '12 oz in a can',
        'oz',
        '12',
      ])
    }
  })
})
