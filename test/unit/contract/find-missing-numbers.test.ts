import {describe, expect, it} from 'vitest'
import {countTexts} from '../../../src/core/contract/count-texts.ts'
import {findMissingNumbers} from '../../../src/core/contract/find-missing-numbers.ts'
import {guessColumns} from '../../../src/core/contract/guess-columns.ts'

const numbers = Array.from({length: 200}, (_, n) => String(60 + (n % 80)))
const times = (text: string, count: number): readonly string[] => Array.from({length: count}, () => text)
const find = (...texts: readonly (readonly string[])[]) => findMissingNumbers(countTexts(texts.flat()))

const drafted = (name: string, text: string) =>
  guessColumns([{name, texts: [...numbers, ...times(text, 8)], rows: []}], 'visit').columns[0]?.missing

describe('a guess of a column', () => {
  it('takes such a number for missing among measurements, and never among codes and ids', () => {
    expect(['weight', 'ward_code', 'order_id'].map((name) => drafted(name, '9999'))).toEqual([['9999'], [], []])
    expect(drafted('weight', '139')).toEqual([])
  })
})

describe('numbers that stand for nothing', () => {
  it('look like it, are frequent and lie far from all others', () => {
    expect(find(numbers, times('9999', 8))).toEqual(['9999'])
    expect(find(numbers, times('999.9', 8), times('-1', 6))).toEqual(['999.9', '-1'])
  })

  it('are not those that the others reach, that are rare, or that look like any number', () => {
    expect(find(numbers, times('99', 8))).toEqual([])
    expect(find(numbers, times('140', 3), times('9999', 4))).toEqual([])
    expect(find(numbers, times('5000', 8))).toEqual([])
    expect(find(numbers, ['-3', '-2'], times('-1', 30))).toEqual([])
    expect(find(numbers, ['4000'], times('999', 30))).toEqual([])
  })

  it('are not told among few different numbers', () => {
    expect(find(times('0', 100), times('1', 100), times('99', 20))).toEqual([])
  })
})
