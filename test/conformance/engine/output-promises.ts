import {readdirSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect, it} from 'vitest'
import {column, literal, type ScalarType, type ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {planColumns} from '../../../src/core/expr/walk.ts'
import {csvFile, readText, textScan, type Workbench, writtenTypes} from './workbench.ts'

const columns: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  i: 'int64',
  f: 'float64',
  b: 'boolean',
  d: 'date',
  t: 'timestamp',
  m: {kind: 'decimal', precision: 20, scale: 4},
}

const rows: readonly (readonly ScalarValue[])[] = [
  ['é|"x", y', 9223372036854775807n, 0.5, true, '2024-02-29', '2024-02-29T12:30:00.5Z', '-1.5000'],
  [null, null, null, null, null, null, null],
  ['', -1n, -2, false, '0001-01-01', '1969-12-31T23:59:59.999999Z', '12.3456'],
]

export function outputPromises(bench: () => Workbench): void {
  it('writes Parquet with the types of the plan, and reports files as they are', async () => {
    const {rows: written, result} = await bench().write({all: bench().typed(columns, rows)})
    const [output] = result.outputs
    const [file] = output?.files ?? []

    expect(written.all).toEqual(rows.map((row) => Object.fromEntries(Object.keys(columns).map((name, index) => [name, row[index]]))))
    expect(output?.rows).toBe(3)
    expect(output?.files.reduce((total, {rows: count}) => total + count, 0)).toBe(3)
    expect(await writtenTypes(file?.path ?? '')).toEqual(columns)
    for (const {path, sizeBytes} of output?.files ?? []) expect(statSync(path).size).toBe(sizeBytes)
  })

  it('writes a column of nulls with its type', async () => {
    const plan: Plan = {
      kind: 'select',
      input: bench().typed({a: 'int64'}, [[1n], [2n]]),
      columns: Object.entries(columns).map(([name, type]) => ({name, expr: literal(null, type)})),
    }

    const {result, rows: written} = await bench().write({all: plan})

    expect(await writtenTypes(result.outputs[0]?.files[0]?.path ?? '')).toEqual(columns)
    expect(written.all).toEqual([1, 2].map(() => Object.fromEntries(Object.keys(columns).map((name) => [name, null]))))
  })

  it('writes no file for no rows, and leaves nothing else behind', async () => {
    const directory = bench().directory()
    const plan = bench().typed(columns, [])
    const staging = bench().directory()

    const result = await bench().engine.write([{name: 'none', plan, columns: planColumns(plan), format: 'parquet', directory}], {
      stagingDirectory: staging,
    })

    expect(result.outputs).toEqual([{name: 'none', rows: 0, files: []}])
    expect(readdirSync(directory)).toEqual([])
  })

  it('writes no file for no rows of an output that may have several', async () => {
    const directory = bench().directory()
    const plan = bench().typed(columns, [])
    const output = {name: 'none', plan, columns: planColumns(plan), format: 'parquet' as const, directory, rowsPerFile: 10}

    const result = await bench().engine.write([output], {stagingDirectory: bench().directory()})

    expect(result.outputs).toEqual([{name: 'none', rows: 0, files: []}])
    expect(readdirSync(directory)).toEqual([])
  })

  it('begins another file after so many rows, in the order of the rows', async () => {
    const ids = Array.from({length: 25}, (_, index) => BigInt(index))
    const plan = bench().typed(
      {i: 'int64'},
      ids.map((id) => [id]),
    )

    const {rows: written, result} = await bench().write({all: plan, again: plan}, undefined, {rowsPerFile: 10})

    for (const {rows: count, files} of result.outputs) {
      expect(count).toBe(25)
      expect(files.map((file) => file.rows)).toEqual([10, 10, 5])
      for (const {path, sizeBytes} of files) expect(statSync(path).size).toBe(sizeBytes)
      expect(readdirSync(dirname(files[0]?.path ?? ''))).toHaveLength(3)
    }
    expect(written.all).toEqual(ids.map((i) => ({i})))
    expect(written.again).toEqual(written.all)
  })

  it('writes text for COPY: an empty field is null, "" is empty text', async () => {
    const plan: Plan = {
      kind: 'select',
      input: bench().typed(columns, rows),
      columns: ['s', 'i', 'b', 'd', 'm'].map((name) => ({name, expr: column(name)})),
    }
    const directory = bench().directory()

    const result = await bench().engine.write([{name: 'copy', plan, columns: planColumns(plan), format: 'csv', directory}], {
      stagingDirectory: bench().directory(),
    })
    const text = result.outputs.flatMap(({files}) => files.map(({path}) => readText(path))).join('')
    const scan = textScan([csvFile(bench().file(text), ['s', 'i', 'b', 'd', 'm'], {}, {headerless: true})], ['s', 'i', 'b', 'd', 'm'])

    expect(text.split('\n')[1]).toBe(',,,,')
    expect(text.split('\n')[2]?.startsWith('"",')).toBe(true)
    expect(await bench().oracle.rows(scan, 10)).toEqual([
      {s: 'é|"x", y', i: '9223372036854775807', b: 'true', d: '2024-02-29', m: '-1.5000'},
      {s: null, i: null, b: null, d: null, m: null},
      {s: null, i: '-1', b: 'false', d: '0001-01-01', m: '12.3456'},
    ])
  })

  it('writes rows in the order asked for, nulls first, those that are equal in the order they came', async () => {
    const rows = [
      ['b', 1n, 0n],
      [null, 2n, 1n],
      ['ß', null, 2n],
      ['b', null, 3n],
      ['😀', 1n, 4n],
      ['', 1n, 5n],
      ['b', 1n, 6n],
      ['\uffee', -1n, 7n],
    ]
    const plan = bench().typed({text: 'string', number: 'int64', at: 'int64'}, rows)

    const {rows: written} = await bench().write({all: plan}, undefined, {sortBy: ['text', 'number']})

    expect(written.all?.map((row) => row.at)).toEqual([1n, 5n, 3n, 0n, 6n, 2n, 7n, 4n])
  })

  it('writes joined text as lists', async () => {
    const plan = bench().typed({a: 'int64', tags: 'string'}, [
      [1n, 'x'],
      [2n, 'x|y|z'],
      [3n, null],
    ])

    const {rows: written, result} = await bench().write({all: plan}, undefined, {lists: ['tags']})

    expect(await writtenTypes(result.outputs[0]?.files[0]?.path ?? '')).toEqual({a: 'int64', tags: 'list'})
    expect(written.all?.map((row) => row.tags)).toEqual(['[x]', '[x|y|z]', null])
  })

  it('writes several outputs of one input, each complete', async () => {
    const input = bench().typed(columns, rows)
    const part: Plan = {kind: 'select', input, columns: [{name: 'i', expr: column('i')}]}
    const present: Plan = {kind: 'filter', input: part, where: {kind: 'not', of: {kind: 'isNull', of: column('i')}}}

    const {rows: written} = await bench().write({all: input, part, present})

    expect(written.all?.length).toBe(3)
    expect(written.part).toEqual([{i: 9223372036854775807n}, {i: null}, {i: -1n}])
    expect(written.present).toEqual([{i: 9223372036854775807n}, {i: -1n}])
  })

  it('stops when asked before it begins', async () => {
    const plan = bench().typed({a: 'int64'}, [[1n]])
    const signal = AbortSignal.abort()
    const directory = bench().directory()

    await expect(bench().engine.rows(plan, 1, {signal})).rejects.toThrow()
    await expect(bench().engine.measure([{id: 'a', input: plan, aggregates: [{name: 'n', function: 'count'}]}], {signal})).rejects.toThrow()
    await expect(
      bench().engine.write([{name: 'a', plan, columns: planColumns(plan), format: 'parquet', directory}], {
        signal,
        stagingDirectory: directory,
      }),
    ).rejects.toThrow()
  })

  it('goes on working after a plan that cannot be run', async () => {
    const missing = textScan([csvFile(join(tmpdir(), 'hippo-no-such-file.csv'), ['a'])], ['a'])

    await expect(bench().engine.rows(missing, 1)).rejects.toThrow()
    expect(await bench().engine.rows(bench().typed({a: 'int64'}, [[1n]]), 1)).toEqual([{a: 1n}])
  })
}
