import {describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {decideGate} from '../../../src/core/contract/decide-gate.ts'
import {judgeChecks, type Measured, unlookedAt} from '../../../src/core/contract/judge-checks.ts'
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

  it('says of a check without a row to judge whether there were rows at all', () => {
    const reasonWith = (rows: number) => judgeChecks(compiled, {...measured({}, 0), rows}).find(({id}) => id === 'a.required')?.reason

    expect(reasonWith(0)).toBe('there is no row')
    expect(reasonWith(7)).toBe('none of the 7 rows is one that it judges')
  })

  it('keeps what an engine cannot be asked apart from what it failed at', () => {
    const checks = judgeChecks(compiled, {...measured({}), errors: {soft: 'it broke'}, notChecked: {'a.unique': 'no such node'}})

    expect(checks.filter(({outcome}) => outcome !== 'passed')).toMatchObject([
      {id: 'a.unique', outcome: 'notChecked', reason: 'no such node'},
      {id: 'soft', outcome: 'errored', reason: 'it broke'},
      {id: 'a.text', outcome: 'notChecked'},
    ])
  })

  it('gives every clause a result where nothing could be looked at', () => {
    const checks = unlookedAt(compiled, 'the table is gone')

    expect(checks.map(({id}) => id)).toEqual(contract.rules.map(({id}) => id))
    expect(new Set(checks.map(({outcome}) => outcome))).toEqual(new Set(['notChecked']))
    expect(checks[0]?.reason).toBe('the table is gone')
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

  it('gates when the file of a check that would reject rows is gone', () => {
    const plain = labContract(`
- name: a
  logicalType: string
  quality: [{id: known, type: custom, engine: hippo, implementation: {rule: valueSet, file: codes.csv}}]`)
    const unreadable = {...plain, referenceFiles: new Map([['codes.csv', 'file codes.csv: it is gone']])}
    const checks = judgeChecks(compileContract(unreadable, {now: '2026-01-01T00:00:00Z', relation: () => undefined}), measured({}))

    expect(checks).toMatchObject([{id: 'known', outcome: 'errored', reason: 'file codes.csv: it is gone'}])
    expect(decideGate(unreadable, checks, {read: 10, quarantined: 0}).because).toEqual(['known'])
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

describe('a clause with an exception', () => {
  const clause = (exceptions: string) =>
    labContract(`
- name: a
  logicalType: string
  quality:
    - id: form
      metric: invalidValues
      arguments: {pattern: '^x$'}
      mustBe: 0
      customProperties: [${exceptions}]`)
  const waiver = '{property: hippoWaiver, value: {until: 2026-06-01, by: keller, reason: new codes are coming}}'
  const judgedAt = (of: typeof contract, now: string, violated = 4) => {
    const at = compileContract(of, {now, relation: () => undefined})
    const [check] = judgeChecks(at, {violated: {form: violated}, denominators: {form: 10}, datasets: {}})
    return {check, effect: at.judgements.map(({effect}) => effect)}
  }

  it('is off with its reason, and rejects nothing', () => {
    const {check, effect} = judgedAt(clause('{property: hippoOff, value: the sender has no codes}'), '2026-01-01T00:00:00Z')

    expect(check).toMatchObject({outcome: 'off', reason: 'the sender has no codes', violated: 0, denominator: 0})
    expect(effect).toEqual([])
  })

  it('is waived until its day begins, then fails again', () => {
    const before = judgedAt(clause(waiver), '2026-05-31T23:59:59Z')
    const after = judgedAt(clause(waiver), '2026-06-01T00:00:00Z')

    expect(before.check).toMatchObject({
      outcome: 'waived',
      reason: 'until 2026-06-01 by keller: new codes are coming',
      violated: 4,
      percent: 40,
    })
    expect(before.effect).toEqual(['warn'])
    expect(after.check).toMatchObject({outcome: 'failed', violated: 4})
    expect(after.check).not.toHaveProperty('reason')
    expect(after.effect).toEqual(['quarantine'])
  })

  it('passes under a waiver that it does not need', () => {
    expect(judgedAt(clause(waiver), '2026-01-01T00:00:00Z', 0).check).toMatchObject({outcome: 'passed'})
  })

  it.each([
    ['{property: hippoOff, value: " "}', /hippoOff must say why/],
    ['{property: hippoWaiver, value: yes}', /hippoWaiver must say until, by and reason/],
    ['{property: hippoWaiver, value: {until: 2026-02-30, by: a, reason: b}}', /until must be a day/],
    ['{property: hippoRatchetRuns, value: 5}', /hippoRatchetRuns needs a tolerance/],
    ['{property: hippoRatchetRuns, value: 0}', /a whole number of runs, from 1 to 1000/],
  ])('is refused at its place when it says too little: %s', (exception, message) => {
    expect(() => clause(exception)).toThrow(message)
  })
})

describe('a ratchet', () => {
  const held = labContract(`
- name: a
  logicalType: string
  quality:
    - {id: nulls, metric: nullValues, mustBeLessOrEqualTo: 20, unit: percent, customProperties: [{property: hippoRatchetRuns, value: 3}]}`)
  const at = compileContract(held, {now: '2026-01-01T00:00:00Z', relation: () => undefined})
  const judge = (violated: number, best?: {readonly amount: number; readonly found: number}) =>
    judgeChecks(at, {violated: {nulls: violated}, denominators: {nulls: 100}, datasets: {}}, new Map(best ? [['nulls', best]] : []))[0]

  it('begins with what the contract tolerates at most', () => {
    expect(judge(20)).toMatchObject({outcome: 'passed', threshold: {max: 20, unit: 'percent', ratchet: {runs: 3, found: 0}}})
    expect(judge(21)).toMatchObject({outcome: 'failed'})
  })

  it('tolerates no more than the best result, which itself is good enough', () => {
    const best = {amount: 4, found: 2}

    expect(judge(4, best)).toMatchObject({outcome: 'passed', threshold: {max: 4, ratchet: {runs: 3, found: 2}}})
    expect(judge(5, best)).toMatchObject({outcome: 'failed', threshold: {max: 4}})
  })

  it('never gets looser than the contract', () => {
    expect(judge(21, {amount: 60, found: 3})).toMatchObject({outcome: 'failed', threshold: {max: 20}})
  })
})
