import {expect, it} from 'vitest'
import {column, compare, type Expr, type ScalarType, type ScalarValue, text} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {outvoted} from './duplicate-promises.ts'
import type {Workbench} from './workbench.ts'

const stayColumns: Readonly<Record<string, ScalarType>> = {
  person: 'string',
  ward: 'string',
  from: 'timestamp',
  to: 'timestamp',
  id: 'int64',
}

const stays: readonly (readonly ScalarValue[])[] = [
  ['a', 'X', '2026-01-01T00:00:00Z', '2026-01-10T00:00:00Z', 1n],
  ['a', 'X', '2026-01-10T00:00:00Z', '2026-01-12T00:00:00Z', 2n],
  ['a', 'Y', '2026-01-11T00:00:00Z', null, 3n],
  ['b', 'X', '2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', 4n],
  ['b', 'X', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', 5n],
  ['b', 'X', '2026-02-28T23:59:59.999999Z', '2026-02-28T23:59:59.999999Z', 6n],
  ['b', 'X', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', 7n],
  ['b', 'X', '2026-03-05T00:00:00Z', '2026-03-04T00:00:00Z', 8n],
  ['c', 'X', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 9n],
  ['c', 'X', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 9n],
  [null, 'X', '2026-01-01T00:00:00Z', null, 10n],
  [null, 'X', '2026-01-01T00:00:00Z', null, 11n],
  ['d', 'X', null, '2026-01-02T00:00:00Z', 12n],
  ['d', 'X', '2026-01-01T00:00:00Z', null, 13n],
  ['e', 'X', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 14n],
  ['e', 'X', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 15n],
]

const overlapping = (more: object = {}): Expr => ({kind: 'overlaps', key: ['person'], start: 'from', end: 'to', ...more})

const stayCases: readonly (readonly [title: string, expr: Expr, ids: readonly bigint[]])[] = [
  ['overlaps flags both of two spans, also far apart in order, and none that only touch', overlapping(), [2n, 3n, 4n, 5n, 6n, 9n, 9n]],
  ['overlaps counts rows that are the same once', overlapping({unlessSame: ['id']}), [2n, 3n, 4n, 5n, 6n]],
  [
    'overlaps looks at rows of its condition alone',
    overlapping({where: compare(column('ward'), '=', text('X')), unlessSame: ['id']}),
    [4n, 5n, 6n],
  ],
  ['isSuperseded flags all but the latest', {kind: 'isSuperseded', key: ['person'], by: 'to'}, [1n, 4n, 5n, 6n, 7n, 14n]],
  [
    'isOutvoted flags who differs from the majority and, where asked, all rows of a key without one',
    {...outvoted(['person'], 'ward', 2, 60), undecidedAreBad: true},
    [3n],
  ],
  ['isOutvoted flags all where no value has enough votes', {...outvoted(['person'], 'ward', 2, 80), undecidedAreBad: true}, [1n, 2n, 3n]],
  [
    'isOutvoted finds no two sides where one value alone is there, nor where a key has too few rows',
    {...outvoted(['person'], 'id', 3, 67), undecidedAreBad: true},
    [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n],
  ],
]

const measuredColumns: Readonly<Record<string, ScalarType>> = {
  person: 'string',
  code: 'string',
  on: 'date',
  value: 'int64',
  ratio: 'float64',
}

const measured: readonly (readonly ScalarValue[])[] = [
  ['a', 'wt', '2026-01-03', 72n, 1],
  ['a', 'wt', '2026-01-01', 70n, 1],
  ['b', 'wt', '2026-01-02', 60n, 1.5],
  ['a', 'ht', '2026-01-02', 170n, 2],
  ['a', 'wt', '2026-01-03', 71n, null],
  ['b', 'wt', '2026-01-01', null, 2],
  [null, 'wt', '2026-01-01', 1n, 2.5],
  ['b', 'wt', null, 2n, 3],
  ['b', 'wt', '2026-01-05', 9000n, 1e300],
]

const farOut = (more: object): Expr =>
  ({kind: 'isFarOut', key: ['code'], of: 'value', method: 'mad', limit: 3, minRows: 3, ...more}) as Expr
const previous = (more: object = {}): Expr => ({kind: 'previous', key: ['person'], by: 'on', of: 'value', ...more})
const isWeight = compare(column('code'), '=', text('wt'))
const none = Array.from(measured, () => false)

const measuredCases: readonly (readonly [title: string, expr: Expr, expected: readonly ScalarValue[]])[] = [
  // Weights 1 2 60 70 71 72 9000: median 70, median distance 2 (0 1 2 10 68 69 8930 has 10 in its middle).
  ['isFarOut measures by the median distance to the median', farOut({}), none.with(8, true).with(6, true).with(7, true)],
  ['isFarOut is wider with a greater limit', farOut({limit: 5}), none.with(8, true)],
  ['isFarOut measures by the distance between the quartiles', farOut({method: 'iqr', limit: 1}), none.with(8, true)],
  ['isFarOut takes all rows as one group without a key', farOut({key: [], method: 'iqr', limit: 1}), none.with(8, true).with(3, true)],
  ['isFarOut judges no key with a null part, nor one with too few numbers', farOut({key: ['person'], minRows: 5}), none],
  [
    'isFarOut looks at rows of its condition alone',
    farOut({where: compare(column('person'), '=', text('b')), limit: 1}),
    none.with(8, true),
  ],
  ['isFarOut measures numbers with decimals', farOut({of: 'ratio', key: [], method: 'mad', limit: 4}), none.with(8, true)],
  [
    'previous takes the value of the row before in time, the smaller one first where times are equal',
    previous(),
    [71n, null, null, 70n, 170n, null, null, null, 60n],
  ],
  ['previous looks at rows of its condition alone', previous({where: isWeight}), [71n, null, null, null, 70n, null, null, null, 60n]],
  [
    'previous gives other columns of the row before',
    previous({of: 'on', key: ['person', 'code']}),
    ['2026-01-01', null, '2026-01-01', null, '2026-01-03', null, null, null, '2026-01-02'],
  ],
]

export function neighbourPromises(bench: () => Workbench): void {
  it.each(measuredCases)('%s', async (_, expr, expected) => {
    const plan: Plan = {kind: 'select', input: bench().typed(measuredColumns, measured), columns: [{name: 'found', expr}]}

    const engine = await bench().write({all: plan})
    const oracle = await bench().oracle.rows(plan, measured.length)

    expect(oracle.map((row) => row.found)).toEqual(expected)
    expect(engine.rows.all).toEqual(oracle)
  })

  it.each(stayCases)('%s', async (_, expr, ids) => {
    const plan: Plan = {
      kind: 'select',
      input: bench().typed(stayColumns, stays),
      columns: [
        {name: 'id', expr: column('id')},
        {name: 'found', expr},
      ],
    }

    const engine = await bench().write({all: plan})
    const oracle = await bench().oracle.rows(plan, stays.length)

    expect(oracle.filter(({found}) => found === true).map(({id}) => id)).toEqual(ids)
    expect(engine.rows.all).toEqual(oracle)
  })
}
