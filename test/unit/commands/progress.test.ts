import {describe, expect, it} from 'vitest'
import {progressFacts, startProgress} from '../../../src/commands/shell/progress.ts'

const paper = {columns: 100, color: false, unicode: true, now: new Date(0)}
const step = {run: 'r', step: 'promote silver', subject: 'observation'} as const

function record(isTerminal: boolean) {
  const written: string[] = []
  let clockMs = Date.parse('2026-03-04T02:15:00Z')
  const progress = startProgress({write: (text) => written.push(text), paper, isTerminal, now: () => clockMs})
  return {written, progress, pass: (ms: number) => (clockMs += ms)}
}

describe('progress', () => {
  it('rewrites one line on a terminal and clears it at the end', () => {
    const {written, progress, pass} = record(true)

    progress.listen({kind: 'stepStarted', ...step})
    pass(1000)
    progress.listen({kind: 'progress', ...step, done: 412_000, total: 1_236_000, unit: 'rows'})
    progress.listen({kind: 'stepFinished', ...step, state: 'ok'})
    progress.stop()

    expect(written).toEqual([
      '\r\u001b[K◐ promote silver  observation',
      '\r\u001b[K◐ promote silver  observation   412 k of 1.2 M rows   412 k/s   2.0 s left   ▓▓▓░░░░░░░',
      '\r\u001b[K',
    ])
  })

  it('draws no more often than the eye can follow', () => {
    const {written, progress, pass} = record(true)

    for (let done = 0; done < 1000; done++) {
      pass(1)
      progress.listen({kind: 'progress', ...step, done, unit: 'rows'})
    }

    expect(written.length).toBeLessThanOrEqual(11)
  })

  it('prints one timestamped line a finished step off a terminal, without escapes', () => {
    const {written, progress} = record(false)

    progress.listen({kind: 'stepStarted', ...step})
    progress.listen({kind: 'progress', ...step, done: 1, unit: 'rows'})
    progress.listen({kind: 'stepFinished', ...step, subject: 'obs\u001b[2J', state: 'ok', detail: '51 rows'})
    progress.stop()

    expect(written).toEqual(['2026-03-04T02:15:00.000Z  promote silver  obs�[2J  ok  51 rows\n'])
  })

  it('draws nothing after it was stopped', () => {
    const {written, progress} = record(true)

    progress.stop()
    progress.listen({kind: 'stepStarted', ...step})

    expect(written).toEqual([])
  })

  it('gives rate and time left once there is something to go by', () => {
    expect(progressFacts({done: 8_100_000, total: 12_300_000, unit: 'rows'}, 20_000)).toBe('8.1 M of 12.3 M rows   405 k/s   10.4 s left')
    expect(progressFacts({done: 2, total: 6, unit: 'files'}, 100)).toBe('2 of 6 files')
    expect(progressFacts({done: 5_000_000, unit: 'bytes'}, 1000)).toBe('5.0 MB   5.0 MB/s')
  })
})
