import {expect, it} from 'vitest'
import {column, compare, type Expr, isNull, literal, or, text} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {csvFile, csvText, rowsAsTheOracle, textScan, type Workbench} from './workbench.ts'

const byName = (name: string): {readonly name: string; readonly expr: Expr} => ({name, expr: column(name)})

export function planPromises(bench: () => Workbench): void {
  const both = (plan: Plan) => rowsAsTheOracle(bench(), plan)

  it('binds files with differing headers by name, one after the other', async () => {
    const first = bench().file('id,name,city\n1,Ada,London\n2,Bo,\n')
    const second = bench().file('City,added,id,NAME\nParis,x,3,Cy\n,y,4,\n')
    const scan = textScan(
      [
        csvFile(first, ['id', 'name', 'city']),
        csvFile(second, ['City', 'added', 'id', 'NAME'], {binding: {id: 'id', name: 'NAME', city: 'City', extra: 'added'}}),
      ],
      ['id', 'city', 'name', 'extra'],
    )

    expect(await both(scan)).toEqual([
      {id: '1', city: 'London', name: 'Ada', extra: null},
      {id: '2', city: null, name: 'Bo', extra: null},
      {id: '3', city: 'Paris', name: 'Cy', extra: 'x'},
      {id: '4', city: null, name: null, extra: 'y'},
    ])
  })

  it('adds constants and counts the rows of each file from 1', async () => {
    const [first, second] = [bench().file('a,b\nx,1\ny,2\n'), bench().file('a,b\nz,3\n')]
    const scan: Plan = {
      kind: 'scan',
      columns: [
        {name: 'batch', type: 'int64'},
        {name: 'a', type: 'string'},
        {name: 'file', type: 'string'},
        {name: 'since', type: 'date'},
      ],
      files: [
        csvFile(first, ['a', 'b'], {binding: {a: 'a'}, constants: {batch: 7n, file: 'f1', since: '2024-02-29'}}),
        csvFile(second, ['a', 'b'], {binding: {a: 'a'}, constants: {batch: 9223372036854775807n, file: 'f,2"', since: null}}),
      ],
      rowNumber: 'row',
    }

    expect(await both(scan)).toEqual([
      {batch: 7n, a: 'x', file: 'f1', since: '2024-02-29', row: 1n},
      {batch: 7n, a: 'y', file: 'f1', since: '2024-02-29', row: 2n},
      {batch: 9223372036854775807n, a: 'z', file: 'f,2"', since: null, row: 1n},
    ])
  })

  it('counts rows where nothing is bound', async () => {
    const scan: Plan = {
      ...textScan([csvFile(bench().file('a,b\n1,2\n3,4\n'), ['a', 'b'], {binding: {}})], ['missing']),
      rowNumber: 'row',
    } as Plan

    expect(await both(scan)).toEqual([
      {missing: null, row: 1n},
      {missing: null, row: 2n},
    ])
  })

  it('reads quotes, delimiters and line ends inside fields, and empty fields as null', async () => {
    const content = 'a,b,c\r\n"x,1","say ""hi""","two\nlines"\r\n,"",\r\n" pad ",😀,"\r\n"\r\n"""",\'q\',-\r\n'
    const scan = textScan([csvFile(bench().file(content), ['a', 'b', 'c'])], ['a', 'b', 'c'])

    expect(await both(scan)).toEqual([
      {a: 'x,1', b: 'say "hi"', c: 'two\nlines'},
      {a: null, b: null, c: null},
      {a: ' pad ', b: '😀', c: '\r\n'},
      {a: '"', b: "'q'", c: '-'},
    ])
  })

  it('never guesses: NA, null, 1, true and dates stay the text they are', async () => {
    const content = csvText(
      ['a', 'b'],
      [
        ['NA', 'null'],
        ['NULL', 'true'],
        ['1', '1.0'],
        ['2024-01-01', 'NaN'],
        ['0123', '-'],
        [' ', '\t'],
      ],
    )
    const scan = textScan([csvFile(bench().file(content), ['a', 'b'])], ['a', 'b'])

    const rows = await both(scan)

    expect(rows).toEqual([
      {a: 'NA', b: 'null'},
      {a: 'NULL', b: 'true'},
      {a: '1', b: '1.0'},
      {a: '2024-01-01', b: 'NaN'},
      {a: '0123', b: '-'},
      {a: ' ', b: '\t'},
    ])
  })

  it('reads other delimiters, files without quotes, and files without a header line', async () => {
    const semicolons = csvFile(bench().file("a;b\n1,5;'x;y'\n"), ['a', 'b'], {}, {delimiter: ';', quote: "'"})
    const {quote: _, ...unquoted} = csvFile('', ['a', 'b']).format as {
      readonly kind: 'csv'
      readonly delimiter: string
      readonly quote?: string
      readonly header: string[]
    }
    const pipes = {...csvFile(bench().file('a|b\n"x|y"\n'), ['a', 'b']), format: {...unquoted, delimiter: '|'}}
    const tabs = csvFile(bench().file('1\t2\n3\t"4\t5"\n'), ['a', 'b'], {}, {delimiter: '\t', headerless: true})
    const scan = textScan([semicolons, pipes, tabs], ['a', 'b'], 'row')

    expect(await both(scan)).toEqual([
      {a: '1,5', b: 'x;y', row: 1n},
      {a: '"x', b: 'y"', row: 1n},
      {a: '1', b: '2', row: 1n},
      {a: '3', b: '4\t5', row: 2n},
    ])
  })

  it('reads a last record without line end, a file of a header only, and no file at all', async () => {
    const [cut, only] = [bench().file('a,b\n1,2\n3,4'), bench().file('a,b\n')]

    expect(await both(textScan([csvFile(only, ['a', 'b']), csvFile(cut, ['a', 'b'])], ['a', 'b']))).toEqual([
      {a: '1', b: '2'},
      {a: '3', b: '4'},
    ])
    expect(await both(textScan([csvFile(only, ['a', 'b'])], ['a', 'b'], 'row'))).toEqual([])
    expect(await both(textScan([], ['a', 'b'], 'row'))).toEqual([])
  })

  it('reads column names that look like patterns or calls', async () => {
    const header = ['*', '^a.*$', 'a b', 'ä"', 'len()', '_row']
    const path = bench().file(csvText(header, [['1', '2', '3', '4', '5', '6']]))
    const scan = textScan([csvFile(path, header)], header)
    const plan: Plan = {kind: 'select', input: scan, columns: header.map((name) => byName(name)).reverse()}

    expect(await both(plan)).toEqual([{_row: '6', 'len()': '5', 'ä"': '4', 'a b': '3', '^a.*$': '2', '*': '1'}])
  })

  it('reads many rows in order, and a field of a megabyte', async () => {
    const rows = Array.from({length: 5000}, (_, index) => [String(index), index === 4321 ? 'x'.repeat(1_000_000) : `v${index}`])
    const scan = textScan([csvFile(bench().file(csvText(['a', 'b'], rows)), ['a', 'b'])], ['a', 'b'], 'row')
    const plan: Plan = {
      kind: 'select',
      input: {kind: 'filter', input: scan, where: compare({kind: 'length', of: column('b')}, '!=', literal(0n, 'int64'))},
      columns: [byName('row'), byName('a'), {name: 'size', expr: {kind: 'length', of: column('b')}}],
    }

    const written = (await bench().write({all: plan})).rows.all ?? []

    expect(written.length).toBe(5000)
    expect(written.every((row, index) => row.row === BigInt(index + 1) && row.a === String(index))).toBe(true)
    expect(written[4321]?.size).toBe(1_000_000n)
  })

  it('gives rows of values with every type', async () => {
    const plan: Plan = {
      kind: 'values',
      columns: [
        {name: 's', type: 'string'},
        {name: 'i', type: 'int64'},
        {name: 'f', type: 'float64'},
        {name: 'b', type: 'boolean'},
        {name: 'd', type: 'date'},
        {name: 't', type: 'timestamp'},
        {name: 'm', type: {kind: 'decimal', precision: 20, scale: 4}},
      ],
      rows: [
        ['', 9223372036854775807n, 1e308, true, '0001-01-01', '9999-12-31T23:59:59.999999Z', '1.5'],
        ['é', 1, 0.1, false, '9999-12-31', '0001-01-01T00:00:00Z', '-1234567890123456.7891'],
        [null, null, null, null, null, null, null],
      ],
    }

    expect(await both(plan)).toEqual([
      {s: '', i: 9223372036854775807n, f: 1e308, b: true, d: '0001-01-01', t: '9999-12-31T23:59:59.999999Z', m: '1.5000'},
      {s: 'é', i: 1n, f: 0.1, b: false, d: '9999-12-31', t: '0001-01-01T00:00:00Z', m: '-1234567890123456.7891'},
      {s: null, i: null, f: null, b: null, d: null, t: null, m: null},
    ])
    expect(await both({...plan, rows: []})).toEqual([])
  })

  it('derives from the input’s columns only, replacing in place and adding at the end', async () => {
    const input = bench().typed({a: 'int64', b: 'int64'}, [
      [1n, 10n],
      [2n, null],
    ])
    const plus = (left: Expr, right: Expr): Expr => ({kind: 'arithmetic', operator: '+', left, right})
    const plan: Plan = {
      kind: 'derive',
      input,
      columns: [
        {name: 'c', expr: plus(column('a'), column('b'))},
        {name: 'a', expr: text('now text')},
        {name: 'd', expr: plus(column('a'), column('a'))},
      ],
    }

    const rows = await both(plan)

    expect(rows).toEqual([
      {a: 'now text', b: 10n, c: 11n, d: 2n},
      {a: 'now text', b: null, c: null, d: 4n},
    ])
    expect(Object.keys(rows[0] as object)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('keeps rows whose condition is true, not those where it is null', async () => {
    const input = bench().typed({a: 'int64'}, [[1n], [null], [3n], [0n]])
    const above = compare(column('a'), '>', literal(0n, 'int64'))

    expect(await both({kind: 'filter', input, where: above})).toEqual([{a: 1n}, {a: 3n}])
    expect(await both({kind: 'filter', input, where: {kind: 'not', of: above}})).toEqual([{a: 0n}])
    expect(await both({kind: 'filter', input, where: or(above, isNull(column('a')))})).toEqual([{a: 1n}, {a: null}, {a: 3n}])
    expect(await both({kind: 'filter', input, where: literal(null, 'boolean')})).toEqual([])
  })

  it('selects exactly the columns asked for, renamed and computed', async () => {
    const input = bench().typed({a: 'int64', b: 'string'}, [[1n, 'x']])
    const plan: Plan = {kind: 'select', input, columns: [byName('b'), {name: 'copy', expr: column('b')}, {name: 'a', expr: text('k')}]}

    const rows = await both(plan)

    expect(rows).toEqual([{b: 'x', copy: 'x', a: 'k'}])
    expect(Object.keys(rows[0] as object)).toEqual(['b', 'copy', 'a'])
    expect(await both({kind: 'select', input: bench().typed({a: 'int64'}, [[1n], [2n]]), columns: [{name: 'k', expr: text('k')}]})).toEqual(
      [{k: 'k'}, {k: 'k'}],
    )
  })

  it('unites inputs in order, duplicates and all', async () => {
    const one = bench().typed({a: 'int64', b: 'string'}, [
      [2n, 'x'],
      [1n, null],
    ])
    const none = bench().typed({a: 'int64', b: 'string'}, [])
    const values: Plan = {
      kind: 'values',
      columns: [
        {name: 'a', type: 'int64'},
        {name: 'b', type: 'string'},
      ],
      rows: [[2n, 'x']],
    }

    expect(await both({kind: 'union', inputs: [one, none, values, one]})).toEqual([
      {a: 2n, b: 'x'},
      {a: 1n, b: null},
      {a: 2n, b: 'x'},
      {a: 2n, b: 'x'},
      {a: 1n, b: null},
    ])
    expect(await both({kind: 'union', inputs: [none]})).toEqual([])
  })

  it('gives no more rows than asked for, from the start', async () => {
    const plan = bench().typed({a: 'int64'}, [[1n], [2n], [3n]])

    expect(await bench().engine.rows(plan, 2)).toEqual([{a: 1n}, {a: 2n}])
    expect(await bench().engine.rows(plan, 0)).toEqual([])
  })

  it('runs long and deep expressions', async () => {
    const many: Expr = {
      kind: 'or',
      of: Array.from({length: 300}, (_, index) => compare(column('a'), '=', literal(BigInt(index * 2), 'int64'))),
    }
    const deep = Array.from({length: 150}).reduce<Expr>(
      (inner) => ({kind: 'arithmetic', operator: '+', left: inner, right: literal(1n, 'int64')}),
      column('a'),
    )
    const plan: Plan = {
      kind: 'select',
      input: bench().typed({a: 'int64'}, [[1n], [598n], [null]]),
      columns: [
        {name: 'many', expr: many},
        {name: 'deep', expr: deep},
      ],
    }

    expect(await both(plan)).toEqual([
      {many: false, deep: 151n},
      {many: true, deep: 748n},
      {many: null, deep: null},
    ])
  })

  it('explains a plan without running it, and without a row of data', () => {
    const plan: Plan = {kind: 'filter', input: textScan([csvFile('/absent.csv', ['a'])], ['a']), where: isNull(column('a'))}

    const explained = bench().engine.explain(plan)

    expect(explained).toContain('a')
    expect(explained.length).toBeGreaterThan(10)
  })
}
