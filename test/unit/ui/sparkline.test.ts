import {describe, expect, it} from 'vitest'
import {sparkline} from '../../../src/ui/sparkline.ts'

describe('sparkline', () => {
  it('is full only for a perfect score', () => {
    expect(sparkline([100, 99.99, 75, 50, 0], 10, true)).toBe('█▇▄▁▁')
  })

  it('keeps the newest points when not all fit', () => {
    expect(sparkline([0, 100, 0, 100], 2, true)).toBe('▁█')
  })

  it('has characters for a terminal without such bars', () => {
    expect(sparkline([100, 80, 0], 3, false)).toBe('#=_')
  })

  it('is empty without points or room', () => {
    expect([sparkline([], 5, true), sparkline([1, 2], 0, true)]).toEqual(['', ''])
  })
})
