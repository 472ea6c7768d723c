import {describe, expect, it} from 'vitest'
import {largestDistance, stabilityIndex} from '../../../src/core/rules/population-shift.ts'

describe('stabilityIndex', () => {
  it('is 0 for equal shares, whatever their number, and grows with the distance', () => {
    const same = stabilityIndex([1000, 3000], [10_000, 30_000])
    const shifted = stabilityIndex([500, 500], [400, 600])

    expect(same).toBeCloseTo(0, 5)
    expect(shifted).toBeCloseTo(0.0406, 3)
    expect(stabilityIndex([500, 500], [100, 900])).toBeGreaterThan(0.8)
  })

  it('stays finite where a class is empty on one side, or both sides are', () => {
    expect(stabilityIndex([100, 0], [50, 50])).toBeLessThan(10)
    expect(stabilityIndex([0, 0], [0, 0])).toBe(0)
    expect(stabilityIndex([], [])).toBe(0)
  })
})

describe('largestDistance', () => {
  it('is the largest gap between the cumulative shares', () => {
    expect(largestDistance([1, 1, 2], [2, 2, 4])).toBe(0)
    expect(largestDistance([1, 1, 2], [0, 4, 0])).toBe(0.5)
    expect(largestDistance([4, 0], [0, 1])).toBe(1)
  })

  it('is 0 where a side has no rows', () => {
    expect(largestDistance([0, 0], [1, 1])).toBe(0)
  })
})
