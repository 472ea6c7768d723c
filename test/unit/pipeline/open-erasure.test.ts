import {describe, expect, it} from 'vitest'
import {openErasureMark, totalFound} from '../../../src/core/pipeline/erasure/open-erasure.ts'

describe('totalFound', () => {
  it('counts once what a second run finds again, and adds what only one of them found', () => {
    const first = [
      {location: 'silver', dataset: 'visit', places: 2, rows: 5},
      {location: 'bronze', places: 3, rows: 6},
    ]
    const second = [
      {location: 'bronze', places: 1, rows: 2},
      {location: 'silver', dataset: 'person', places: 1, rows: 1},
    ]

    const total = totalFound(first, second)

    expect(total).toEqual([...first, second[1]])
    expect(totalFound([], second)).toEqual(second)
  })
})

describe('openErasureMark', () => {
  it('is the same for the same command alone, and does not tell whom it is about', () => {
    const mark = openErasureMark('a key', 'forget K4711')

    expect(openErasureMark('a key', 'forget K4711')).toBe(mark)
    expect(openErasureMark('a key', 'forget K4712')).not.toBe(mark)
    expect(openErasureMark('another key', 'forget K4711')).not.toBe(mark)
    expect(mark).not.toContain('K4711')
  })
})
