// Scans of Parquet files: their values, columns they lack, rows that a table has deleted, and files that are damaged.
import {readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {rowsAsTheOracle, type Workbench} from './workbench.ts'

function overwrite(path: string, from: number, to: number): void {
  writeFileSync(path, readFileSync(path).fill(0xaa, from, to))
}

export function parquetPromises(bench: () => Workbench): void {
  const both = (plan: Plan) => rowsAsTheOracle(bench(), plan)

  it.each([
    ['gone', (path: string) => rmSync(path), 'the data file is gone'],
    ['cut off', (path: string) => truncateSync(path, statSync(path).size - 10), 'it is cut off, or the file of another table'],
    ['overwritten in the middle', (path: string) => overwrite(path, 4, 60), 'its Parquet .* (?:is|are) damaged'],
    ['without its footer', (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size, 7)), 'its Parquet footer is damaged'],
  ])('names table, version and file when a file of a table is %s', async (_, damage, what) => {
    const {result} = await bench().write({all: bench().typed({id: 'int64'}, [[1n], [2n]])}, bench().oracle)
    const path = result.outputs[0]?.files[0]?.path ?? ''
    const origin = {table: 'silver/patient', version: 7, key: 'silver/patient/part-1.parquet', sizeBytes: statSync(path).size}
    const file = {path, format: {kind: 'parquet'}, binding: {id: 'id'}, constants: {}, origin} as const
    const scan: Plan = {kind: 'scan', files: [file], columns: [{name: 'id', type: 'int64'}]}
    expect(await both(scan)).toHaveLength(2)
    damage(path)

    for (const engine of [bench().engine, bench().oracle]) {
      await expect(engine.rows(scan, 10)).rejects.toMatchObject({
        code: 'TABLE_CORRUPT',
        message: expect.stringMatching(`^table silver/patient cannot be read at version 7: silver/patient/part-1.parquet: .*${what}`),
        hint: expect.stringContaining('can still be read'),
      })
    }
  })

  it('passes over deleted rows and keeps the numbers of the others', async () => {
    const count = 20_000
    const input = bench().typed(
      {id: 'int64'},
      Array.from({length: count}, (_, index) => [BigInt(index)]),
    )
    const {result} = await bench().write({all: input}, bench().oracle)
    const path = result.outputs[0]?.files[0]?.path ?? ''
    const file = {path, format: {kind: 'parquet'}, binding: {id: 'id'}, constants: {ward: 'a', isOpen: true}} as const
    const scan: Plan = {
      kind: 'scan',
      columns: [
        {name: 'id', type: 'int64'},
        {name: 'ward', type: 'string'},
        {name: 'isOpen', type: 'boolean'},
      ],
      files: [
        {
          ...file,
          deletedRows: [
            {from: 0, to: 1},
            {from: 2, to: count - 2},
            {from: count - 1, to: count},
          ],
        },
        {...file, deletedRows: [{from: 0, to: count}]},
        {...file, deletedRows: [{from: 3, to: count}]},
      ],
      rowNumber: 'row',
    }

    expect(await both(scan)).toEqual([
      {id: 1n, ward: 'a', isOpen: true, row: 2n},
      {id: BigInt(count - 2), ward: 'a', isOpen: true, row: BigInt(count - 1)},
      {id: 0n, ward: 'a', isOpen: true, row: 1n},
      {id: 1n, ward: 'a', isOpen: true, row: 2n},
      {id: 2n, ward: 'a', isOpen: true, row: 3n},
    ])
  })

  it('scans Parquet files that the oracle wrote, lacking columns as null', async () => {
    const columns = {
      s: 'string',
      i: 'int64',
      f: 'float64',
      b: 'boolean',
      d: 'date',
      t: 'timestamp',
      m: {kind: 'decimal', precision: 20, scale: 4},
    } as const
    const input = bench().typed(columns, [
      ['é', 9223372036854775807n, 0.1, true, '0001-01-01', '9999-12-31T23:59:59.999999Z', '-1234567890123456.7891'],
      [null, null, null, null, null, null, null],
      ['', -1n, -1e308, false, '2024-02-29', '1969-12-31T23:59:59.5Z', '0.0000'],
    ])
    const {result} = await bench().write({all: input}, bench().oracle)
    const path = result.outputs[0]?.files[0]?.path ?? ''
    const names = Object.keys(columns)
    const scan: Plan = {
      kind: 'scan',
      columns: [
        ...names.map((name) => ({name, type: columns[name as keyof typeof columns]})),
        {name: 'later', type: 'int64'},
        {name: 'from', type: 'string'},
      ],
      files: [
        {path, format: {kind: 'parquet'}, binding: Object.fromEntries(names.map((name) => [name, name])), constants: {from: 'p'}},
        {path, format: {kind: 'parquet'}, binding: {i: 'i', later: 'i'}, constants: {from: 'q'}},
      ],
      rowNumber: 'row',
    }

    const rows = (await both(scan)) as readonly Readonly<Record<string, unknown>>[]

    expect(rows[0]).toEqual({
      ...{s: 'é', i: 9223372036854775807n, f: 0.1, b: true, d: '0001-01-01', t: '9999-12-31T23:59:59.999999Z', m: '-1234567890123456.7891'},
      ...{later: null, from: 'p', row: 1n},
    })
    expect(rows.map((row) => [row.i, row.later, row.from, row.row, row.s])).toEqual([
      [9223372036854775807n, null, 'p', 1n, 'é'],
      [null, null, 'p', 2n, null],
      [-1n, null, 'p', 3n, ''],
      [9223372036854775807n, 9223372036854775807n, 'q', 1n, null],
      [null, null, 'q', 2n, null],
      [-1n, -1n, 'q', 3n, null],
    ])
  })
}
