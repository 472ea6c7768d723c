// Keys that repeat or that a relation in a file lacks: of every type, none of them, few, and many.
import {expect, it} from 'vitest'
import {column, type Expr, type ScalarType, type ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import type {Workbench} from './workbench.ts'

const valuesOf: Readonly<Record<string, {readonly type: ScalarType; readonly values: readonly ScalarValue[]}>> = {
  text: {type: 'string', values: ['a', '', 'A', ' a', 'é', '🙂', 'a|b', '"']},
  whole: {type: 'int64', values: [0n, -1n, 1n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n, 9_007_199_254_740_993n]},
  float: {type: 'float64', values: [0, -0.5, 1e300, 0.1]},
  truth: {type: 'boolean', values: [true, false]},
  day: {type: 'date', values: ['1900-01-01', '2024-02-29', '9999-12-31']},
  instant: {type: 'timestamp', values: ['2024-02-29T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z', '2024-02-29T23:59:59.999998Z']},
  decimal: {type: {kind: 'decimal', precision: 20, scale: 2}, values: ['1.10', '-0.01', '999999999999999999.99']},
}

const exists = (name: string, relation: Plan): Expr => ({kind: 'existsIn', key: [column(name)], relation, on: ['key']})
const isDuplicated = (name: string): Expr => ({kind: 'isDuplicated', key: [name]})

export function keyPromises(bench: () => Workbench): void {
  it.each(Object.keys(valuesOf))('finds which keys of type %s a file lacks and which repeat, every second one of each', async (name) => {
    const {type, values} = valuesOf[name] ?? {type: 'string', values: []}
    const rows = [...values, null, ...values.filter((_, index) => index % 2 === 0), null].map((value) => [value])
    const relation = bench().typed(
      {key: type},
      [...values.filter((_, index) => index % 2 === 1), null].map((value) => [value]),
    )
    const plan: Plan = {
      kind: 'select',
      input: bench().typed({own: type}, rows),
      columns: [
        {name: 'known', expr: exists('own', relation)},
        {name: 'repeats', expr: isDuplicated('own')},
      ],
    }

    const engine = await bench().write({all: plan})

    expect(engine.rows.all).toEqual(await bench().oracle.rows(plan, rows.length))
    expect(new Set(engine.rows.all?.map(({known}) => known))).toEqual(new Set([true, false, null]))
    expect(new Set(engine.rows.all?.map(({repeats}) => repeats))).toEqual(new Set([true, false]))
  })

  it.each([
    {what: 'none', missing: 0},
    {what: 'a few', missing: 3},
    {what: 'twenty thousand', missing: 20_000},
  ])('flags every row whose key is missing or repeats, when they are $what', async ({missing}) => {
    const key = (n: number): string => `key ${n}`
    const own = Array.from({length: 21_000}, (_, n) => [key(n)])
    const again = Array.from({length: missing}, (_, n) => [key(n)])
    const relation = bench().typed({key: 'string'}, own.slice(missing))
    const plan: Plan = {
      kind: 'select',
      input: bench().typed({own: 'string'}, [...own, ...again]),
      columns: [
        {name: 'own', expr: column('own')},
        {name: 'known', expr: exists('own', relation)},
        {name: 'repeats', expr: isDuplicated('own')},
      ],
    }

    const {rows} = await bench().write({all: plan})

    const expected = [...own, ...again].map(([text], index) => {
      const isSound = index >= missing && index < own.length
      return {own: text, known: isSound, repeats: !isSound}
    })
    expect(rows.all).toEqual(expected)
  })
}
