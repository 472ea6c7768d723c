import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {asyncBufferFromFile, parquetMetadataAsync, type SchemaElement} from 'hyparquet'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {stageFiles} from '../../../src/core/delta/add-files.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import type {Field} from '../../../src/core/delta/schema.ts'
import {fileStats, rawParsers} from '../../../src/core/delta/stats.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {keysOf} from './table-fixture.ts'

type Column = readonly [element: SchemaElement, data: readonly unknown[]]

const optional = {repetition_type: 'OPTIONAL'} as const
const text = (name: string, data: readonly (string | null)[]): Column => [
  {name, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional},
  data,
]
const long = (name: string, data: readonly (bigint | null)[]): Column => [{name, type: 'INT64', ...optional}, data]
const double = (name: string, data: readonly (number | null)[]): Column => [{name, type: 'DOUBLE', ...optional}, data]
const date = (name: string, data: readonly (Date | null)[]): Column => [{name, type: 'INT32', converted_type: 'DATE', ...optional}, data]
const decimal = (name: string, data: readonly (number | null)[]): Column => [
  {name, type: 'INT64', converted_type: 'DECIMAL', precision: 10, scale: 2, ...optional},
  data,
]
const timestamp = (name: string, data: readonly (bigint | null)[], isAdjustedToUTC = true): Column => [
  {name, type: 'INT64', logical_type: {type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS'}, ...optional},
  data,
]
const field = (name: string, type: Field['type'], nullable = true): Field => ({name, type, nullable})

describe('stageFiles', () => {
  let folder: string
  let store: ObjectStore
  let count = 0
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hippo-stage-'))
    store = memoryStore()
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  async function parquet(columns: readonly Column[], rowGroupSize = 1000): Promise<string> {
    const path = join(folder, `${++count}.parquet`)
    const schema = [{name: 'root', num_children: columns.length}, ...columns.map(([element]) => element)]
    const columnData = columns.map(([{name}, data]) => ({name, data: [...data]}))
    await writeFile(path, new Uint8Array(parquetWriteBuffer({columnData, schema, rowGroupSize, statisticsTruncateLength: 200})))
    return path
  }
  async function statsOf(
    columns: readonly Column[],
    fields: readonly Field[],
    hidden: ReadonlySet<string> | 'all' = new Set(),
    rowGroupSize = 1000,
  ) {
    const [add] = await stageFiles(store, 't', [{path: await parquet(columns, rowGroupSize)}], fields, hidden)
    return JSON.parse(add?.stats ?? '')
  }

  it('moves files under unique names and describes them in order', async () => {
    const files = [
      {path: await parquet([long('id', [1n, 2n])]), rows: 2},
      {path: await parquet([long('id', [3n])]), rows: 1},
    ]

    const adds = await stageFiles(store, 'silver/t', files, [field('id', 'int64')], new Set())

    expect(adds.map(({stats}) => JSON.parse(stats ?? '').numRecords)).toEqual([2, 1])
    expect(adds.map(({dataChange, partitionValues}) => ({dataChange, partitionValues}))).toEqual([
      {dataChange: true, partitionValues: {}},
      {dataChange: true, partitionValues: {}},
    ])
    expect(await keysOf(store, 'silver/t/')).toEqual(adds.map(({path}) => `silver/t/${path}`).toSorted())
    for (const {path, size} of adds) expect((await store.head(`silver/t/${path}`))?.sizeBytes).toBe(size)
    expect(await readdir(folder)).toEqual([])
  })

  it('takes rows, nulls and bounds of every type from the footer, over all row groups', async () => {
    const columns = [
      long('id', [5n, null, -3n, 9_007_199_254_740_993n]),
      text('name', ['b', 'é', null, 'a"b']),
      double('weight', [1.5, -2.25, 0, null]),
      date('born', [new Date('1999-12-31'), new Date('2024-02-29'), null, new Date('1899-01-01')]),
      decimal('dose', [1.1, 2.35, -0.05, null]),
      timestamp('at', [1_000_000_000_001_999n, 1_000_000_000_000_001n, null, 1_000_000_000_000_500n]),
    ]
    const fields = [
      field('id', 'int64'),
      field('name', 'string'),
      field('weight', 'float64'),
      field('born', 'date'),
      field('dose', {kind: 'decimal', precision: 10, scale: 2}),
      field('at', 'timestamp'),
    ]

    const [add] = await stageFiles(store, 't', [{path: await parquet(columns, 2)}], fields, new Set())

    expect(add?.stats).toContain('"id":9007199254740993')
    expect(JSON.parse(add?.stats ?? '')).toEqual({
      numRecords: 4,
      minValues: {id: -3, name: 'a"b', weight: -2.25, born: '1899-01-01', dose: -0.05, at: '2001-09-09T01:46:40.000Z'},
      maxValues: {id: Number('9007199254740993'), name: 'é', weight: 1.5, born: '2024-02-29', dose: 2.35, at: '2001-09-09T01:46:40.002Z'},
      nullCount: {id: 1, name: 1, weight: 1, born: 1, dose: 1, at: 1},
    })
  })

  it('cuts long texts so that the bounds still hold', async () => {
    const low = `a${'x'.repeat(40)}`
    const high = `z${'é'.repeat(40)}`

    const {minValues, maxValues} = await statsOf([text('name', [high.slice(0, 36), low])], [field('name', 'string')])

    expect(minValues.name).toBe(low.slice(0, 32))
    expect(maxValues.name).toBe(`${high.slice(0, 32)}\u{10FFFF}`)
    expect(Buffer.compare(Buffer.from(maxValues.name), Buffer.from(high.slice(0, 36)))).toBeGreaterThan(0)
  })

  it('keeps bounds that the footer itself had cut', async () => {
    const whole = '€'.repeat(100)

    const {minValues, maxValues} = await statsOf([text('name', [whole])], [field('name', 'string')])

    expect(Buffer.compare(Buffer.from(minValues.name), Buffer.from(whole))).toBeLessThan(0)
    expect(Buffer.compare(Buffer.from(maxValues.name), Buffer.from(whole))).toBeGreaterThan(0)
  })

  it('leaves out a bound that the footer cut within a character', async () => {
    const path = await parquet([text('name', ['ab€'])])
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path), {parsers: rawParsers})
    const cut = new TextEncoder().encode('ab€').subarray(0, 3)
    const chunk = metadata.row_groups[0]?.columns[0]?.meta_data
    if (chunk?.statistics === undefined) throw new Error('the file has statistics')
    chunk.statistics = {...chunk.statistics, min_value: cut, max_value: cut}

    const stats = JSON.parse(fileStats(metadata, [field('name', 'string')], new Set()))

    expect([stats.minValues, stats.maxValues]).toEqual([{}, {}])
  })

  it('gives no bounds to a column without values, or when a row group lacks them', async () => {
    const fields = [field('id', 'int64'), field('weight', 'float64')]

    const empty = await statsOf([long('id', [null, null]), double('weight', [null, null])], fields)
    const withNaN = await statsOf([long('id', [null, 1n, 2n]), double('weight', [1, Number.NaN, 3])], fields, new Set(), 1)

    expect(empty).toEqual({numRecords: 2, minValues: {}, maxValues: {}, nullCount: {id: 2, weight: 2}})
    expect(withNaN.minValues).toEqual({id: 1})
    expect(withNaN.maxValues).toEqual({id: 2})
  })

  it('keeps values of protected columns out of the whole log, checkpoints included', async () => {
    const columns = [text('name', ['Jane Doe', 'John Roe']), text('city', ['Oslo', 'Rome']), date('born', [new Date('1931-07-04'), null])]
    const fields = [field('name', 'string'), field('city', 'string'), field('born', 'date')]
    const path = await parquet(columns)

    const add = await stageFiles(store, 't', [{path}], fields, new Set(['NAME', 'born']))
    const first = await commit(store, 't', undefined, {mode: 'append', add, fields})
    await commit(store, 't', first, {mode: 'append', add: []}, {checkpointEvery: 1})

    const log = await keysOf(store, 't/_delta_log/')
    expect(log).toHaveLength(5)
    for (const key of log) {
      const content = Buffer.from(await store.get(key)).toString('latin1')
      for (const secret of ['Jane', 'John', '1931']) expect(content).not.toContain(secret)
    }
    expect(JSON.parse(add[0]?.stats ?? '')).toEqual({
      numRecords: 2,
      minValues: {city: 'Oslo'},
      maxValues: {city: 'Rome'},
      nullCount: {name: 0, city: 0, born: 1},
    })
  })

  it('can protect every column', async () => {
    const stats = await statsOf([text('name', ['Jane Doe', null])], [field('name', 'string')], 'all')

    expect(stats).toEqual({numRecords: 2, minValues: {}, maxValues: {}, nullCount: {name: 1}})
  })

  describe('refuses files that are not what the table declares, and moves none', () => {
    const fields = [field('id', 'int64'), field('at', 'timestamp')]
    const good: readonly Column[] = [long('id', [1n]), timestamp('at', [1n])]

    it.each<[string, readonly Column[], string]>([
      ['a missing column', [long('id', [1n])], 'column at is missing'],
      ['an unknown column', [...good, text('more', ['x'])], 'column more is in a file'],
      ['another type', [text('id', ['1']), timestamp('at', [1n])], 'column id was written as BYTE_ARRAY'],
      ['another integer width', [[{name: 'id', type: 'INT32', ...optional}, [1]], timestamp('at', [1n])], 'column id was written as INT32'],
      ['a timestamp without UTC', [long('id', [1n]), timestamp('at', [1n], false)], 'column at was written as INT64 TIMESTAMP'],
    ])('%s', async (_, columns, message) => {
      const files = [{path: await parquet(good)}, {path: await parquet(columns)}]

      await expect(stageFiles(store, 't', files, fields, new Set())).rejects.toMatchObject({
        code: 'TABLE_REQUEST_INVALID',
        exitCode: 2,
        message: expect.stringContaining(message),
        hint: expect.stringContaining('exactly the columns'),
      })

      expect(await keysOf(store, '')).toEqual([])
      expect(await readdir(folder)).toHaveLength(2)
    })

    it('another number of rows than reported', async () => {
      await expect(stageFiles(store, 't', [{path: await parquet(good), rows: 2}], fields, new Set())).rejects.toMatchObject({
        code: 'TABLE_REQUEST_INVALID',
      })
    })

    it('nulls where none may be', async () => {
      const path = await parquet([long('id', [1n, null])])

      await expect(stageFiles(store, 't', [{path}], [field('id', 'int64', false)], new Set())).rejects.toMatchObject({
        code: 'TABLE_REQUEST_INVALID',
      })
    })

    it('a file that is not there', async () => {
      await expect(stageFiles(store, 't', [{path: join(folder, 'none')}], fields, new Set())).rejects.toMatchObject({
        code: 'TABLE_REQUEST_INVALID',
        message: 'table t: a file cannot be read: ENOENT',
      })
    })

    it('a file that is no Parquet, or cut off', async () => {
      const path = join(folder, 'bad.parquet')
      for (const content of ['', 'PAR1', 'hello hello hello']) {
        await writeFile(path, content)
        await expect(stageFiles(store, 't', [{path}], fields, new Set())).rejects.toMatchObject({code: 'TABLE_REQUEST_INVALID'})
      }
    })
  })
})
