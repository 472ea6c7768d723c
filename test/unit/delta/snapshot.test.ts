import {beforeEach, describe, expect, it} from 'vitest'
import type {ProtocolAction} from '../../../src/core/delta/actions.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {rowCount, tableFiles} from '../../../src/core/delta/table-files.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {append, createTable, damage, entryKey, idsOf, keysOf, overwrite, range, tableWith, versionsOf} from './table-fixture.ts'

const log = 't/_delta_log/'
const checkpointKey = (version: number) => entryKey('t', version).replace('.json', '.checkpoint.parquet')
const checksumKey = (version: number) => entryKey('t', version).replace('.json', '.crc')

describe('readSnapshot', () => {
  let store: ObjectStore
  beforeEach(() => {
    store = memoryStore()
  })

  it('knows that there is no table', async () => {
    expect(await readSnapshot(store, 't')).toBeUndefined()
  })

  it('does not take one table for another whose name begins the same', async () => {
    await append(await createTable(store, 'table2'), [1])

    expect(await readSnapshot(store, 'table')).toBeUndefined()
  })

  it('reads every version as it was', async () => {
    await overwrite(await tableWith(store, 3), [9])

    expect(await idsOf(store, 't', {version: 0})).toEqual([])
    expect(await idsOf(store, 't', {version: 2})).toEqual([1, 2])
    expect(await idsOf(store, 't', {version: 3})).toEqual([1, 2, 3])
    expect(await idsOf(store, 't')).toEqual([9])
  })

  it('reads old versions when there are newer checkpoints', async () => {
    await tableWith(store, 12)

    expect(await idsOf(store, 't', {version: 4})).toEqual(range(1, 4))
    expect(await idsOf(store, 't', {version: 11})).toEqual(range(1, 11))
  })

  it('reads the version of a time', async () => {
    let now = 1_000_000
    const clocked = memoryStore({now: () => now})
    let snapshot = await createTable(clocked, 't')
    for (const id of [1, 2, 3]) {
      now += 1000
      snapshot = await append(snapshot, [id])
    }

    expect(await idsOf(clocked, 't', {asOf: new Date(1_001_999)})).toEqual([1])
    expect(await idsOf(clocked, 't', {asOf: new Date(1_002_000)})).toEqual([1, 2])
    expect(await idsOf(clocked, 't', {asOf: new Date(9_000_000)})).toEqual([1, 2, 3])
    await expect(readSnapshot(clocked, 't', {asOf: new Date(999_999)})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
  })

  it('refuses versions that do not exist', async () => {
    await tableWith(store, 2)

    for (const version of [3, -1, 1.5]) {
      await expect(readSnapshot(store, 't', {version})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
    }
  })

  it('says which files make it up, and how many rows they have', async () => {
    const snapshot = await tableWith(store, 3)

    const files = tableFiles(snapshot)

    expect(files.map(({rows}) => rows)).toEqual([1, 1, 1])
    for (const {key, sizeBytes} of files) expect((await store.head(key))?.sizeBytes).toBe(sizeBytes)
    expect(rowCount(snapshot)).toBe(3)
  })

  describe('with checkpoints', () => {
    it('opens a checkpointed table in three reads', async () => {
      await tableWith(store, 20)
      const {store: recording, take} = recordingStore(store)

      const snapshot = await readSnapshot(recording, 't')

      expect(snapshot?.version).toBe(20)
      expect(take()).toEqual([`get ${log}_last_checkpoint`, `list ${log}`, `get ${checkpointKey(20)}`])
    })

    it('reads besides the checkpoint only the commits after it', async () => {
      await tableWith(store, 12)
      const {store: recording, take} = recordingStore(store)

      await readSnapshot(recording, 't')

      const wanted = [
        `get ${log}_last_checkpoint`,
        `list ${log}`,
        `get ${checkpointKey(10)}`,
        `get ${entryKey('t', 11)}`,
        `get ${entryKey('t', 12)}`,
        `get ${checksumKey(12)}`,
      ]
      expect(take().toSorted()).toEqual(wanted.toSorted())
    })

    it('gives the same snapshot as reading every commit', async () => {
      await overwrite(await tableWith(store, 9), [1])
      const fromCheckpoint = await readSnapshot(store, 't')
      for (const key of [checkpointKey(10), `${log}_last_checkpoint`]) await store.delete(key)

      const fromCommits = await readSnapshot(store, 't')

      expect(fromCheckpoint?.version).toBe(10)
      const withoutDataChange = (files: ReadonlyMap<string, {readonly dataChange: boolean}>) =>
        [...files].map(([path, file]) => [path, {...file, dataChange: false}])
      expect({...fromCheckpoint, files: [...(fromCheckpoint?.files ?? [])], tombstones: [...(fromCheckpoint?.tombstones ?? [])]}).toEqual({
        ...fromCommits,
        files: withoutDataChange(fromCommits?.files ?? new Map()),
        tombstones: withoutDataChange(fromCommits?.tombstones ?? new Map()),
      })
      expect(fromCheckpoint?.tombstones.size).toBe(9)
    })

    it('reads and writes on when the commits before the checkpoint are gone', async () => {
      await tableWith(store, 12)
      for (const version of range(0, 10)) await store.delete(entryKey('t', version))

      const snapshot = (await readSnapshot(store, 't')) as Snapshot
      const after = await append(snapshot, [13])

      expect(snapshot.txns.get('a')?.version).toBe(12)
      expect(await idsOf(store, 't')).toEqual(range(1, 13))
      expect(after.version).toBe(13)
      await expect(readSnapshot(store, 't', {version: 5})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
    })

    it('does without the hint, and with a stale or unreadable one', async () => {
      await tableWith(store, 22)
      const hint = `${log}_last_checkpoint`
      const expected = range(1, 22)

      for (const content of ['{"version":10,"size":3}', '{"version":0}', '{}', 'not json', '{"version":-1}']) {
        await store.put(hint, new TextEncoder().encode(content))
        expect(await idsOf(store, 't')).toEqual(expected)
      }
      await store.delete(hint)

      expect(await idsOf(store, 't')).toEqual(expected)
    })

    it('falls back to an older checkpoint or the commits when a checkpoint is gone or damaged', async () => {
      await tableWith(store, 21)

      await damage(store, checkpointKey(20), () => 'no parquet')
      expect(await idsOf(store, 't')).toEqual(range(1, 21))
      await store.delete(checkpointKey(20))
      expect(await idsOf(store, 't')).toEqual(range(1, 21))
      await damage(store, checkpointKey(10), (text) => text.slice(0, 100))

      expect(await idsOf(store, 't')).toEqual(range(1, 21))
    })

    it('names the damaged checkpoint when nothing else leads to the version', async () => {
      await tableWith(store, 10)
      await damage(store, checkpointKey(10), () => 'no parquet')
      await store.delete(entryKey('t', 0))

      await expect(readSnapshot(store, 't')).rejects.toMatchObject({
        code: 'TABLE_CORRUPT',
        details: {table: 't', version: 10, key: checkpointKey(10)},
      })
    })

    it('reads checkpoints in parts once all parts are there', async () => {
      await tableWith(store, 10)
      const whole = await store.get(checkpointKey(10))
      const part = (n: number, of: number) =>
        `${log}${'10'.padStart(20, '0')}.checkpoint.${String(n).padStart(10, '0')}.${String(of).padStart(10, '0')}.parquet`
      await store.delete(checkpointKey(10))
      await store.delete(entryKey('t', 3))

      await store.putIfAbsent(part(1, 2), whole)
      await expect(readSnapshot(store, 't')).rejects.toMatchObject({code: 'TABLE_CORRUPT', details: {version: 3}})
      await store.putIfAbsent(part(2, 2), whole)

      expect(await idsOf(store, 't')).toEqual(range(1, 10))
    })
  })

  describe('of a table that others wrote', () => {
    const rewrite = (protocol: ProtocolAction, configuration = {}) =>
      damage(store, entryKey('t', 0), (text) => {
        const lines = text.trim().split('\n')
        const actions: Record<string, Record<string, unknown>>[] = lines.map((line) => JSON.parse(line))
        const changed = actions.map((action) => {
          if (action.protocol) return {protocol}
          if (action.metaData) return {metaData: {...action.metaData, configuration}}
          return action
        })
        return changed.map((action) => JSON.stringify(action)).join('\n')
      })

    it.each([['variantType'], ['catalogManaged'], ['futureThing']])('refuses the reader feature %s by name', async (feature) => {
      await createTable(store, 't')
      await rewrite({
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: [feature, 'timestampNtz'],
        writerFeatures: [feature, 'timestampNtz'],
      })

      await expect(readSnapshot(store, 't')).rejects.toMatchObject({
        code: 'TABLE_UNSUPPORTED',
        message: expect.stringContaining(`[${feature}]`),
        details: {table: 't', version: 0},
      })
    })

    it('refuses columns mapped by id, and a reader version of the future', async () => {
      await createTable(store, 't')

      await rewrite({minReaderVersion: 2, minWriterVersion: 5}, {'delta.columnMapping.mode': 'id'})
      await expect(readSnapshot(store, 't')).rejects.toMatchObject({
        code: 'TABLE_UNSUPPORTED',
        message: expect.stringContaining('columnMapping(id)'),
      })
      await rewrite({minReaderVersion: 9, minWriterVersion: 9})
      await expect(readSnapshot(store, 't')).rejects.toMatchObject({
        code: 'TABLE_UNSUPPORTED',
        message: expect.stringContaining('reader version 9'),
      })
    })

    it('reads a table with writer features, and refuses to write it', async () => {
      const base = await append(await createTable(store, 't'), [1])
      await rewrite({minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'checkConstraints', 'identityColumns']})

      const snapshot = (await readSnapshot(store, 't')) as Snapshot

      expect(rowCount(snapshot)).toBe(1)
      await expect(commit(store, 't', snapshot, {mode: 'append', add: []})).rejects.toMatchObject({
        code: 'TABLE_UNSUPPORTED',
        message: expect.stringContaining('[identityColumns]'),
      })
      expect(base.version).toBe(1)
    })

    it('refuses data files outside the table', async () => {
      await append(await createTable(store, 't'), [1])
      await damage(store, entryKey('t', 1), (text) => text.replace('"path":"part', '"path":"..%2Fother%2Fpart'))

      const snapshot = (await readSnapshot(store, 't')) as Snapshot

      expect(() => tableFiles(snapshot)).toThrowError(expect.objectContaining({code: 'TABLE_UNSUPPORTED'}))
    })

    it('appends to a table that is append-only, and replaces nothing in it', async () => {
      await append(await createTable(store, 't'), [1])
      await rewrite({minReaderVersion: 1, minWriterVersion: 2}, {'delta.appendOnly': 'true'})
      const snapshot = (await readSnapshot(store, 't')) as Snapshot

      const after = await append(snapshot, [2])

      expect(await idsOf(store, 't')).toEqual([1, 2])
      await expect(overwrite(after, [3])).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED'})
    })

    it('passes over actions and fields it does not know, and objects that are no commits', async () => {
      await tableWith(store, 2)
      await damage(
        store,
        entryKey('t', 2),
        (text) =>
          `${text.replace(/"lines":[0-9]+,?/, '').replace('"add":{', '"add":{"baseRowId":7,')}{"domainMetadata":{"domain":"x"}}\n{"sidecar":{}}\n`,
      )
      await store.put(`${log}00000000000000000002.crc`, new TextEncoder().encode('{}'))
      await store.put(`${log}00000000000000000000.00000000000000000002.compacted.json`, new TextEncoder().encode('x'))

      expect(await idsOf(store, 't')).toEqual([1, 2])
    })
  })

  it('shows nothing of staged files until they are committed', async () => {
    const base = await append(await createTable(store, 't'), [1])
    const before = await readSnapshot(store, 't')
    const other = memoryStore()

    await append({...base, store: {...failingCommits(store, other)}}, [2]).catch(() => undefined)

    expect((await keysOf(store, 't/part-')).length).toBe(2)
    expect(await readSnapshot(store, 't')).toEqual(before)
    expect(await versionsOf(store, 't')).toEqual([0, 1])
  })
})

/** Takes data files and fails every commit, as a process does that dies in between. */
function failingCommits(store: ObjectStore, spare: ObjectStore): ObjectStore {
  return {
    kind: 'memory',
    uri: store.uri,
    head: (key) => store.head(key),
    get: (key, options) => spare.get(key, options),
    stream: (key, options) => store.stream(key, options),
    putIfAbsent: (key, body, options) =>
      key.includes('_delta_log') ? Promise.reject(new Error('died')) : store.putIfAbsent(key, body, options),
    put: (key, body, options) => store.put(key, body, options),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key) => store.delete(key),
    capabilities: () => store.capabilities(),
    localPath: (key) => store.localPath(key),
  }
}
