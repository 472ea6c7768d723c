import {describe, expect, it} from 'vitest'
import type {CheckResult, Outcome} from '../../../src/core/model/check.ts'
import {compareChecks} from '../../../src/core/query/compare-checks.ts'

const check = (outcome: Outcome, parts: Partial<CheckResult> = {}): CheckResult => {
  const isVerdict = ['passed', 'warned', 'failed', 'waived'].includes(outcome)
  return {
    ...{id: 'a', rule: 'range', dimension: 'accuracy', kahn: 'plausibility.atemporal', severity: 'error', outcome, violated: 0},
    ...{denominator: isVerdict ? 10 : 0, percent: 0, threshold: {max: 0, unit: 'rows'}, description: 'a is right', ruleDigest: 'x'},
    ...(isVerdict ? {} : {reason: 'because'}),
    ...parts,
  }
}

describe('compareChecks', () => {
  it.each([
    ['passed', 'failed', 'new'],
    ['passed', 'warned', 'new'],
    ['failed', 'warned', 'existing'],
    ['failed', 'waived', 'existing'],
    ['failed', 'passed', 'resolved'],
    ['waived', 'passed', 'resolved'],
    ['passed', 'passed', 'stable'],
    ['notApplicable', 'failed', 'new'],
    ['failed', 'errored', 'notCompared'],
    ['failed', 'notApplicable', 'notCompared'],
    ['failed', 'off', 'notCompared'],
    ['errored', 'passed', 'notCompared'],
  ] as const)('calls %s then %s %s', (before, after, state) => {
    const [change] = compareChecks([check(before)], [check(after)])

    expect(change).toMatchObject({id: 'a', state, before: {outcome: before}, after: {outcome: after}})
    if (state === 'notCompared') expect(change?.because).toContain('because')
  })

  it('never calls a check resolved that is not there any more', () => {
    expect(compareChecks([check('failed')], [])).toMatchObject([{state: 'notCompared', because: 'the later run has no such check'}])
    expect(compareChecks([], [check('failed')])).toMatchObject([{state: 'new', because: 'the earlier run has no such check'}])
  })

  it('says when the rule itself has changed', () => {
    const [changed] = compareChecks([check('failed')], [check('passed', {ruleDigest: 'y'})])
    const [same] = compareChecks([check('failed')], [check('passed')])

    expect(changed).toMatchObject({state: 'resolved', ruleChanged: true})
    expect(same).not.toHaveProperty('ruleChanged')
  })
})
