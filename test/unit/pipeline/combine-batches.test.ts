import {describe, expect, it} from 'vitest'
import type {CheckResult} from '../../../src/core/model/check.ts'
import {combineChecks} from '../../../src/core/pipeline/combine-batches.ts'

const result = (violated: number, denominator: number, more: Partial<CheckResult> = {}): CheckResult => ({
  id: 'check',
  rule: 'coverage',
  dimension: 'coverage',
  kahn: 'completeness',
  severity: 'warning',
  outcome: violated > 0 ? 'warned' : 'passed',
  violated,
  denominator,
  percent: (100 * violated) / denominator,
  threshold: {max: 0, unit: 'rows'},
  description: 'has a row for each',
  ...more,
})
const measured = (isOfDelivery?: true) => ({
  measured: {basis: 'rows', at: '2026-01-01T00:00:00Z', facts: {}, ...(isOfDelivery ? {isOfDelivery} : {})},
})

describe('combineChecks', () => {
  it('adds up what batches gave row by row, and what is about each delivery', () => {
    expect(combineChecks([[result(2, 10)], [result(0, 30)]])).toMatchObject([{outcome: 'warned', violated: 2, denominator: 40, percent: 5}])
    expect(combineChecks([[result(1, 1, measured(true))], [result(0, 1, measured(true))]])).toMatchObject([
      {outcome: 'warned', violated: 1},
    ])
  })

  it('takes the last word on the table as a whole, which earlier batches are in', () => {
    expect(combineChecks([[result(5, 10, measured())], [result(0, 10, measured())]])).toMatchObject([
      {outcome: 'passed', violated: 0, denominator: 10},
    ])
  })
})
