import {expect, it} from 'vitest'
import {column, compare, type Expr, literal, not, type ScalarValue, text} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {type SetCase, setCases, setColumns, setRows} from './set-cases.ts'
import {rowsAsTheOracle, type Workbench} from './workbench.ts'

type Values = Extract<Plan, {readonly kind: 'values'}>

const relation: Values = {
  kind: 'values',
  columns: [
    {name: 'code', type: 'int64'},
    {name: 'place', type: 'string'},
    {name: 'label', type: 'string'},
  ],
  rows: [
    [1n, 'a', 'one-a'],
    [1n, 'b', null],
    [null, 'a', 'nobody'],
    [3n, null, 'three'],
    [2n, 'a', 'first'],
    [2n, 'a', 'second'],
    [4n, '', 'four'],
  ],
}

/** More rows, whose keys nothing has: engines may take another way for large relations. */
const large: Values = {
  ...relation,
  rows: [...relation.rows, ...Array.from({length: 200}, (_, index) => [BigInt(1000 + index), `place ${index}`, 'far'])],
}

const exists = (key: readonly Expr[], on: readonly string[], within: Plan = relation): Expr => ({
  kind: 'existsIn',
  key,
  relation: within,
  on,
})
const [id, site] = [column('id'), column('site')]

const relationCases = (within: Values): readonly SetCase[] => {
  const inRelation = (key: readonly Expr[], on: readonly string[]): Expr => exists(key, on, within)
  const lookup = (key: readonly Expr[], on: readonly string[], take: string): Expr => ({kind: 'lookup', key, relation: within, on, take})
  return [
    [
      'existsIn is null where a key part is null',
      inRelation([id], ['code']),
      [true, true, true, true, null, null, true, true, true, true, true],
    ],
    [
      'existsIn matches all parts, and null with nothing',
      inRelation([id, site], ['code', 'place']),
      [true, true, true, true, null, null, null, null, true, true, true],
    ],
    [
      'existsIn takes expressions as key',
      inRelation([{kind: 'text', function: 'upper', of: site}], ['place']),
      [false, false, false, false, false, false, null, null, false, true, true],
    ],
    [
      'lookup takes the first row with the key and never multiplies rows',
      lookup([id, site], ['code', 'place'], 'label'),
      ['one-a', 'first', 'one-a', null, null, null, null, null, 'first', 'four', 'four'],
    ],
    ['lookup gives null without a match', lookup([text('none')], ['place'], 'code'), new Array<null>(11).fill(null)],
    ['lookup takes its key as value too', lookup([id], ['code'], 'code'), [1n, 2n, 1n, 1n, null, null, 3n, 3n, 2n, 4n, 4n]],
    [
      'lookup results take part in expressions',
      compare(lookup([id], ['code'], 'place'), '=', site),
      [true, true, true, false, null, null, null, null, true, true, true],
    ],
    [
      'not existsIn is null for null',
      not(inRelation([id], ['code'])),
      [false, false, false, false, null, null, false, false, false, false, false],
    ],
  ]
}

const stored: Values = {
  kind: 'values',
  columns: [
    {name: 'id', type: 'int64'},
    {name: 'site', type: 'string'},
    {name: 'day', type: 'date'},
    {name: 'value', type: 'float64'},
  ],
  rows: [
    [1n, 'a', '2024-01-01', 1],
    [2n, 'a', '2024-01-01', null],
    [3n, null, '2024-02-29', 2],
    [null, 'a', null, 0],
    [4n, '', '9999-12-31', 0],
  ],
}
const same = (key: readonly string[], names: readonly string[]): Expr => ({kind: 'isSameIn', key, relation: stored, columns: names})

const sameCases: readonly SetCase[] = [
  [
    'isSameIn compares all columns, null equal to null',
    same(['id'], ['site', 'day', 'value']),
    [true, true, true, false, false, false, true, true, false, true, true],
  ],
  [
    'isSameIn is false where the key has a null part or no match',
    same(['id', 'site'], ['day']),
    [true, true, true, false, false, false, false, false, false, true, true],
  ],
  [
    'isSameIn without columns asks for the key only',
    same(['id'], []),
    [true, true, true, true, false, false, true, true, true, true, true],
  ],
]

export function relationPromises(bench: () => Workbench): void {
  setCases(bench, [
    ...relationCases(relation),
    ...relationCases(large).map(([title, ...rest]): SetCase => [`${title} (large relation)`, ...rest]),
    ...sameCases,
  ])

  it('gives nothing of a relation for an input without rows', async () => {
    const plan: Plan = {
      kind: 'derive',
      input: bench().typed(setColumns, []),
      columns: [
        {name: 'exists', expr: exists([id], ['code'])},
        {name: 'same', expr: same(['id'], ['site'])},
      ],
    }

    expect(await bench().engine.rows(plan, 10)).toEqual([])
  })

  it('finds nothing in a relation without rows', async () => {
    const empty: Plan = {...relation, rows: []}
    const none: Plan = {...stored, rows: []}
    const plan: Plan = {
      kind: 'select',
      input: bench().typed(setColumns, setRows.slice(0, 5)),
      columns: [
        {name: 'exists', expr: {kind: 'existsIn', key: [id], relation: empty, on: ['code']}},
        {name: 'taken', expr: {kind: 'lookup', key: [id], relation: empty, on: ['code'], take: 'label'}},
        {name: 'same', expr: {kind: 'isSameIn', key: ['id'], relation: none, columns: ['site']}},
      ],
    }

    const {rows: written} = await bench().write({all: plan})

    expect(written.all?.map((row) => [row.exists, row.taken, row.same])).toEqual([
      [false, null, false],
      [false, null, false],
      [false, null, false],
      [false, null, false],
      [null, null, false],
    ])
  })

  it.each([
    ['values', undefined],
    ['a small file', 3],
    ['a file larger than the input', 700],
  ])('keeps the rows whose key %s has, or all others, in their order', async (_, size) => {
    const [more, site] = [column('n'), column('site')]
    const rows = Array.from({length: 400}, (__, index): readonly ScalarValue[] => [
      index % 11 === 0 ? null : BigInt((index * 7) % 400),
      index % 13 === 0 ? null : `s${index % 3}`,
    ])
    const keys = Array.from({length: size ?? 60}, (__, index): readonly [bigint | null, string | null] => [
      index % 5 === 0 ? null : BigInt(index % 250),
      index % 7 === 0 ? null : `s${index % 2}`,
    ])
    const held: Plan =
      size === undefined
        ? {
            kind: 'values',
            columns: [
              {name: 'k', type: 'int64'},
              {name: 'place', type: 'string'},
            ],
            rows: keys,
          }
        : bench().typed({k: 'int64', place: 'string'}, keys)
    const input = bench().typed({n: 'int64', site: 'string'}, rows)
    const kept: number[] = []
    for (const [key, on] of [
      [[more], ['k']],
      [
        [more, site],
        ['k', 'place'],
      ],
    ] as const) {
      const found = exists(key, on, held)
      for (const where of [found, not(found), not({kind: 'coalesce', of: [found, literal(false, 'boolean')]})] as const) {
        kept.push((await rowsAsTheOracle(bench(), {kind: 'filter', input, where})).length)
      }
    }

    // Rows with an incomplete key are among all others, and neither in nor not in.
    const [oneIn, oneOut, oneOther, bothIn, bothOut, bothOther] = kept
    expect([(oneIn ?? 0) > 0, oneOther]).toEqual([true, 400 - (oneIn ?? 0)])
    expect([(bothIn ?? 0) > 0, bothOther]).toEqual([true, 400 - (bothIn ?? 0)])
    expect((oneOut ?? 0) < (oneOther ?? 0) && (bothOut ?? 0) < (bothOther ?? 0)).toBe(true)
  })

  it('looks up in a relation larger than the input as in any other: the first row of a key counts, and none is multiplied', async () => {
    const held = bench().typed(
      {k: 'int64', place: 'string', label: 'string'},
      Array.from({length: 600}, (_, index) => [index % 9 === 0 ? null : BigInt(index % 150), `s${index % 2}`, `label ${index}`]),
    )
    const input = bench().typed({n: 'int64', place: 'string'}, [
      [3n, 's1'],
      [140n, 's0'],
      [null, 's0'],
      [3n, null],
      [999n, 's1'],
      [3n, 's1'],
    ])
    const key = [column('n')]
    const plan: Plan = {
      kind: 'derive',
      input,
      columns: [
        {name: 'known', expr: exists([...key, column('place')], ['k', 'place'], held)},
        {name: 'label', expr: {kind: 'lookup', key, relation: held, on: ['k'], take: 'label'}},
        {name: 'same', expr: {kind: 'isSameIn', key: ['place'], relation: held, columns: []}},
      ],
    }

    const found = await rowsAsTheOracle(bench(), plan)

    expect(found.map(({known, label, same}) => [known, label, same])).toEqual([
      [true, 'label 3', true],
      [true, 'label 140', true],
      [null, null, true],
      [null, 'label 3', false],
      [false, null, true],
      [true, 'label 3', true],
    ])
  })

  it('looks into relations that are files with plans of their own', async () => {
    const visits = bench().typed({person: 'int64', place: 'string'}, [
      [1n, 'ward'],
      [2n, 'home'],
      [2n, 'ward'],
      [9n, 'ward'],
    ])
    const onWard: Plan = {kind: 'filter', input: visits, where: compare(column('place'), '=', text('ward'))}
    const plan: Plan = {
      kind: 'select',
      input: bench().typed(setColumns, setRows),
      columns: [
        {name: 'visited', expr: {kind: 'existsIn', key: [id], relation: onWard, on: ['person']}},
        {name: 'place', expr: {kind: 'lookup', key: [id], relation: visits, on: ['person'], take: 'place'}},
        {
          name: 'next',
          expr: {
            kind: 'existsIn',
            key: [{kind: 'arithmetic', operator: '+', left: id, right: literal(5n, 'int64')}],
            relation: onWard,
            on: ['person'],
          },
        },
      ],
    }

    const {rows: written} = await bench().write({all: plan})

    expect(written.all?.map((row) => row.visited)).toEqual([true, true, true, true, null, null, false, false, true, false, false])
    expect(written.all?.map((row) => row.place)).toEqual(['ward', 'home', 'ward', 'ward', null, null, null, null, 'home', null, null])
    expect(written.all?.map((row) => row.next)).toEqual([false, false, false, false, null, null, false, false, false, true, true])
  })
}
