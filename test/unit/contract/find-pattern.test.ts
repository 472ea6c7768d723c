import {describe, expect, it} from 'vitest'
import {countTexts} from '../../../src/core/contract/count-texts.ts'
import {findKnownForm, findPattern} from '../../../src/core/contract/find-pattern.ts'
import {checkPortableRegex} from '../../../src/core/expr/portable-regex.ts'

const many = (count: number, text: (n: number) => string): readonly string[] => Array.from({length: count}, (_, n) => text(n))
const find = (texts: readonly string[], quotesWords = true) => findPattern(countTexts(texts), {quotesWords})

describe('findPattern', () => {
  it('finds the form of codes, and what was mistyped', () => {
    const found = find([...many(100, (n) => `${10000 + n}`), '1o023', '100l7', 'x0001'])

    expect(found).toEqual({source: '^[0-9]{5}$', others: ['1o023', '100l7', 'x0001']})
  })

  it('keeps words that nearly all texts share, unless they may tell something', () => {
    const texts = [...many(80, (n) => `${n} patients`), ...many(20, () => 'none')]

    expect(find(texts)?.source).toBe('^(?:[0-9]+ patients|none)$')
    expect(find(texts, false)).toBeUndefined()
  })

  it('writes patterns that every engine reads', () => {
    const found = find(many(100, (n) => `(0${n % 10}) ${n}.${n}/x-${n}+[a]`))

    expect(checkPortableRegex(found?.source ?? '(')).toEqual({ok: true})
    expect(new RegExp(found?.source ?? 'never', 'u').test('(01) 1.1/x-1+[a]')).toBe(true)
  })

  it('has none for texts of many forms, for words, and for letters that no portable pattern names', () => {
    expect(
      find([...many(30, (n) => `${n}`), ...many(30, (n) => `${n}.${n}`), ...many(30, (n) => `a${n}`), ...many(30, (n) => `${n}-b`)]),
    ).toBeUndefined()
    expect(find(many(100, (n) => 'word '.repeat((n % 3) + 1).trim()))).toBeUndefined()
    expect(find(many(100, (n) => `${'äöüéè'[n % 5]}-${n}`))).toBeUndefined()
  })

  it('takes texts of another make for another form, not for mistakes', () => {
    expect(find([...many(100, (n) => `${10000 + n}`), 'see letter of the ward', 'unknown to us', 'ask'])).toBeUndefined()
  })
})

describe('findKnownForm', () => {
  const number = '^[0-9]+(?:[.][0-9]+)?$'
  const findNumber = (texts: readonly string[]) => findKnownForm(countTexts(texts), number)

  it('has a form beside a few texts that were mistyped, not beside many, and not beside other words', () => {
    const numbers = many(100, (n) => `${n}.5`)

    expect(findNumber([...numbers, '1o.5', '22..5'])).toEqual({source: number, others: ['1o.5', '22..5']})
    expect(findNumber([...numbers, ...many(9, (n) => `1o.${n}`)])).toBeUndefined()
    expect(findNumber([...numbers, 'not measured'])).toBeUndefined()
  })
})
