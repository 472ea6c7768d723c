import {expect, it} from 'vitest'
import {column, compare, type Expr, literal, not, type ScalarType, type ScalarValue, text} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {rowsAsTheOracle, type Workbench} from './workbench.ts'

const columns: Readonly<Record<string, ScalarType>> = {id: 'int64', site: 'string', day: 'date', value: 'float64'}

const rows: readonly (readonly ScalarValue[])[] = [
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

const duplicated = (key: readonly string[], unlessSame?: readonly string[]): Expr => ({
  kind: 'isDuplicated',
  key,
  ...(unlessSame === undefined ? {} : {unlessSame}),
})
const repeat = (key: readonly string[], same: readonly string[]): Expr => ({kind: 'isRepeat', key, columns: same})

const outvoted = (key: readonly string[], of: string, minRows: number, percent: number): Extract<Expr, {readonly kind: 'isOutvoted'}> => ({
  kind: 'isOutvoted',
  key,
  of,
  minRows,
  percent,
})

const ownCases: readonly (readonly [title: string, expr: Expr, expected: readonly boolean[]])[] = [
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
  ['isOutvoted spares everybody where too few rows share the key', outvoted(['id'], 'site', 4, 60), Array.from(rows, () => false)],
  ['isOutvoted spares everybody where no value has enough votes', outvoted(['day'], 'value', 4, 76), Array.from(rows, () => false)],
]

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

type RelationCase = readonly [title: string, expr: Expr, expected: readonly ScalarValue[]]

const relationCases = (within: Values): readonly RelationCase[] => {
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

const sameCases: readonly (readonly [title: string, expr: Expr, expected: readonly boolean[]])[] = [
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

export function setPromises(bench: () => Workbench): void {
  it.each([
    ...ownCases,
    ...relationCases(relation),
    ...relationCases(large).map(([title, ...rest]): RelationCase => [`${title} (large relation)`, ...rest]),
    ...sameCases,
  ])('%s', async (_, expr, expected) => {
    const plan: Plan = {kind: 'select', input: bench().typed(columns, rows), columns: [{name: 'found', expr}]}

    const engine = await bench().write({all: plan})
    const oracle = await bench().oracle.rows(plan, rows.length)

    expect(oracle.map((row) => row.found)).toEqual(expected)
    expect(engine.rows.all?.map((row) => row.found)).toEqual(expected)
  })

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

  it('finds nothing in a relation without rows', async () => {
    const empty: Plan = {...relation, rows: []}
    const none: Plan = {...stored, rows: []}
    const plan: Plan = {
      kind: 'select',
      input: bench().typed(columns, rows.slice(0, 5)),
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

  it('gives nothing for an input without rows', async () => {
    const plan: Plan = {
      kind: 'derive',
      input: bench().typed(columns, []),
      columns: [
        {name: 'duplicated', expr: duplicated(['id'])},
        {name: 'repeat', expr: repeat(['id'], ['site'])},
        {name: 'exists', expr: exists([id], ['code'])},
        {name: 'same', expr: same(['id'], ['site'])},
      ],
    }

    expect(await bench().engine.rows(plan, 10)).toEqual([])
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
      input: bench().typed(columns, rows),
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
