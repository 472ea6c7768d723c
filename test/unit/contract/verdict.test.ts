import {describe, expect, it} from 'vitest'
import {bestOf, thresholdNow, verdictOf} from '../../../src/core/contract/verdict.ts'
import type {Threshold} from '../../../src/core/model/contract.ts'

const counts = (violated: number, denominator = 100) => ({violated, denominator})

describe('verdictOf', () => {
  it.each([
    ['error', 0, 'passed'],
    ['error', 1, 'failed'],
    ['warning', 1, 'warned'],
    ['info', 1, 'warned'],
  ] as const)('of severity %s with %i violations is %s', (severity, violated, verdict) => {
    expect(verdictOf({severity, threshold: {max: 0, unit: 'rows'}}, counts(violated))).toBe(verdict)
  })

  it('counts rows or their share, with the bound itself tolerated unless it is exclusive', () => {
    const verdict = (threshold: Threshold, violated: number, of = 100) => verdictOf({severity: 'error', threshold}, counts(violated, of))

    expect(verdict({max: 5, unit: 'rows'}, 5)).toBe('passed')
    expect(verdict({max: 5, unit: 'rows'}, 6)).toBe('failed')
    expect(verdict({max: 5, unit: 'percent'}, 5)).toBe('passed')
    expect(verdict({max: 5, unit: 'percent'}, 5, 99)).toBe('failed')
    expect(verdict({max: 5, unit: 'percent', exclusive: true}, 5)).toBe('failed')
  })
})

describe('bestOf', () => {
  const ratchet = (unit: Threshold['unit'], runs: number): Threshold => ({max: 50, unit, ratchet: {runs}})

  it('is the smallest amount of the last runs, in the unit of the threshold', () => {
    const newestFirst = [counts(9, 100), counts(8, 50), counts(1, 10), counts(0, 10)]

    expect(bestOf(ratchet('rows', 2), newestFirst)).toEqual({amount: 8, found: 2})
    expect(bestOf(ratchet('percent', 3), newestFirst)).toEqual({amount: 9, found: 3})
  })

  it('leaves out results without a row: nothing judged is not nothing wrong', () => {
    const best = bestOf(ratchet('percent', 2), [counts(0, 0), counts(7, 100)])

    expect(best).toEqual({amount: 7, found: 1})
    expect(bestOf({max: 0, unit: 'rows'}, [counts(1)])).toBeUndefined()
    expect(thresholdNow(ratchet('rows', 2), bestOf(ratchet('rows', 2), [])).max).toBe(50)
  })
})
