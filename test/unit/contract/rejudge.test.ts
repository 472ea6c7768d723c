// Which rule a stored result may be judged again by, and with which counts.
import {describe, expect, it} from 'vitest'
import {type Rejudging, rejudge} from '../../../src/core/contract/rejudge.ts'
import type {CheckResult} from '../../../src/core/model/check.ts'
import {labContract} from '../../support/contract-text.ts'

const clauseOf = (column: string) =>
  labContract(`
- name: ${column}
  logicalType: string
  quality:
    - {id: filled, type: custom, engine: hippo, implementation: {rule: completeness, min: 90}}`).rules.find(({id}) => id === 'filled')

const result: CheckResult = {
  id: 'filled',
  rule: 'completeness',
  column: 'a',
  dimension: 'completeness',
  kahn: 'completeness',
  severity: 'error',
  outcome: 'failed',
  violated: 1,
  denominator: 1,
  percent: 100,
  threshold: {max: 0, unit: 'rows'},
  description: 'a: filled',
  ruleDigest: 'first',
}
const measured = () => ({at: '2026-11-23T00:00:00Z', version: 1, facts: {rows: 10, present: 10}, past: []})
const asked = (column: string, digest: string): Rejudging => ({
  clause: clauseOf(column),
  ruleDigest: digest,
  counted: {violated: 0, denominator: 1},
  at: '2026-11-23T00:00:00Z',
  before: [],
  measured,
})

describe('a stored result', () => {
  it('is judged by facts of its own rule and column only', () => {
    const other = {because: 'the rule is about something else now'}

    expect(rejudge(result, asked('a', 'changed'))).toMatchObject({outcome: expect.any(String)})
    expect(rejudge(result, asked('b', 'changed'))).toEqual(other)
    expect(rejudge({...result, rule: 'drift'}, asked('a', 'changed'))).toEqual(other)
  })

  it('has the counts of its own rule again when that is back', () => {
    expect(rejudge(result, asked('a', 'first'))).toMatchObject({outcome: 'passed', violated: 0, denominator: 1})
  })
})
