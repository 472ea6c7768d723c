import {describe, expect, it} from 'vitest'
import {column, compare, literal} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {evaluate, evaluateAll, referenceEngine} from '../../support/reference-engine.ts'

describe('evaluate', () => {
  it('gives the value of an expression for one row, its types guessed from the values', () => {
    expect(evaluate(compare(column('age'), '>', literal(1n, 'int64')), {age: 2n})).toBe(true)
    expect(evaluate({kind: 'length', of: column('name')}, {name: 'é'})).toBe(1n)
    expect(evaluate(compare(column('age'), '>', literal(1n, 'int64')), {age: null}, {columns: {age: 'int64'}})).toBeNull()
  })

  it('sees the other rows where an expression asks for them', () => {
    const rows = [{id: 1n}, {id: 1n}, {id: null}, {id: 2n}]

    expect(rows.map((row) => evaluate({kind: 'isDuplicated', key: ['id']}, row, {rows}))).toEqual([true, true, false, false])
  })

  it('takes safe integers as int64, and numbers as decimals', () => {
    const columns = {n: 'int64', m: {kind: 'decimal', precision: 6, scale: 2}} as const

    expect(evaluateAll(column('n'), [{n: 5}, {}], columns)).toEqual([5n, null])
    expect(evaluateAll(column('m'), [{m: 5}, {m: '-0.5'}], columns)).toEqual(['5.00', '-0.50'])
  })

  it('refuses what typing refuses', () => {
    expect(() => evaluate({kind: 'not', of: column('n')}, {n: 1n})).toThrow('not: wants boolean, not int64')
  })
})

describe('referenceEngine', () => {
  it('refuses outputs of two judged inputs, and plans that do not yield their columns', async () => {
    const engine = referenceEngine()
    const input: Plan = {kind: 'values', columns: [{name: 'a', type: 'int64'}], rows: []}
    const verdict = (): Plan => ({kind: 'verdict', of: {input, judgements: []}, is: 'accepted'})
    const output = {name: 'a', columns: input.columns, format: 'parquet', directory: '/nowhere'} as const
    const options = {stagingDirectory: '/nowhere'}

    await expect(
      engine.write(
        [
          {...output, plan: verdict()},
          {...output, plan: verdict()},
        ],
        options,
      ),
    ).rejects.toThrow('one judged input')
    await expect(engine.write([{...output, plan: input, columns: []}], options)).rejects.toThrow('does not yield its columns')
    expect(engine.written('a')).toEqual([])
  })
})
