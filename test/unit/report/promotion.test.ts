import {describe, expect, it} from 'vitest'
import type {CheckResult} from '../../../src/core/model/check.ts'
import type {DatasetPromotion, RunState} from '../../../src/core/model/run.ts'
import {promotionReport} from '../../../src/ui/report/promotion.ts'

const none = {read: 0, accepted: 0, quarantined: 0, duplicate: 0, unchanged: 0, waived: 0}
const idle: DatasetPromotion = {dataset: 'visit', version: 3, state: 'noop', rows: none, reasons: {}, drift: [], checks: []}
const unheld: CheckResult = {
  id: 'patient_id.reference',
  rule: 'reference',
  dimension: 'consistency',
  kahn: 'conformance.relational',
  severity: 'error',
  outcome: 'notChecked',
  violated: 0,
  denominator: 0,
  percent: 0,
  threshold: {max: 0, unit: 'rows'},
  reason: 'there is no dataset patientt',
  description: 'patient_id is found in patientt.id',
}

const report = (datasets: readonly DatasetPromotion[], state: RunState = 'noop') => {
  const run = {id: 'a-run', verb: 'promote silver' as const, outputs: [], state, startedAt: '2026-03-04T02:15:00.000Z'}
  const paper = {columns: 120, color: false, unicode: true, now: new Date('2026-03-04T12:00:00Z'), timeZone: 'UTC'}
  return promotionReport({run, datasets}, paper).split('\n')
}

describe('promotionReport', () => {
  it('says in one line which checks of a dataset were not checked, and why', () => {
    const lines = report([{...idle, state: 'committed', checks: [unheld, {...unheld, id: 'id.unique', outcome: 'passed'}]}], 'succeeded')

    expect(lines).toContain('▲ visit: 1 check not checked: patient_id.reference (there is no dataset patientt)')
    expect(lines.join('\n')).not.toContain('id.unique')
  })

  it('says what had to be done to read files, a line a note', () => {
    const note = (file: string, text: string) => ({batch: 1, file, text})
    const notes = [note('a.csv', 'read as windows-1252'), note('b.csv', 'unpacked from gzip'), note('c.csv', 'read as windows-1252')]

    const lines = report([{...idle, notes}])

    expect(lines.filter((line) => line.startsWith('  note'))).toEqual([
      '  note     visit: read as windows-1252 (2 files, first a.csv)',
      '  note     visit: unpacked from gzip (b.csv)',
    ])
  })

  it('says of a dry run what would be committed, and nothing new only when nothing is', () => {
    const planned = {...idle, rows: {...none, read: 5, accepted: 3, quarantined: 2}, wouldCommit: true} as const

    expect(report([planned, {...idle, dataset: 'patient'}]).at(-1)).toBe(
      '◌ dry run: would commit 1 dataset, 3 rows accepted and 2 quarantined; nothing was written',
    )
    expect(report([idle]).at(-1)).toBe('◌ nothing new to promote')
  })

  it('does not call a dry run sound in which a dataset would be stopped', () => {
    const planned = {...idle, rows: {...none, read: 1, accepted: 1}, wouldCommit: true} as const

    expect(report([planned, {...planned, dataset: 'patient', state: 'gated'}], 'gated').at(-1)).toBe(
      '✖ dry run: would commit 1 dataset, 1 row accepted and 0 quarantined, 1 dataset not',
    )
  })

  it('counts each batch that waits for a later interval once', () => {
    const lines = report([
      {...idle, laterBatches: [4]},
      {...idle, dataset: 'patient', laterBatches: [4, 5]},
    ])

    expect(lines).toContain('  later    visit: batch 4 waits for a later interval')
    expect(lines).toContain('  later    patient: batches 4, 5 wait for a later interval')
    expect(lines.at(-1)).toBe('◌ 2 batches wait for a later interval')
  })
})
