import {mkdtemp, rm, truncate} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {toScalar, valueParsers} from '../../../src/core/delta/parquet-values.ts'
import {readRows} from '../../../src/core/delta/read-rows.ts'
import {roaringBytes, z85} from '../../support/roaring-bytes.ts'
import {addFile, featureProtocol, metaData, openTable, writeLog} from './foreign-fixture.ts'
import {range} from './table-fixture.ts'

let lake: string
let folder: string
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'hippo-rows-'))
  folder = join(lake, 't')
})
afterEach(() => rm(lake, {recursive: true}))

async function collect(columns?: readonly string[]): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  for await (const row of readRows(await openTable(folder), columns === undefined ? {} : {columns})) rows.push(row)
  return rows
}

describe('readRows', () => {
  const table = async (deleted: readonly number[]) => {
    const bytes = roaringBytes(deleted, 'run')
    const deletionVector = {storageType: 'i', pathOrInlineDv: z85(bytes), sizeInBytes: bytes.byteLength, cardinality: deleted.length}
    const columns = [
      {name: 'id', type: 'long'},
      {name: 'ward', type: 'string'},
      {name: 'late', type: 'long'},
    ]
    const add = await addFile(folder, 'f.parquet', {id: range(0, 9)}, {deletionVector, partitionValues: {ward: 'a'}})
    await writeLog(folder, 0, [featureProtocol('deletionVectors'), metaData(columns, {partitionColumns: ['ward']}), add])
  }

  it('gives the columns asked for, in the order of the table', async () => {
    await table([])

    expect((await collect(['late', 'id']))[3]).toEqual({id: 3n, late: null})
  })

  it('gives every row when only columns are asked for that no file has', async () => {
    await table([0, 5, 6])

    expect(await collect(['ward'])).toEqual(Array(7).fill({ward: 'a'}))
  })

  it('names the file that is gone or cut off', async () => {
    await table([])
    await truncate(join(folder, 'f.parquet'), 20)
    await expect(collect()).rejects.toMatchObject({code: 'TABLE_CORRUPT', message: expect.stringContaining('version 0: t/f.parquet: ')})

    await rm(join(folder, 'f.parquet'))

    await expect(collect()).rejects.toMatchObject({code: 'TABLE_CORRUPT', message: expect.stringContaining('version 0: t/f.parquet: ')})
  })
})

describe('toScalar', () => {
  const amount = {kind: 'decimal', precision: 38, scale: 2} as const

  it.each([
    [5, 'int64', 0, 5n],
    [-9223372036854775808n, 'int64', 0, -9223372036854775808n],
    [0.1, 'float64', 0, 0.1],
    [19782, 'date', 0, '2024-02-29'],
    [-719162, 'date', 0, '0001-01-01'],
    [1709164799123456n, 'timestamp', 0, '2024-02-28T23:59:59.123456Z'],
    [-1n, 'timestamp', 0, '1969-12-31T23:59:59.999999Z'],
    [1_500_000n, 'timestamp', 0, '1970-01-01T00:00:01.5Z'],
    [19782, 'timestamp', 0, '2024-02-29T00:00:00Z'],
    [-5n, amount, 2, '-0.05'],
    [7, amount, 0, '7.00'],
    [15n, amount, 1, '1.50'],
    [new Uint8Array([0xff, 0xfe]), amount, 2, '-0.02'],
    [true, 'boolean', 0, true],
    ['é', 'string', 0, 'é'],
  ] as const)('gives %s as %o with scale %d', (value, type, scale, expected) => {
    expect(toScalar(value, type, scale)).toEqual(expected)
  })

  it('cuts nanoseconds towards the past, before 1970 too', () => {
    expect([1999n, -1n, -1000n, -1001n].map(valueParsers.timestampFromNanoseconds)).toEqual([1n, -1n, -1n, -2n])
  })
})
