import {describe, expect, it} from 'vitest'
import {countTexts} from '../../../src/core/contract/count-texts.ts'
import {hintsOf} from '../../../src/core/contract/name-hints.ts'
import {phiByContent} from '../../../src/core/contract/phi-content.ts'
import {portrayColumn} from '../../../src/core/contract/portray-column.ts'

const many = (count: number, text: (n: number) => string): readonly string[] => Array.from({length: count}, (_, n) => text(n))
const portray = (name: string, texts: readonly string[], as: {readonly isUuid?: boolean; readonly isTime?: boolean} = {}) =>
  portrayColumn(countTexts(texts), {hints: hintsOf(name, 'visit'), isUuid: false, isTime: false, ...as})

describe('portrayColumn', () => {
  it('shows quantiles of numbers, and neither their ends', () => {
    expect(
      portray(
        'weight',
        many(100, (n) => `${n}`),
      ).quantiles,
    ).toEqual({p5: 4, p25: 24, p50: 49, p75: 74, p95: 94})
  })

  it('shows forms and values that several rows share, most frequent first', () => {
    const texts = [...many(60, () => 'IN-10'), ...many(30, () => 'OUT-1'), ...many(9, () => 'day case'), 'Alpha']

    expect(portray('class', texts)).toEqual({
      forms: [
        {form: 'A+-9{2}', percent: 60},
        {form: 'A+-9', percent: 30},
        {form: 'a+ a+', percent: 9},
      ],
      top: [
        {value: 'IN-10', percent: 60},
        {value: 'OUT-1', percent: 30},
        {value: 'day case', percent: 9},
      ],
    })
  })

  it.each(['first_name', 'mrn', 'city', 'attending', 'notes', 'visit_id'])('shows no value and no length of %s', (name) => {
    const {forms, top, quantiles} = portray(name, [...many(60, () => '12345'), ...many(40, () => 'Basel')])

    expect({forms, top, quantiles}).toEqual({
      forms: [
        {form: '9+', percent: 60},
        {form: 'Aa+', percent: 40},
      ],
      top: [
        {value: '••••', percent: 60},
        {value: '••••', percent: 40},
      ],
      quantiles: undefined,
    })
  })

  it('shows no identifier and no moment, whatever the name', () => {
    expect(
      portray(
        'stay',
        many(20, () => 'a'),
        {isUuid: true},
      ),
    ).toEqual({forms: [{form: 'UUID', percent: 100}], top: []})
    expect(
      portray(
        'seen',
        many(20, () => '2026-01-01'),
        {isTime: true},
      ),
    ).toEqual({forms: [], top: []})
  })
})

describe('phiByContent', () => {
  it.each([
    ['email', ['a@b.org', 'c.d@e.ch', 'f@g.uk', 'h@i.de', 'none']],
    ['telephone', ['555-123-4567', '(061) 123 4567', '+41612345678', '061 123 4567', '061/123-4567']],
    ['social-security-number', many(5, (n) => `12${n}-45-6789`)],
    ['ip-address', many(5, (n) => `10.0.0.${n}`)],
    ['url', many(5, (n) => `https://example.org/${n}`)],
    [undefined, many(5, (n) => `2026-01-0${n + 1}`)],
    [undefined, ['8302-2', '2345-7', '29463-7', '718-7', '4548-4']],
    [undefined, many(5, (n) => `250.0${n}`)],
    [undefined, many(5, (n) => `1234567890${n}`)],
    [undefined, ['a@b.org', 'c@d.org']],
  ])('says %s of %j', (category, texts) => {
    expect(phiByContent(texts)).toBe(category)
  })
})
