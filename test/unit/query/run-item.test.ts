import {describe, expect, it} from 'vitest'
import {liveProgress} from '../../../src/core/query/run-item.ts'

const step = {step: 'promote silver', subject: 'person', startedAt: '2026-03-04T05:00:00.000Z'}
const at = '2026-03-04T05:00:10.000Z'

describe('liveProgress', () => {
  it('works out rate and time left from when the step began', () => {
    const progress = liveProgress({step: 'promote silver', subject: 'person', done: 5000, total: 20_000, unit: 'rows', at}, step)

    expect(progress).toMatchObject({rowsPerSecond: 500, remainingMs: 30_000})
  })

  it('guesses no time left without a total, a rate, or when the progress is of another step', () => {
    const base = {step: 'promote silver', subject: 'person', unit: 'rows', at}

    expect(liveProgress({...base, done: 5000}, step)).not.toHaveProperty('remainingMs')
    expect(liveProgress({...base, done: 0, total: 10}, step)).not.toHaveProperty('remainingMs')
    expect(liveProgress({...base, subject: 'visit', done: 5, total: 10}, step)).not.toHaveProperty('remainingMs')
    expect(liveProgress({...base, done: 5, total: 10, at: '2026-03-04T05:00:00.100Z'}, step)).not.toHaveProperty('rowsPerSecond')
  })

  it('gives rows a rate, and no other unit', () => {
    expect(liveProgress({...step, done: 5, total: 10, unit: 'files', at}, step)).not.toHaveProperty('rowsPerSecond')
  })

  it('never says that less than nothing is left', () => {
    expect(liveProgress({...step, done: 30, total: 20, unit: 'rows', at}, step)).toMatchObject({remainingMs: 0})
  })
})
