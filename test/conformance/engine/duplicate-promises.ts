import {expect, it} from 'vitest'
import type {Expr} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {type SetCase, setCases, setColumns, setRows} from './set-cases.ts'
import type {Workbench} from './workbench.ts'

const duplicated = (key: readonly string[], unlessSame?: readonly string[]): Expr => ({
  kind: 'isDuplicated',
  key,
  ...(unlessSame === undefined ? {} : {unlessSame}),
})
const repeat = (key: readonly string[], same: readonly string[]): Expr => ({kind: 'isRepeat', key, columns: same})

/** As the expression: few of a key that differ from the many. */
export const outvoted = (
  key: readonly string[],
  of: string,
  minRows: number,
  percent: number,
): Extract<Expr, {readonly kind: 'isOutvoted'}> => ({
  kind: 'isOutvoted',
  key,
  of,
  minRows,
  percent,
})

const cases: readonly SetCase[] = [
  [
    'isDuplicated flags every row of a shared key, never one with a null part',
    duplicated(['id']),
    [true, true, true, true, false, false, true, true, true, true, true],
  ],
  [
    'isDuplicated takes keys of several columns, all parts present',
    duplicated(['id', 'site']),
    [true, true, true, false, false, false, false, false, true, true, true],
  ],
  [
    'isDuplicated counts rows that are the same in given columns once',
    duplicated(['id', 'site'], ['day']),
    [false, true, false, false, false, false, false, false, true, false, false],
  ],
  [
    'isDuplicated takes null as equal to null in unlessSame',
    duplicated(['id'], ['site', 'value']),
    [true, false, true, true, false, false, false, false, false, false, false],
  ],
  ['isDuplicated works on text alone', duplicated(['site']), [true, true, true, false, true, true, false, false, true, true, true]],
  ['isDuplicated takes 0 and -0 as equal', duplicated(['value']), [true, false, true, true, true, true, true, true, false, true, true]],
  [
    'isRepeat spares the first of equal rows',
    repeat(['id'], ['site', 'day', 'value']),
    [false, false, true, false, false, false, false, true, false, false, true],
  ],
  [
    'isRepeat looks at the key alone when there are no columns',
    repeat(['id'], []),
    [false, false, true, true, false, false, false, true, true, false, true],
  ],
  [
    'isRepeat without a key looks at the columns, null equal to null',
    repeat([], ['id', 'site', 'day', 'value']),
    [false, false, true, false, false, true, false, true, false, false, true],
  ],
  [
    'isRepeat is false where a key part is null',
    repeat(['site'], ['id']),
    [false, false, true, false, false, true, false, false, true, false, true],
  ],
  [
    'isOutvoted flags the few of a key that differ from the many, never a key with a null part',
    outvoted(['id'], 'site', 3, 60),
    [false, false, false, true, false, false, false, false, false, false, false],
  ],
  [
    'isOutvoted counts a missing value as a voter and as a loser',
    outvoted(['day'], 'value', 4, 75),
    [false, true, false, false, false, false, false, false, false, false, false],
  ],
  ['isOutvoted spares everybody where too few rows share the key', outvoted(['id'], 'site', 4, 60), Array.from(setRows, () => false)],
  ['isOutvoted spares everybody where no value has enough votes', outvoted(['day'], 'value', 4, 76), Array.from(setRows, () => false)],
]

export function duplicatePromises(bench: () => Workbench): void {
  setCases(bench, cases)

  it('gives nothing for an input without rows', async () => {
    const plan: Plan = {
      kind: 'derive',
      input: bench().typed(setColumns, []),
      columns: [
        {name: 'duplicated', expr: duplicated(['id'])},
        {name: 'repeat', expr: repeat(['id'], ['site'])},
      ],
    }

    expect(await bench().engine.rows(plan, 10)).toEqual([])
  })
}
