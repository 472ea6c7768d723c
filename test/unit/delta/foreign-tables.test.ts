import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {crc32} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {AddAction} from '../../../src/core/delta/actions.ts'
import {encodeCheckpoint} from '../../../src/core/delta/checkpoint.ts'
import {rowCount, tableFiles} from '../../../src/core/delta/table-files.ts'
import {planVacuum, vacuum} from '../../../src/core/delta/vacuum.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import {roaringBytes, z85} from '../../support/roaring-bytes.ts'
import {addFile, featureProtocol, logPath, metaData, openTable, plainProtocol, rowsOf, writeLog} from './foreign-fixture.ts'
import {range} from './table-fixture.ts'

let lake: string
let folder: string
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'hippo-foreign-'))
  folder = join(lake, 't')
})
afterEach(() => rm(lake, {recursive: true}))

const id = {name: 'id', type: 'long'}

describe('a vacuum of a table that names its own files by absolute URIs', () => {
  it('deletes what no version has, and nothing else', async () => {
    const add = await addFile(folder, `file:${join(folder, 'kept.parquet')}`, {id: [1]})
    await addFile(folder, 'orphan.parquet', {id: [2]})
    await writeLog(folder, 0, [plainProtocol, metaData([id]), add])
    const store = await openLocalStore(lake)

    await vacuum(store, await planVacuum(store, 't', {now: Date.now() + 8 * 24 * 3600 * 1000}))

    expect((await readdir(folder)).sort()).toEqual(['_delta_log', 'kept.parquet'])
    expect(await rowsOf(folder)).toEqual([{id: 1n}])
  })
})

describe('a partitioned table', () => {
  it('takes partition values from the log, typed, null where they are empty', async () => {
    const columns = [id, {name: 'day', type: 'date'}, {name: 'ward', type: 'integer'}, {name: 'open', type: 'boolean'}]
    const partitionColumns = ['day', 'ward', 'open']
    const values = [
      {day: '2024-02-29', ward: '7', open: 'true'},
      {day: '', ward: null, open: 'false'},
    ]
    const adds = await Promise.all(values.map((partitionValues, n) => addFile(folder, `f${n}.parquet`, {id: [n]}, {partitionValues})))
    await writeLog(folder, 0, [plainProtocol, metaData(columns, {partitionColumns}), ...adds])

    expect(await rowsOf(folder)).toEqual([
      {id: 0n, day: '2024-02-29', ward: 7n, open: true},
      {id: 1n, day: null, ward: null, open: false},
    ])
  })

  it('believes the log where a data file holds the column too', async () => {
    const add = await addFile(folder, 'f.parquet', {id: [1], ward: [9]}, {partitionValues: {ward: '7'}})
    await writeLog(folder, 0, [plainProtocol, metaData([id, {name: 'ward', type: 'long'}], {partitionColumns: ['ward']}), add])

    expect(await rowsOf(folder)).toEqual([{id: 1n, ward: 7n}])
  })

  it('names the file and the column of a value that is none of its type, and repeats nothing of it', async () => {
    const add = await addFile(folder, 'f.parquet', {id: [1]}, {partitionValues: {ward: 'Jane'}})
    await writeLog(folder, 0, [plainProtocol, metaData([id, {name: 'ward', type: 'long'}], {partitionColumns: ['ward']}), add])

    const error = await rowsOf(folder).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({code: 'TABLE_CORRUPT', message: expect.stringMatching(/version 0: t\/f\.parquet: .*column ward/)})
    expect(String(error)).not.toContain('Jane')
  })
})

describe('a data file', () => {
  it.each([
    ['with escaped characters in its folder', 'site=A%2520B%2525/f.parquet'],
    ['with a space and letters beyond ASCII in its folder', 'site=Z%C3%BCrich%20S/f.parquet'],
  ])('%s is found', async (_, path) => {
    const add = await addFile(folder, path, {id: [1, 2]})
    await writeLog(folder, 0, [plainProtocol, metaData([id]), add])

    expect(await rowsOf(folder)).toEqual([{id: 1n}, {id: 2n}])
  })

  it('elsewhere on this machine is found by its absolute, encoded URI', async () => {
    const uri = `file:${join(lake, 'other place', 'f.parquet')}`
    const add = await addFile(folder, encodeURI(uri), {id: [5]})
    await writeLog(folder, 0, [plainProtocol, metaData([id]), add])

    expect(await rowsOf(folder)).toEqual([{id: 5n}])
  })

  it('reached by a relative path out of the table is refused', async () => {
    const add = await addFile(folder, '..%2Fother%2Ff.parquet', {id: [5]})
    await writeLog(folder, 0, [plainProtocol, metaData([id]), add])

    await expect(rowsOf(folder)).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('outside its folder')})
  })

  it('in another store is refused', async () => {
    await addFile(folder, 'f.parquet', {id: [5]})
    const add = {path: 's3://elsewhere/f.parquet', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true}
    await writeLog(folder, 0, [plainProtocol, metaData([id]), {add}])

    await expect(rowsOf(folder)).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('another store')})
  })
})

describe('a table with mapped columns', () => {
  const mapped = (name: string, physicalName: string, number: number) => ({
    name,
    type: 'long',
    metadata: {'delta.columnMapping.id': number, 'delta.columnMapping.physicalName': physicalName},
  })
  const byName = {configuration: {'delta.columnMapping.mode': 'name'}}

  it('reads columns and partition values by their physical names', async () => {
    const columns = [mapped('id', 'col-1', 1), mapped('was', 'id', 2), mapped('ward', 'col-3', 3), mapped('late', 'col-4', 4)]
    const add = await addFile(folder, 'f.parquet', {'col-1': [1, 2], id: [8, 9]}, {partitionValues: {'col-3': '7'}})
    await writeLog(folder, 0, [featureProtocol('columnMapping'), metaData(columns, {...byName, partitionColumns: ['ward']}), add])

    expect(await rowsOf(folder)).toEqual([
      {id: 1n, was: 8n, ward: 7n, late: null},
      {id: 2n, was: 9n, ward: 7n, late: null},
    ])
  })

  it('ignores the mapping where the protocol does not ask for it', async () => {
    const add = await addFile(folder, 'f.parquet', {id: [1], 'col-1': [2]})
    await writeLog(folder, 0, [plainProtocol, metaData([mapped('id', 'col-1', 1)], byName), add])

    expect(await rowsOf(folder)).toEqual([{id: 1n}])
  })

  it('refuses a column without a physical name', async () => {
    await writeLog(folder, 0, [featureProtocol('columnMapping'), metaData([id], byName)])

    await expect(rowsOf(folder)).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('column id')})
  })
})

describe('a deletion vector', () => {
  const protocol = featureProtocol('deletionVectors')
  const uuid = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'
  const uuidText = z85(Buffer.from(uuid.replaceAll('-', ''), 'hex'))

  const inline = (rows: readonly number[], form: 'plain' | 'run' = 'plain') => {
    const bytes = roaringBytes(rows, form)
    return {storageType: 'i', pathOrInlineDv: z85(bytes), sizeInBytes: bytes.byteLength, cardinality: rows.length}
  }
  /** Writes vectors into one file and gives where the last of them lies. */
  const stored = async (path: string, ...vectors: readonly (readonly number[])[]) => {
    let file = Buffer.from([1])
    let at = {offset: 0, sizeInBytes: 0, cardinality: 0}
    for (const rows of vectors) {
      const bytes = roaringBytes(rows, 'run')
      const [size, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
      size.writeUInt32BE(bytes.byteLength)
      checksum.writeUInt32BE(crc32(bytes))
      at = {offset: file.byteLength, sizeInBytes: bytes.byteLength, cardinality: rows.length}
      file = Buffer.concat([file, size, bytes, checksum])
    }
    await writeFile(path, file)
    return at
  }
  const tableWith = async (deletionVector: unknown) => {
    const add = await addFile(folder, 'f.parquet', {id: range(0, 9)}, {deletionVector})
    await writeLog(folder, 0, [protocol, metaData([id]), add])
  }
  const idsLeft = async (version?: number) => (await rowsOf(folder, version === undefined ? {} : {version})).map((row) => Number(row.id))

  it.each([['plain'], ['run']] as const)('in the log itself, of %s containers, hides its rows', async (form) => {
    await tableWith(inline([0, 3, 4, 9], form))

    expect(await idsLeft()).toEqual([1, 2, 5, 6, 7, 8])
    expect(rowCount(await openTable(folder))).toBe(6)
  })

  it('in a file beside the data hides its rows, whatever else is in that file', async () => {
    await tableWith(undefined)
    const at = await stored(join(folder, `deletion_vector_${uuid}.bin`), [5, 6], [1, 2])
    await tableWith({storageType: 'u', pathOrInlineDv: uuidText, ...at})

    expect(await idsLeft()).toEqual([0, 3, 4, 5, 6, 7, 8, 9])
  })

  it('in a file below a random prefix, and at an absolute path, hides its rows', async () => {
    await addFile(folder, 'ab/any.parquet', {id: []})
    const prefixed = await stored(join(folder, 'ab', `deletion_vector_${uuid}.bin`), [1])
    await tableWith({storageType: 'u', pathOrInlineDv: `ab${uuidText}`, ...prefixed})
    expect(await idsLeft()).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9])

    const absolute = await stored(join(lake, 'a b.bin'), [2])
    await tableWith({storageType: 'p', pathOrInlineDv: `file://${encodeURI(join(lake, 'a b.bin'))}`, ...absolute})

    expect(await idsLeft()).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9])
  })

  it('replaced by another one counts alone; each version has its own', async () => {
    const [first, second] = [inline([1]), inline([1, 2])]
    const add = await addFile(folder, 'f.parquet', {id: range(0, 3)})
    const file = add.add as Readonly<Record<string, unknown>>
    const removed = (deletionVector?: unknown) => ({remove: {path: 'f.parquet', dataChange: true, deletionVector}})
    await writeLog(folder, 0, [protocol, metaData([id]), add])
    await writeLog(folder, 1, [removed(), {add: {...file, deletionVector: first}}])
    await writeLog(folder, 2, [{add: {...file, deletionVector: second}}, removed(first)])

    expect(await idsLeft(0)).toEqual([0, 1, 2, 3])
    expect(await idsLeft(1)).toEqual([0, 2, 3])
    expect(await idsLeft(2)).toEqual([0, 3])
  })

  it('tells logical files apart: removing the file under another vector leaves this one', async () => {
    const [live, other] = [inline([1]), inline([2])]
    const add = await addFile(folder, 'f.parquet', {id: range(0, 3)}, {deletionVector: live})
    const removed = (deletionVector: unknown) => ({remove: {path: 'f.parquet', dataChange: true, deletionVector}})
    await writeLog(folder, 0, [protocol, metaData([id]), add])
    await writeLog(folder, 1, [removed(other)])
    await writeLog(folder, 2, [removed(live)])

    expect(await idsLeft(1)).toEqual([0, 2, 3])
    expect(await idsLeft(2)).toEqual([])
  })

  it.each([
    [
      'with a checksum that does not match',
      (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(bytes.byteLength - 1) ^ 1, bytes.byteLength - 1),
    ],
    ['with another row in it', (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(bytes.byteLength - 8) ^ 4, bytes.byteLength - 8)],
    ['with another size', (bytes: Buffer) => bytes.writeUInt8(99, 4)],
  ])('%s makes the table unreadable, by name', async (_, break_) => {
    await tableWith(undefined)
    const path = join(folder, `deletion_vector_${uuid}.bin`)
    const at = await stored(path, [1, 2])
    await tableWith({storageType: 'u', pathOrInlineDv: uuidText, ...at})
    const bytes = await readFile(path)
    break_(bytes)
    await writeFile(path, bytes)

    await expect(openTable(folder)).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      message: expect.stringContaining(
        `table t cannot be read at version 0: t/deletion_vector_${uuid}.bin: the deletion vector is damaged`,
      ),
    })
  })

  it('that is cut off, gone, of another cardinality or an unknown kind makes the table unreadable', async () => {
    await tableWith(undefined)
    const at = await stored(join(folder, `deletion_vector_${uuid}.bin`), [1, 2])
    const beside = {storageType: 'u', pathOrInlineDv: uuidText, ...at}
    const gone = {...beside, pathOrInlineDv: `no${uuidText}`}
    const inlined = inline([1])

    for (const vector of [
      gone,
      {...beside, sizeInBytes: at.sizeInBytes + 1},
      {...beside, offset: at.offset + 20},
      {...beside, cardinality: 1},
      {...beside, pathOrInlineDv: 'short'},
      {...inlined, cardinality: 2},
      {...inlined, storageType: 'x'},
    ]) {
      await tableWith(vector)
      await expect(openTable(folder), JSON.stringify(vector)).rejects.toMatchObject({code: 'TABLE_CORRUPT'})
    }
  })
})

describe('a checkpoint of the feature v2Checkpoint', () => {
  const name = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'

  /** Version 2 as JSON checkpoint with two sidecars; the commits up to it are gone. */
  const checkpointed = async () => {
    const adds = await Promise.all([1, 2].map((n) => addFile(folder, `f${n}.parquet`, {id: [n]})))
    const sidecars = ['one.parquet', 'two.parquet']
    await addFile(folder, '_delta_log/_sidecars/any.parquet', {id: []})
    for (const [index, add] of adds.entries()) await writeSidecar(sidecars[index] ?? '', add.add)
    await writeLog(
      folder,
      2,
      [
        {checkpointMetadata: {version: 2}},
        featureProtocol('v2Checkpoint'),
        metaData([id]),
        ...sidecars.map((path) => ({sidecar: {path, sizeInBytes: 1, modificationTime: 0}})),
      ],
      `checkpoint.${name}.json`,
    )
    await writeLog(folder, 3, [await addFile(folder, 'f3.parquet', {id: [3]})])
  }
  const writeSidecar = async (file: string, add: unknown) => {
    const action = add as AddAction
    const {bytes} = await encodeCheckpoint({txns: new Map(), files: new Map([[action.path, action]]), tombstones: new Map()}, 0)
    await writeFile(join(folder, '_delta_log', '_sidecars', file), bytes)
  }

  it('is read with the files it names', async () => {
    await checkpointed()

    expect((await rowsOf(folder)).map((row) => row.id)).toEqual([1n, 2n, 3n])
    expect(tableFiles(await openTable(folder, {version: 2})).map(({key}) => key)).toEqual(['t/f1.parquet', 't/f2.parquet'])
  })

  it('whose sidecar is gone is an error that names it, never a smaller table', async () => {
    await checkpointed()
    await rm(join(folder, '_delta_log', '_sidecars', 'two.parquet'))

    await expect(openTable(folder)).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      message: expect.stringContaining('version 2: t/_delta_log/_sidecars/two.parquet: this file of the checkpoint is gone'),
    })
  })

  it('that is cut off is an error that names it', async () => {
    await checkpointed()
    await writeFile(logPath(folder, 2, `checkpoint.${name}.json`), '{"checkpointMetadata":{"version":2}}\n{"proto')

    await expect(openTable(folder)).rejects.toMatchObject({code: 'TABLE_CORRUPT', message: expect.stringContaining('line 2')})
  })
})
