import {describe, expect, it} from 'vitest'
import {exitCodeOf, exitCodeOfChecks, worstExitCode} from '../../../src/commands/shell/outcome.ts'
import {check, runOf} from '../../golden/result-parts.ts'

const options = {interruptCode: 143}

describe('exit codes', () => {
  it('takes the worst by 1 > 4 > 75 > 2 > 3 > 0', () => {
    expect(worstExitCode([])).toBe(0)
    expect(worstExitCode([0, 3])).toBe(3)
    expect(worstExitCode([3, 2])).toBe(2)
    expect(worstExitCode([2, 75])).toBe(75)
    expect(worstExitCode([75, 4])).toBe(4)
    expect(worstExitCode([4, 1])).toBe(1)
  })

  it('takes the code of what failed in part, and 3 for what was gated', () => {
    const parts = [{state: 'committed'}, {state: 'gated'}, {state: 'failed', error: {exitCode: 75}}]

    expect(exitCodeOf(runOf('promote silver', 'failed'), parts, options)).toBe(75)
    expect(exitCodeOf(runOf('promote silver', 'gated'), parts.slice(0, 2), options)).toBe(3)
    expect(exitCodeOf(runOf('promote silver'), parts.slice(0, 1), options)).toBe(0)
  })

  it('counts a failed run that names no failure as a bug', () => {
    expect(exitCodeOf(runOf('run', 'failed'), [], options)).toBe(1)
  })

  it('keeps 3 for a gated dataset whose refusal carries its own code', () => {
    expect(exitCodeOf(runOf('promote silver', 'gated'), [{state: 'gated', error: {exitCode: 3}}], options)).toBe(3)
  })

  it('ends an interrupted run with the code of the signal', () => {
    expect(exitCodeOf(runOf('run', 'interrupted'), [{state: 'gated'}], options)).toBe(143)
  })

  it('uses --idle-exit only when there was nothing to do', () => {
    expect(exitCodeOf(runOf('run', 'noop'), [], {...options, idleExit: 99})).toBe(99)
    expect(exitCodeOf(runOf('run', 'succeeded'), [], {...options, idleExit: 99})).toBe(0)
    expect(exitCodeOf(runOf('run', 'noop'), [{state: 'gated'}], {...options, idleExit: 99})).toBe(3)
    expect(exitCodeOf(runOf('promote silver', 'noop'), [{state: 'noop', wouldCommit: true}], {...options, idleExit: 99})).toBe(0)
  })

  it('fails a validation only for checks of severity error', () => {
    expect(exitCodeOfChecks([check('a.range', 'passed', 0, 1, ''), check('a.range', 'warned', 1, 1, '')])).toBe(0)
    expect(exitCodeOfChecks([check('a.range', 'failed', 1, 1, '')])).toBe(3)
    expect(exitCodeOfChecks([check('a.range', 'errored', 0, 1, '', 'engine ended')])).toBe(3)
  })
})
