import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {commit} from '../../../src/core/delta/commit.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {addFile, metaData, openTable, plainProtocol, writeLog} from './foreign-fixture.ts'
import {append, createTable, damage, entryKey, idsOf} from './table-fixture.ts'

let lake: string
let folder: string
let size: number
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'hippo-crc-'))
  folder = join(lake, 't')
  const add = await addFile(folder, 'f.parquet', {id: [1]})
  size = (add.add as {size: number}).size
  await writeLog(folder, 0, [plainProtocol, metaData([{name: 'id', type: 'long'}]), add])
})
afterEach(() => rm(lake, {recursive: true}))

const checksum = (content: Readonly<Record<string, unknown>>) => writeLog(folder, 0, [content], 'crc')

describe('the checksum file that a commit writes', () => {
  it('says what the version adds up to, as others write it', async () => {
    const store = memoryStore()
    const base = await append(await createTable(store, 't'), [1, 2], {txn: {appId: 'a', version: 3}})
    const {metaData, protocol, files} = await append(base, [3])

    const said = JSON.parse(new TextDecoder().decode(await store.get(entryKey('t', 2).replace('.json', '.crc'))))

    expect(said).toEqual({
      txnId: expect.any(String),
      tableSizeBytes: [...files.values()].reduce((sum, file) => sum + file.size, 0),
      numFiles: 2,
      numMetadata: 1,
      numProtocol: 1,
      setTransactions: [{appId: 'a', version: 3, lastUpdated: expect.any(Number)}],
      domainMetadata: [],
      metadata: metaData,
      protocol,
    })
  })

  it('tells when an entry of the log is another one than was written', async () => {
    const store = memoryStore()
    await append(await append(await createTable(store, 't'), [1]), [2])
    await damage(store, entryKey('t', 1), (text) => text.replace(/"size":\d+/, '"size":1'))

    await expect(readSnapshot(store, 't')).rejects.toMatchObject({code: 'TABLE_CORRUPT', message: expect.stringContaining('.crc')})
  })

  it('leaves a commit at three requests, those with a checkpoint too', async () => {
    const {store, take} = recordingStore(memoryStore())
    let snapshot: Snapshot = await createTable(store, 't')
    take()

    const requests: number[] = []
    for (let version = 1; version <= 10; version++) {
      snapshot = await commit(store, 't', snapshot, {mode: 'append', add: []})
      requests.push(take().length)
    }

    expect(requests).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 3])
  })

  it('is not what the commit stands on', async () => {
    const store = memoryStore()
    const base = await createTable(store, 't')
    const putIfAbsent: ObjectStore['putIfAbsent'] = (key, ...rest) =>
      key.endsWith('.crc') ? Promise.reject(new Error('full')) : store.putIfAbsent(key, ...rest)

    const committed = await append({...base, store: {...store, putIfAbsent}}, [1])

    expect(committed).toMatchObject({state: 'committed', checksumError: new Error('full')})
    expect(await idsOf(store, 't')).toEqual([1])
  })
})

describe('the checksum file of a version', () => {
  it('that agrees with the log lets the table be read', async () => {
    await checksum({tableSizeBytes: size, numFiles: 1, numMetadata: 1, metadata: {id: 'foreign'}})

    expect((await openTable(folder)).files.size).toBe(1)
  })

  it.each([
    ['files', {numFiles: 2}, 'says 2 files, the log adds up to 1'],
    ['bytes', {tableSizeBytes: 7}, 'says 7 bytes'],
    ['table', {metadata: {id: 'another'}}, 'is of another table'],
  ])('with other %s is an error that names it', async (_, content, message) => {
    await checksum(content)

    await expect(openTable(folder)).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      message: expect.stringMatching(new RegExp(`^table t cannot be read at version 0: t/_delta_log/0{20}\\.crc: .*${message}`)),
    })
  })

  it('that is cut off says nothing', async () => {
    await writeLog(folder, 0, [], 'crc')

    expect((await openTable(folder)).files.size).toBe(1)
  })

  it('of another version says nothing about this one', async () => {
    await checksum({numFiles: 1})
    await writeLog(folder, 1, [await addFile(folder, 'g.parquet', {id: [2]})])

    expect((await openTable(folder)).files.size).toBe(2)
  })
})
