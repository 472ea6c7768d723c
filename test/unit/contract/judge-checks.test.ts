import {describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {decideGate} from '../../../src/core/contract/decide-gate.ts'
import {judgeChecks, type Measured, scoreOf} from '../../../src/core/contract/judge-checks.ts'
import {labContract} from '../../support/contract-text.ts'

const contract = labContract(
  `
- name: a
  logicalType: integer
  required: true
  quality:
    - {metric: duplicateValues, mustBeLessThan: 10, unit: percent}
    - {id: soft, metric: nullValues, mustBe: 0, severity: warning}
    - {type: text, description: looks right}`,
  'quality: [{metric: rowCount, mustBeGreaterThan: 0}]',
)
const compiled = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined})

const measured = (violated: Record<string, number>, rows = 100): Measured => {
  const none = Object.fromEntries(contract.rules.map(({id}) => [id, 0]))
  return {
    violated: {...none, ...violated},
    denominators: Object.fromEntries(contract.rules.map(({id}) => [id, rows])),
    datasets: {rowCount: {verdict: {violated: rows > 0 ? 0 : 1, denominator: 1}}},
  }
}
const outcomes = (counts: Measured) => Object.fromEntries(judgeChecks(compiled, counts).map(({id, outcome}) => [id, outcome]))

describe('judgeChecks', () => {
  it('gives every clause one result, in contract order', () => {
    expect(judgeChecks(compiled, measured({})).map(({id}) => id)).toEqual(contract.rules.map(({id}) => id))
    expect(outcomes(measured({}))).toEqual({
      'a.required': 'passed',
      'a.type': 'passed',
      'a.unique': 'passed',
      soft: 'passed',
      'a.text': 'notChecked',
      rowCount: 'passed',
    })
  })

  it('fails errors, warns warnings and keeps to thresholds', () => {
    expect(outcomes(measured({'a.required': 1, soft: 1, 'a.unique': 9}))).toMatchObject({
      'a.required': 'failed',
      soft: 'warned',
      'a.unique': 'passed',
    })
    expect(outcomes(measured({'a.unique': 10}))).toMatchObject({'a.unique': 'failed'})
  })

  it('finds nothing to judge in an empty dataset, and says so', () => {
    const checks = judgeChecks(compiled, measured({}, 0))

    expect(checks.find(({id}) => id === 'a.required')).toMatchObject({outcome: 'notApplicable', reason: 'no row to judge', percent: 0})
    expect(checks.find(({id}) => id === 'rowCount')).toMatchObject({outcome: 'failed'})
  })

  it('calls a check without a count errored, never passed', () => {
    const checks = judgeChecks(compiled, {violated: {}, denominators: {}, datasets: {}})

    expect(new Set(checks.map(({outcome}) => outcome))).toEqual(new Set(['errored', 'notChecked']))
  })

  it('has a reason for every outcome that is no verdict', () => {
    const checks = [...judgeChecks(compiled, measured({}, 0)), ...judgeChecks(compiled, {violated: {}, denominators: {}, datasets: {}})]

    expect(checks.filter(({outcome, reason}) => !['passed', 'failed', 'warned'].includes(outcome) && reason === undefined)).toEqual([])
  })
})

describe('scoreOf', () => {
  it('is 100 only without a violation', () => {
    expect(scoreOf(judgeChecks(compiled, measured({})))).toBe(100)
    expect(scoreOf(judgeChecks(compiled, measured({'a.required': 1}, 10_000_000)))).toBe(99.99)
  })

  it('weighs errors three times as much as warnings', () => {
    expect(scoreOf(judgeChecks(compiled, measured({soft: 100})))).toBe(92.3)
    expect(scoreOf(judgeChecks(compiled, measured({'a.required': 100})))).toBe(76.92)
  })

  it('is no number when nothing was judged', () => {
    expect(scoreOf(judgeChecks(compiled, {violated: {}, denominators: {}, datasets: {}}))).toBeUndefined()
  })
})

describe('decideGate', () => {
  const gate = (counts: Measured, quarantined = 0) => decideGate(contract, judgeChecks(compiled, counts), {read: 100, quarantined})

  it('lets quarantined rows and warnings through', () => {
    expect(gate(measured({'a.required': 5, soft: 5}), 20)).toEqual({gated: false, refused: false, because: []})
  })

  it('gates on too large a share of quarantined rows', () => {
    expect(gate(measured({'a.required': 21}), 21)).toEqual({gated: true, refused: false, because: ['maxQuarantinePercent']})
  })

  it('gates on a broken tolerance and on a broken promise about the dataset', () => {
    expect(gate(measured({'a.unique': 10})).because).toEqual(['a.unique'])
    expect(gate(measured({}, 0)).because).toEqual(['rowCount'])
  })

  it('gates when a check could not be measured', () => {
    expect(gate({violated: {}, denominators: {}, datasets: {}}).because).toEqual(['a.required', 'a.type', 'a.unique', 'rowCount'])
  })

  it('refuses the delivery where the contract says reject', () => {
    const strict = labContract(
      '- {name: a, logicalType: string, required: true, customProperties: [{property: hippoOnFailure, value: reject}]}',
    )
    const checks = judgeChecks(compileContract(strict, {now: '2026-01-01T00:00:00Z', relation: () => undefined}), {
      violated: {'a.required': 1},
      denominators: {'a.required': 10},
      datasets: {},
    })

    expect(decideGate(strict, checks, {read: 10, quarantined: 1})).toEqual({gated: true, refused: true, because: ['a.required']})
  })
})
