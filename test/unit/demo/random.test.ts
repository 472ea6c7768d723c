import {describe, expect, it} from 'vitest'
import {createMomentWriter, dayMs} from '../../../src/core/demo/moments.ts'
import {createRandom} from '../../../src/core/demo/random.ts'

const draws = (count: number, draw: () => number): number[] => Array.from({length: count}, draw)

describe('createRandom', () => {
  it('repeats itself for the same words and differs for others', () => {
    const random = createRandom(1, 2)
    const first = draws(5, random.next)

    random.reseed(1, 2)

    expect(draws(5, random.next)).toEqual(first)
    expect(draws(5, createRandom(2, 1).next)).not.toEqual(first)
    expect(draws(5, createRandom(1, 3).next)).not.toEqual(first)
  })

  it('draws evenly, also as the first draw of neighbouring seeds', () => {
    const random = createRandom()
    const firsts = Array.from({length: 20_000}, (_, seed) => {
      random.reseed(7, seed)
      return random.next()
    })

    for (let tenth = 0; tenth < 10; tenth++) {
      const share = firsts.filter((value) => Math.floor(value * 10) === tenth).length / firsts.length
      expect(share).toBeGreaterThan(0.09)
      expect(share).toBeLessThan(0.11)
    }
  })

  it('reaches both ends of a range of whole numbers', () => {
    const random = createRandom(3)

    expect(new Set(draws(200, () => random.integer(2, 4)))).toEqual(new Set([2, 3, 4]))
  })

  it('has the mean and deviation that a normal draw asks for', () => {
    const random = createRandom(4)
    const values = draws(20_000, () => random.normal(50, 4))

    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length

    expect(mean).toBeCloseTo(50, 0)
    expect(Math.sqrt(variance)).toBeCloseTo(4, 0)
  })
})

describe('createMomentWriter', () => {
  it('writes days as the calendar has them, over five centuries', () => {
    const write = createMomentWriter()

    for (let day = -100_000; day < 90_000; day += 37) {
      const expected = new Date(day * dayMs).toISOString().slice(0, 10)
      expect(write.day(day)).toBe(expected)
      expect(write.dottedDay(day)).toBe(expected.split('-').reverse().join('.'))
    }
  })

  it('writes every shape of the same instant so that it reads back', () => {
    const write = createMomentWriter()
    const at = Date.UTC(2026, 2, 31, 23, 30, 15)

    for (const shape of ['utc', 'utcWithMilliseconds', 1, 2] as const) {
      expect(Date.parse(write.instant(at, shape))).toBe(at)
    }
    expect(write.instant(at, 2)).toBe('2026-04-01T01:30:15+02:00')
  })
})
