import {describe, expect, it} from 'vitest'
import type {ReviewResult} from '../../../src/core/index.ts'
import {reviewReport} from '../../../src/ui/report/review.ts'

const paper = {columns: 120, color: false, unicode: true, now: new Date('2026-03-04T12:00:00Z'), timeZone: 'UTC'}
const nothing = (action: ReviewResult['action']): string => {
  const run = {
    id: 'a-run',
    verb: `quarantine ${action}` as const,
    outputs: [],
    state: 'noop' as const,
    startedAt: '2026-03-04T02:15:00.000Z',
  }
  const rows = {read: 0, accepted: 0, quarantined: 0, duplicate: 0, unchanged: 0, waived: 0}
  return reviewReport({run, dataset: 'visit', action, state: 'noop', batches: [], rows, before: {}, after: {}} as ReviewResult, paper)
}

describe('reviewReport', () => {
  it('of a file without corrections does not say that no row waits', () => {
    const text = nothing('fix')

    expect(text).toContain('the file corrects no row of visit; nothing was changed')
    expect(nothing('discard')).toContain('no such row of visit waits in quarantine')
  })
})
