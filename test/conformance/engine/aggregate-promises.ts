import {expect, it} from 'vitest'
import {column, compare, type Expr, isNull, literal, type ScalarType, type ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Aggregate, AggregateFunction, AggregatePlan, Plan} from '../../../src/core/expr/plan.ts'
import {csvFile, textScan, type Workbench} from './workbench.ts'

const columns: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  i: 'int64',
  f: 'float64',
  b: 'boolean',
  d: 'date',
  t: 'timestamp',
  m: {kind: 'decimal', precision: 20, scale: 2},
}

const rows: readonly (readonly ScalarValue[])[] = [
  ['a', 9223372036854775807n, 0.5, true, '2024-02-29', '1969-12-31T23:59:59.999999Z', '0.01'],
  ['\uffee', 9223372036854775807n, -0, false, '0001-01-01', '2024-02-29T00:00:00Z', '999999999999999999.99'],
  ['😀', -1n, 0, null, '9999-12-31', '0001-01-01T00:00:00Z', '-5.50'],
  [null, null, null, null, null, null, null],
  ['', 3n, 2.25, true, '2024-02-29', '9999-12-31T23:59:59.999999Z', '0.01'],
  ['a', -1n, 0.5, true, '1970-01-01', '2024-02-29T00:00:00Z', '0.00'],
]

const names = Object.keys(columns)
const of = (name: AggregateFunction, expr: Expr, as: string): Aggregate => ({name: as, function: name, of: expr})
const over = (id: string, input: Plan, aggregates: readonly Aggregate[]): AggregatePlan => ({id, input, aggregates})

/** Every function that has a meaning for each column. */
const everything: readonly Aggregate[] = [
  {name: 'count', function: 'count'},
  ...names.flatMap((name) => [
    of('countDistinct', column(name), `distinct ${name}`),
    of('countNull', column(name), `null ${name}`),
    of('min', column(name), `min ${name}`),
    of('max', column(name), `max ${name}`),
  ]),
  of('distinctHashes', column('s'), 'hashes s'),
  {name: 'half i', function: 'quantile', of: column('i'), share: 0.5},
  {name: 'third f', function: 'quantile', of: column('f'), share: 0.3},
  ...['i', 'f', 'm'].map((name) => of('sum', column(name), `sum ${name}`)),
  of('countIf', column('b'), 'if b'),
  of('countIf', compare(column('i'), '<', literal(0n, 'int64')), 'negative'),
  of('sum', {kind: 'length', of: column('s')}, 'characters'),
]

export function aggregatePromises(bench: () => Workbench): void {
  it('measures counts, sums and extremes of every type, leaving nulls out', async () => {
    const plan = over('all', bench().typed(columns, rows), everything)

    for (const engine of [bench().oracle, bench().engine]) {
      const [measured] = await engine.measure([plan])

      expect(measured).toEqual({
        id: 'all',
        values: {
          ...{count: 6n, 'if b': 3n, negative: 2n, characters: 4n},
          ...{'half i': 3, 'third f': 0, 'hashes s': 4n},
          ...{'distinct s': 4n, 'null s': 1n, 'min s': '', 'max s': '😀'},
          ...{'distinct i': 3n, 'null i': 1n, 'min i': -1n, 'max i': 9223372036854775807n, 'sum i': 18446744073709551615n},
          ...{'distinct f': 3n, 'null f': 1n, 'min f': 0, 'max f': 2.25, 'sum f': 3.25},
          ...{'distinct b': 2n, 'null b': 2n, 'min b': false, 'max b': true},
          ...{'distinct d': 4n, 'null d': 1n, 'min d': '0001-01-01', 'max d': '9999-12-31'},
          ...{'distinct t': 4n, 'null t': 1n, 'min t': '0001-01-01T00:00:00Z', 'max t': '9999-12-31T23:59:59.999999Z'},
          ...{'distinct m': 4n, 'null m': 1n, 'min m': '-5.50', 'max m': '999999999999999999.99', 'sum m': '999999999999999994.51'},
        },
      })
    }
  })

  it('counts nothing and finds no extremes in an input without rows, or with nulls only', async () => {
    const nulls = rows[3] ?? []
    const plans = [over('none', bench().typed(columns, []), everything), over('nulls', bench().typed(columns, [nulls, nulls]), everything)]

    const [none, onlyNulls] = await bench().engine.measure(plans)

    expect([none, onlyNulls]).toEqual(await bench().oracle.measure(plans))
    expect(none?.values).toMatchObject({
      count: 0n,
      'distinct s': 0n,
      'null s': 0n,
      'min i': null,
      'max t': null,
      'sum i': null,
      'sum f': null,
      'sum m': null,
      'if b': 0n,
    })
    expect(onlyNulls?.values).toMatchObject({count: 2n, 'distinct s': 0n, 'null s': 2n, 'min s': null, 'sum i': null, 'if b': 0n})
  })

  it('sums int64 exactly beyond int64, both ways', async () => {
    const limits: Plan = bench().typed(
      {i: 'int64'},
      Array.from({length: 40}, (_, index) => [index % 2 === 0 ? -9223372036854775808n : -9223372036854775807n]),
    )

    const [measured] = await bench().engine.measure([over('s', limits, [of('sum', column('i'), 'sum')])])

    expect(measured?.values.sum).toBe(20n * -9223372036854775808n + 20n * -9223372036854775807n)
  })

  it('answers many plans in their order, over shared and different inputs', async () => {
    const [one, other] = [bench().typed({i: 'int64'}, [[1n], [2n], [null]]), bench().typed({i: 'int64'}, [[7n]])]
    const filtered: Plan = {kind: 'filter', input: one, where: isNull(column('i'))}
    const plans = [
      over('a', one, [{name: 'n', function: 'count'}]),
      over('b', other, [of('max', column('i'), 'n')]),
      over('c', one, [of('sum', column('i'), 'n')]),
      over('d', filtered, [{name: 'n', function: 'count'}]),
      over('e', other, []),
    ]

    expect(await bench().engine.measure(plans)).toEqual([
      {id: 'a', values: {n: 3n}},
      {id: 'b', values: {n: 7n}},
      {id: 'c', values: {n: 3n}},
      {id: 'd', values: {n: 1n}},
      {id: 'e', values: {}},
    ])
    expect(await bench().engine.measure([])).toEqual([])
  })

  it('answers about several inputs at once, whether or not they share a scan, each as if it were alone', async () => {
    const input = bench().typed(columns, rows)
    const byText: Plan = {kind: 'group', input, by: ['s'], aggregates: [{name: 'alike', function: 'count'}]}
    const few: Plan = {kind: 'filter', input, where: compare(column('i'), '<', literal(0n, 'int64'))}
    const other = bench().typed({k: 'string'}, [['x'], ['x'], [null]])
    const plans = [
      over('texts', byText, [of('sum', column('alike'), 'rows'), of('countDistinct', column('s'), 'texts')]),
      over('rows', input, [of('distinctHashes', column('s'), 'texts')]),
      over('few', few, [{name: 'rows', function: 'count'}]),
      over('other', other, [of('distinctHashes', column('k'), 'texts')]),
      over('rows again', input, [of('max', column('i'), 'most')]),
    ]

    for (const engine of [bench().oracle, bench().engine])
      expect(await engine.measure(plans)).toEqual([
        {id: 'texts', values: {rows: 6n, texts: 4n}},
        {id: 'rows', values: {texts: 4n}},
        {id: 'few', values: {rows: 2n}},
        {id: 'other', values: {texts: 1n}},
        {id: 'rows again', values: {most: 9223372036854775807n}},
      ])
  })

  it('measures set expressions', async () => {
    const input = bench().typed({id: 'int64'}, [[1n], [2n], [1n], [null], [null]])
    const relation: Plan = {kind: 'values', columns: [{name: 'k', type: 'int64'}], rows: [[2n]]}
    const plan = over('keys', input, [
      of('countIf', {kind: 'isDuplicated', key: ['id']}, 'duplicated'),
      of('countIf', {kind: 'isRepeat', key: ['id'], columns: []}, 'repeats'),
      of('countIf', {kind: 'not', of: {kind: 'existsIn', key: [column('id')], relation, on: ['k']}}, 'orphans'),
      of('countDistinct', {kind: 'lookup', key: [column('id')], relation, on: ['k'], take: 'k'}, 'found'),
    ])

    expect(await bench().engine.measure([plan])).toEqual([{id: 'keys', values: {duplicated: 2n, repeats: 1n, orphans: 2n, found: 1n}}])
  })

  it('groups rows by values, null among them, and measures each group', async () => {
    const input = bench().typed(columns, rows)
    const grouped: Plan = {
      kind: 'group',
      input,
      by: ['d', 's'],
      aggregates: [
        {name: 'rows', function: 'count'},
        {name: 'known', function: 'countIf', of: {kind: 'not', of: isNull(column('f'))}},
        {name: 'most', function: 'max', of: column('t')},
        {name: 'half', function: 'quantile', of: column('f'), share: 0.5},
      ],
    }
    const byDay: Plan = {kind: 'group', input: grouped, by: ['d'], aggregates: [{name: 'groups', function: 'count'}]}
    const sorted = (found: readonly object[]) =>
      found.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort()

    for (const engine of [bench().oracle, bench().engine]) {
      const days = await engine.rows(byDay, 100)

      expect(sorted(await engine.rows(grouped, 100))).toEqual(
        sorted([
          {d: '2024-02-29', s: 'a', rows: 1n, known: 1n, most: '1969-12-31T23:59:59.999999Z', half: 0.5},
          {d: '0001-01-01', s: '\uffee', rows: 1n, known: 1n, most: '2024-02-29T00:00:00Z', half: 0},
          {d: '9999-12-31', s: '😀', rows: 1n, known: 1n, most: '0001-01-01T00:00:00Z', half: 0},
          {d: null, s: null, rows: 1n, known: 0n, most: null, half: null},
          {d: '2024-02-29', s: '', rows: 1n, known: 1n, most: '9999-12-31T23:59:59.999999Z', half: 2.25},
          {d: '1970-01-01', s: 'a', rows: 1n, known: 1n, most: '2024-02-29T00:00:00Z', half: 0.5},
        ]),
      )
      expect(sorted(days)).toEqual(
        sorted([
          {d: '2024-02-29', groups: 2n},
          {d: '0001-01-01', groups: 1n},
          {d: '9999-12-31', groups: 1n},
          {d: null, groups: 1n},
          {d: '1970-01-01', groups: 1n},
        ]),
      )
      expect(await engine.measure([over('groups', byDay, [{name: 'days', function: 'count'}])])).toEqual([
        {id: 'groups', values: {days: 5n}},
      ])
    }
  })

  it('counts the records of a file whose columns nobody asks for', async () => {
    const scan = textScan([csvFile(bench().file('a,b\n1,2\n3,4\n5,6\n'), ['a', 'b'])], ['a', 'b'])

    expect(await bench().engine.measure([over('n', scan, [{name: 'n', function: 'count'}])])).toEqual([{id: 'n', values: {n: 3n}}])
  })
}
