import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {commit, isTableConflict} from '../../../src/core/delta/commit.ts'
import {readSnapshot} from '../../../src/core/delta/snapshot.ts'
import {rowCount} from '../../../src/core/delta/table-files.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {append, createTable, damage, entryKey, fields, idsOf, keysOf, overwrite, range, stage, versionsOf} from './table-fixture.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, {recursive: true, force: true}))))

const stores: readonly (readonly [string, () => Promise<ObjectStore>])[] = [
  ['memory', async () => memoryStore()],
  [
    'local',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hippo-delta-'))
      folders.push(folder)
      return openLocalStore(folder)
    },
  ],
]

describe.each(stores)('commit to a %s store', (_, open) => {
  let store: ObjectStore
  beforeEach(async () => {
    store = await open()
  })

  it('makes a table with its first commit and reads it back', async () => {
    const add = await stage(store, 't', [1, 2, 3])

    const committed = await commit(store, 't', undefined, {mode: 'append', add, fields})

    const snapshot = await readSnapshot(store, 't')
    expect(committed).toMatchObject({state: 'committed', version: 0, fields})
    expect(snapshot).toMatchObject({version: 0, fields, protocol: {minReaderVersion: 1, minWriterVersion: 2}})
    expect(snapshot && rowCount(snapshot)).toBe(3)
    expect(await idsOf(store, 't')).toEqual([1, 2, 3])
  })

  it('returns the snapshot that a reader gets', async () => {
    const committed = await append(await createTable(store, 't'), [1, 2], {txn: {appId: 'a', version: 3}})

    const {state, ...snapshot} = committed

    expect(state).toBe('committed')
    expect(await readSnapshot(store, 't')).toEqual(snapshot)
  })

  it('keeps the rows of both writers when two append at once', async () => {
    const base = await createTable(store, 't')

    await Promise.all([append(base, [1, 2, 3]), append(base, [4, 5, 6])])

    expect(await idsOf(store, 't')).toEqual([1, 2, 3, 4, 5, 6])
    expect(await versionsOf(store, 't')).toEqual([0, 1, 2])
  })

  it('keeps the rows of 32 writers that append at once, in versions without a gap', async () => {
    const base = await createTable(store, 't')

    await Promise.all(range(1, 32).map((writer) => append(base, [writer * 2, writer * 2 + 1])))

    expect(await idsOf(store, 't')).toEqual(range(2, 65))
    expect(await versionsOf(store, 't')).toEqual(range(0, 32))
  })

  it('keeps the rows of both writers when two make the same table at once', async () => {
    const make = async (ids: readonly number[]) =>
      commit(store, 't', undefined, {mode: 'append', fields, add: await stage(store, 't', ids)})

    await Promise.all([make([1, 2]), make([3, 4])])

    expect(await idsOf(store, 't')).toEqual([1, 2, 3, 4])
    expect(await versionsOf(store, 't')).toEqual([0, 1])
  })

  it('replaces all rows with an overwrite, and keeps the old version readable', async () => {
    const base = await append(await createTable(store, 't'), [1, 2, 3])

    await overwrite(base, [7])

    expect(await idsOf(store, 't')).toEqual([7])
    expect(await idsOf(store, 't', {version: 1})).toEqual([1, 2, 3])
  })

  it('replaces the files that a merge names, and no others', async () => {
    const first = await append(await createTable(store, 't'), [1, 2])
    const base = await append(first, [3, 4])
    const remove = [...first.files.values()]

    await commit(store, 't', base, {mode: 'merge', remove, add: await stage(store, 't', [1, 22])})

    expect(await idsOf(store, 't')).toEqual([1, 3, 4, 22])
  })
})

describe('commit conflicts', () => {
  let store: ObjectStore
  const conflict = (reason: string) => ({code: 'TABLE_CONFLICT', exitCode: 75, details: {table: 't', conflict: reason}})
  beforeEach(() => {
    store = memoryStore()
  })

  it('refuses an overwrite that would wipe out rows it never saw', async () => {
    const base = await append(await createTable(store, 't'), [1])
    await append(base, [2])

    await expect(overwrite(base, [9])).rejects.toMatchObject(conflict('rowsAdded'))

    expect(await idsOf(store, 't')).toEqual([1, 2])
  })

  it('refuses a merge after rows were added, and takes it once worked out again', async () => {
    const base = await append(await createTable(store, 't'), [1])
    await append(base, [2])
    const merge = async (from: typeof base) =>
      commit(store, 't', from, {mode: 'merge', remove: [...from.files.values()], add: await stage(store, 't', [10])})

    const error: unknown = await merge(base).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(conflict('rowsAdded'))
    expect(isTableConflict(error)).toBe(true)
    const again = await readSnapshot(store, 't')
    await merge({...base, ...again})

    expect(await idsOf(store, 't')).toEqual([10])
  })

  it('refuses a second merge of the same files, even when the first added nothing', async () => {
    const base = await append(await createTable(store, 't'), [1])
    const remove = [...base.files.values()]
    await commit(store, 't', base, {mode: 'merge', remove, add: []})

    const second = commit(store, 't', base, {mode: 'merge', remove, add: await stage(store, 't', [5])})

    await expect(second).rejects.toMatchObject(conflict('rowsRemoved'))
    expect(await idsOf(store, 't')).toEqual([])
  })

  it('goes to the end of a log that has grown far since it was read, in one step', async () => {
    const base = await createTable(store, 't')
    let newest = base
    for (const id of range(1, 40)) newest = await append(newest, [id])
    const {store: recorded, take} = recordingStore(store)
    const add = await stage(store, 't', [41])

    const {version} = await commit(recorded, 't', base, {mode: 'append', add})

    expect(version).toBe(41)
    expect(take().filter((request) => /^putIfAbsent .*\.json$/.test(request))).toEqual([
      `putIfAbsent ${entryKey('t', 1)}`,
      `putIfAbsent ${entryKey('t', 41)}`,
    ])
    expect(await idsOf(store, 't')).toEqual(range(1, 41))
  })

  it('sees a conflict anywhere in what was committed since, and names its version', async () => {
    const base = await append(await createTable(store, 't'), [1])
    const second = await append(base, [2])
    await commit(store, 't', second, {mode: 'append', add: [], fields: [...fields, {name: 'extra', type: 'date', nullable: true}]})

    await expect(append(base, [3])).rejects.toMatchObject({
      ...conflict('metaDataChanged'),
      details: {conflict: 'metaDataChanged', version: 3},
    })
  })

  it('lets an append follow an overwrite', async () => {
    const base = await append(await createTable(store, 't'), [1])
    await overwrite(base, [5])

    await append(base, [6])

    expect(await idsOf(store, 't')).toEqual([5, 6])
  })

  it('refuses an append that was worked out from rows which have changed', async () => {
    const base = await append(await createTable(store, 't'), [1])
    await append(base, [2])

    await expect(append(base, [2], {readsTable: true})).rejects.toMatchObject(conflict('rowsAdded'))
  })

  it('refuses an append after the columns changed', async () => {
    const base = await createTable(store, 't')
    await commit(store, 't', base, {mode: 'append', add: [], fields: [...fields, {name: 'extra', type: 'date', nullable: true}]})

    await expect(append(base, [1])).rejects.toMatchObject(conflict('metaDataChanged'))
  })

  it('refuses a change of columns after rows were added', async () => {
    const base = await createTable(store, 't')
    await append(base, [1])

    const change = commit(store, 't', base, {mode: 'append', add: [], fields: [...fields, {name: 'extra', type: 'date', nullable: true}]})

    await expect(change).rejects.toMatchObject(conflict('rowsAdded'))
  })

  it('refuses to overwrite a table that somebody else just made', async () => {
    await append(await createTable(store, 't'), [1])

    const second = commit(store, 't', undefined, {mode: 'overwrite', fields, add: await stage(store, 't', [2])})

    await expect(second).rejects.toMatchObject(conflict('tableMade'))
    expect(await idsOf(store, 't')).toEqual([1])
  })
})

describe('commit with a txn', () => {
  let store: ObjectStore
  const txn = (version: number) => ({txn: {appId: 'hippo:clinic:t', version}})
  beforeEach(() => {
    store = memoryStore()
  })

  it('writes a batch once, however often it is committed', async () => {
    const base = await createTable(store, 't')
    const first = await append(base, [1, 2], txn(1))

    const fromNew = await append(first, [1, 2], txn(1))
    const fromOld = await append(base, [1, 2], txn(1))

    expect([first.state, fromNew.state, fromOld.state]).toEqual(['committed', 'already', 'already'])
    expect(fromOld.version).toBe(1)
    expect(await idsOf(store, 't')).toEqual([1, 2])
    expect(await versionsOf(store, 't')).toEqual([0, 1])
  })

  it('writes a batch once when two runs commit it at the same time', async () => {
    const base = await createTable(store, 't')

    const outcomes = await Promise.all(range(1, 8).map(() => append(base, [1, 2], txn(1))))

    expect(outcomes.filter(({state}) => state === 'committed')).toHaveLength(1)
    expect(await idsOf(store, 't')).toEqual([1, 2])
  })

  it('writes a batch once when the table is made by two runs at the same time', async () => {
    const make = async () => commit(store, 't', undefined, {mode: 'append', fields, add: await stage(store, 't', [1]), ...txn(1)})

    const outcomes = await Promise.all([make(), make(), make()])

    expect(outcomes.map(({state}) => state).toSorted()).toEqual(['already', 'already', 'committed'])
    expect(await idsOf(store, 't')).toEqual([1])
  })

  it('refuses a batch when an earlier one of the same application got in between', async () => {
    const base = await createTable(store, 't')
    await append(base, [1], txn(1))

    await expect(append(base, [2], txn(2))).rejects.toMatchObject({code: 'TABLE_CONFLICT', details: {conflict: 'sameApplication'}})
  })

  it('keeps other applications apart', async () => {
    const base = await createTable(store, 't')

    await append(base, [1], txn(5))
    const other = await append(base, [2], {txn: {appId: 'other', version: 1}})

    expect(other.state).toBe('committed')
    expect([...other.txns.values()].map(({appId, version}) => [appId, version])).toEqual([
      ['hippo:clinic:t', 5],
      ['other', 1],
    ])
  })
})

describe('commit when the store fails', () => {
  const failing = (
    inner: ObjectStore,
    fail: (key: string, put: () => Promise<'created' | 'exists'>) => Promise<'created' | 'exists'>,
  ): ObjectStore => ({
    ...bound(inner),
    putIfAbsent: (key, body, options) => fail(key, () => inner.putIfAbsent(key, body, options)),
  })
  const bound = (inner: ObjectStore): ObjectStore => ({
    kind: inner.kind,
    uri: inner.uri,
    head: inner.head.bind(inner),
    get: inner.get.bind(inner),
    stream: inner.stream.bind(inner),
    putIfAbsent: inner.putIfAbsent.bind(inner),
    put: inner.put.bind(inner),
    list: inner.list.bind(inner),
    delete: inner.delete.bind(inner),
    capabilities: inner.capabilities.bind(inner),
    localPath: inner.localPath.bind(inner),
  })

  it('recognises its own commit when the answer was lost', async () => {
    const inner = memoryStore()
    const base = await createTable(inner, 't')
    const store = failing(inner, async (key, put) => {
      await put()
      if (key.endsWith('.json')) throw new Error('connection reset')
      return 'created'
    })

    const committed = await append({...base, store}, [1, 2])

    expect(committed).toMatchObject({state: 'committed', version: 1})
    expect(await idsOf(inner, 't')).toEqual([1, 2])
    expect(await versionsOf(inner, 't')).toEqual([0, 1])
  })

  it('goes on to the next version when the answer was lost and another writer won', async () => {
    const inner = memoryStore()
    const base = await createTable(inner, 't')
    let isFirst = true
    const store = failing(inner, async (key, put) => {
      if (!key.endsWith('.json') || !isFirst) return put()
      isFirst = false
      await append(base, [7])
      throw new Error('connection reset')
    })

    await append({...base, store}, [1])

    expect(await idsOf(inner, 't')).toEqual([1, 7])
    expect(await versionsOf(inner, 't')).toEqual([0, 1, 2])
  })

  it('leaves the table as it was when the commit could not be written', async () => {
    const inner = memoryStore()
    const base = await append(await createTable(inner, 't'), [1])
    const store = failing(inner, async (key, put) => {
      if (key.endsWith('.json')) throw new Error('disk gone')
      return put()
    })

    await expect(append({...base, store}, [2])).rejects.toThrow('disk gone')

    expect(await idsOf(inner, 't')).toEqual([1])
    expect((await readSnapshot(inner, 't'))?.version).toBe(1)
  })

  it('commits even when the checkpoint that is due cannot be written', async () => {
    const inner = memoryStore()
    const store = failing(inner, async (key, put) => {
      if (key.endsWith('.checkpoint.parquet')) throw new Error('disk gone')
      return put()
    })
    const base = await createTable(store, 't')

    const committed = await append(base, [1], {}, {checkpointEvery: 1})

    expect(committed).toMatchObject({state: 'committed', version: 1})
    expect(committed.checkpointError).toBeInstanceOf(Error)
    expect(await idsOf(inner, 't')).toEqual([1])
    expect(await keysOf(inner, 't/_delta_log/_')).toEqual([])
  })

  it('says so when the entry that won cannot be read', async () => {
    const store = memoryStore()
    const base = await createTable(store, 't')
    await append(base, [1])
    await damage(store, entryKey('t', 1), (text) => text.slice(0, -20))

    await expect(append(base, [2])).rejects.toMatchObject({code: 'TABLE_CORRUPT', details: {table: 't', version: 1, key: entryKey('t', 1)}})
  })
})

describe('commit of what cannot be right', () => {
  it('refuses to add a file twice, to add one that the table has, and to remove one that it has not', async () => {
    const store = memoryStore()
    const base = await createTable(store, 't')
    const add = await stage(store, 't', [1])
    const after = await commit(store, 't', base, {mode: 'append', add})

    await expect(commit(store, 't', after, {mode: 'append', add})).rejects.toMatchObject({code: 'TABLE_REQUEST_INVALID'})
    await expect(commit(store, 't', after, {mode: 'append', add: [...add, ...add]})).rejects.toMatchObject({code: 'TABLE_REQUEST_INVALID'})
    await expect(commit(store, 't', base, {mode: 'merge', remove: add, add: []})).rejects.toMatchObject({code: 'TABLE_REQUEST_INVALID'})

    expect(await idsOf(store, 't')).toEqual([1])
  })

  it('needs the columns of a new table', async () => {
    await expect(commit(memoryStore(), 't', undefined, {mode: 'append', add: []})).rejects.toMatchObject({code: 'TABLE_REQUEST_INVALID'})
  })
})
