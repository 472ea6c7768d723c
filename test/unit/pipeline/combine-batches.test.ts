import {describe, expect, it} from 'vitest'
import type {CheckResult} from '../../../src/core/model/check.ts'
import {combineChecks} from '../../../src/core/pipeline/combine-batches.ts'

const result = (parts: Partial<CheckResult>): CheckResult => ({
  id: 'a.range',
  rule: 'range',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  severity: 'error',
  outcome: 'passed',
  violated: 0,
  denominator: 10,
  percent: 0,
  threshold: {max: 10, unit: 'percent'},
  description: 'a lies between 0 and 1',
  ...parts,
})
const [passed, nothing] = [result({}), result({outcome: 'notApplicable', denominator: 0, reason: 'there is no row'})]
const errored = result({outcome: 'errored', denominator: 0, reason: 'its file is gone'})

describe('combineChecks', () => {
  it('judges the sum of the batches', () => {
    expect(combineChecks([[result({violated: 1})], [result({violated: 2})]])).toMatchObject([
      {outcome: 'failed', violated: 3, denominator: 20, percent: 15},
    ])
  })

  it('keeps what a batch gave when another had nothing to judge, in either order', () => {
    const failed = result({outcome: 'failed', violated: 5})

    expect(combineChecks([[failed], [nothing]])).toEqual([failed])
    expect(combineChecks([[nothing], [failed]])).toEqual([failed])
  })

  it('never hides that a check could not be run', () => {
    expect(combineChecks([[errored], [passed]])).toEqual([errored])
    expect(combineChecks([[passed], [errored], [passed]])).toEqual([errored])
  })

  it('stays waived while the sum is too much', () => {
    const waived = result({outcome: 'waived', violated: 9, reason: 'until 2027-01-01 by a: b'})

    expect(combineChecks([[waived], [passed]])).toMatchObject([{outcome: 'waived', violated: 9, denominator: 20, reason: waived.reason}])
    expect(combineChecks([[result({outcome: 'waived', violated: 2, reason: 'x'})], [passed]])[0]).not.toHaveProperty('reason')
  })

  it('takes the last word on the table as a whole, which earlier batches are in, and adds up what is about each delivery', () => {
    const facts = {basis: 'rows', at: '2026-01-01T00:00:00Z', facts: {}}
    const [ofTable, ofDelivery] = [{measured: facts}, {measured: {...facts, isOfDelivery: true as const}}]
    const failed = {outcome: 'failed' as const, violated: 5}

    expect(combineChecks([[result({...failed, ...ofTable})], [result(ofTable)]])).toMatchObject([
      {outcome: 'passed', violated: 0, denominator: 10},
    ])
    expect(combineChecks([[result({...failed, ...ofDelivery})], [result(ofDelivery)]])).toMatchObject([{violated: 5, denominator: 20}])
  })
})
