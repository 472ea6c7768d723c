// The rows that expressions about other rows are tried on, and how their cases are judged: by the values written here, and by the oracle.
import {expect, it} from 'vitest'
import type {Expr, ScalarType, ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import type {Workbench} from './workbench.ts'

export const setColumns: Readonly<Record<string, ScalarType>> = {id: 'int64', site: 'string', day: 'date', value: 'float64'}

export const setRows: readonly (readonly ScalarValue[])[] = [
  [1n, 'a', '2024-01-01', 1],
  [2n, 'a', '2024-01-01', null],
  [1n, 'a', '2024-01-01', 1],
  [1n, 'b', '2024-01-01', 1],
  [null, 'a', null, 0],
  [null, 'a', null, 0],
  [3n, null, '2024-02-29', 2],
  [3n, null, '2024-02-29', 2],
  [2n, 'a', '2024-01-02', null],
  [4n, '', '9999-12-31', -0],
  [4n, '', '9999-12-31', 0],
]

/** An expression over `setRows`, and what it gives for each of them. */
export type SetCase = readonly [title: string, expr: Expr, expected: readonly ScalarValue[]]

/** Declares one test a case. */
export function setCases(bench: () => Workbench, cases: readonly SetCase[]): void {
  it.each(cases)('%s', async (_, expr, expected) => {
    const plan: Plan = {kind: 'select', input: bench().typed(setColumns, setRows), columns: [{name: 'found', expr}]}

    const engine = await bench().write({all: plan})
    const oracle = await bench().oracle.rows(plan, setRows.length)

    expect(oracle.map((row) => row.found)).toEqual(expected)
    expect(engine.rows.all?.map((row) => row.found)).toEqual(expected)
  })
}
