import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {dimensionScores, meanScore, scoreMoves, scoreOf} from '../../../src/core/contract/score.ts'
import type {CheckResult, Dimension, Severity} from '../../../src/core/model/check.ts'

interface Given {
  readonly severity?: Severity
  readonly dimension?: Dimension
  readonly outcome?: CheckResult['outcome']
  readonly rule?: string
}

const check = (id: string, violated: number, denominator: number, given: Given = {}): CheckResult => ({
  id,
  rule: given.rule ?? 'required',
  dimension: given.dimension ?? 'completeness',
  kahn: 'completeness',
  severity: given.severity ?? 'error',
  outcome: given.outcome ?? (denominator === 0 ? 'notApplicable' : violated > 0 ? 'failed' : 'passed'),
  violated,
  denominator,
  percent: denominator === 0 ? 0 : (100 * violated) / denominator,
  threshold: {max: 0, unit: 'rows'},
  description: id,
})

describe('scoreOf', () => {
  it('is 100 only without a violation', () => {
    expect(scoreOf([check('a', 0, 10), check('b', 0, 3)])).toBe(100)
    expect(scoreOf([check('a', 1, 10_000_000), check('b', 0, 3)])).toBe(99.99)
  })

  it('weighs errors three times as much as warnings, and information not at all', () => {
    expect(scoreOf([check('a', 10, 10), check('b', 0, 10, {severity: 'warning'})])).toBe(25)
    expect(scoreOf([check('a', 0, 10), check('b', 10, 10, {severity: 'warning'})])).toBe(75)
    expect(scoreOf([check('a', 0, 10), check('b', 10, 10, {severity: 'info'})])).toBe(100)
  })

  it('leaves out what was not judged', () => {
    const others = (['errored', 'off', 'notApplicable', 'notChecked'] as const).map((outcome) => check(outcome, 0, 0, {outcome}))

    expect(scoreOf([check('a', 5, 10), ...others])).toBe(50)
    expect(scoreOf([check('waived', 5, 10, {outcome: 'waived'})])).toBe(50)
    expect(scoreOf(others)).toBeUndefined()
    expect(scoreOf([])).toBeUndefined()
  })

  it('is no number for an empty dataset, whatever its row count promises, unless that promise is broken', () => {
    const empty = check('a', 0, 0)

    expect(scoreOf([empty, check('rowCount', 0, 1, {rule: 'rowCount'})])).toBeUndefined()
    expect(scoreOf([empty, check('rowCount', 1, 1, {rule: 'rowCount'})])).toBe(0)
    expect(scoreOf([check('a', 0, 4), check('rowCount', 0, 1, {rule: 'rowCount'})])).toBe(100)
  })
})

describe('dimensionScores', () => {
  it('names the worst dimension first, and none without a judged check', () => {
    const checks = [
      check('a', 0, 10),
      check('b', 1, 2, {dimension: 'conformity'}),
      check('c', 0, 2, {dimension: 'conformity'}),
      check('d', 0, 0, {dimension: 'timeliness'}),
    ]

    expect(dimensionScores(checks)).toEqual([
      {dimension: 'conformity', score: 75, checks: 2},
      {dimension: 'completeness', score: 100, checks: 1},
    ])
  })
})

describe('meanScore', () => {
  it('counts each dataset once', () => {
    expect(meanScore([100, 50, 99.99])).toBe(83.33)
    expect(meanScore([])).toBeUndefined()
  })
})

describe('scoreMoves', () => {
  it('names the check that moved the score first, with its own scores', () => {
    const before = [check('a', 0, 10), check('b', 0, 10), check('gone', 5, 10)]
    const after = [check('a', 8, 10), check('b', 0, 10), check('came', 0, 10)]

    const [first, ...others] = scoreMoves(before, after)

    expect(first).toMatchObject({id: 'a', before: 100})
    expect(first?.after).toBeCloseTo(20)
    expect(first?.points).toBeLessThan(0)
    expect(others.find(({id}) => id === 'gone')).not.toHaveProperty('after')
    expect(others.find(({id}) => id === 'came')).not.toHaveProperty('before')
  })

  it('explains the whole difference, whatever changed', () => {
    const results = fc.uniqueArray(
      fc.record({id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), violated: fc.nat(20), more: fc.nat(20), isWarning: fc.boolean()}),
      {selector: ({id}) => id, minLength: 1},
    )
    fc.assert(
      fc.property(results, results, (old, current) => {
        const checksOf = (given: typeof old) =>
          given.map(({id, violated, more, isWarning}) =>
            check(id, violated, violated + more + 1, {severity: isWarning ? 'warning' : 'error'}),
          )
        const [before, after] = [checksOf(old), checksOf(current)]

        const explained = scoreMoves(before, after).reduce((sum, {points}) => sum + points, 0)

        expect(Math.abs((scoreOf(after) ?? 0) - (scoreOf(before) ?? 0) - explained)).toBeLessThan(0.05)
      }),
      {numRuns: 200},
    )
  })

  it('says nothing where one side has no score', () => {
    expect(scoreMoves([], [check('a', 1, 2)])).toEqual([])
  })
})
