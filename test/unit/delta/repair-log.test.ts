import {beforeEach, describe, expect, it} from 'vitest'
import {encodeCheckpoint} from '../../../src/core/delta/checkpoint.ts'
import {examineLog, isSoundLog} from '../../../src/core/delta/examine-log.ts'
import {planLogRepair, type RepairOptions, repairLog} from '../../../src/core/delta/repair-log.ts'
import {asideFolder} from '../../../src/core/delta/set-aside.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {append, createTable, damage, entryKey, fields, idsOf, keysOf, range, versionsOf} from './table-fixture.ts'

const digits = (version: number) => String(version).padStart(20, '0')
const log = 't/_delta_log/'
const hintKey = `${log}_last_checkpoint`
const classic = (version: number) => `${log}${digits(version)}.checkpoint.parquet`
const part = (n: number) => `${log}${digits(10)}.checkpoint.${String(n).padStart(10, '0')}.0000000002.parquet`
const v2 = `${log}${digits(10)}.checkpoint.0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.json`
const options: RepairOptions = {now: 1_800_000_000_000, fields, info: {}, mark: {appId: 'repair', version: 1}}

/** Versions 0 to `last`; version n appends row n. */
async function tableWith(store: ObjectStore, last: number): Promise<void> {
  let snapshot = await createTable(store, 't')
  for (const id of range(1, last)) snapshot = await append(snapshot, [id])
}

async function replaceObject(store: ObjectStore, key: string, body: Uint8Array | string): Promise<void> {
  await store.delete(key)
  await store.putIfAbsent(key, typeof body === 'string' ? new TextEncoder().encode(body) : body)
}

async function repair(store: ObjectStore, given: Partial<RepairOptions> = {}): Promise<void> {
  const found = await examineLog(store, 't')
  const plan = found && planLogRepair(found)
  if (found && plan) await repairLog(found, plan, {...options, ...given})
}

const contents = async (store: ObjectStore): Promise<readonly string[]> => {
  const bodies: string[] = []
  for (const key of await keysOf(store, '')) bodies.push(Buffer.from(await store.get(key)).toString('base64'))
  return bodies
}

describe('a log that is looked through and repaired', () => {
  let store: ObjectStore
  beforeEach(async () => {
    store = memoryStore()
    await tableWith(store, 12)
  })

  it('is sound as it was written, in all forms of checkpoints', async () => {
    expect((await examineLog(store, 't'))?.damages).toEqual([])
    expect(await isSoundLog(store, 't')).toBe(true)
    expect(await examineLog(store, 'other')).toBeUndefined()
  })

  const checkpoints: Readonly<Record<string, {readonly damage: () => Promise<void>; readonly key: string}>> = {
    'a classic checkpoint': {
      damage: async () => replaceObject(store, classic(10), (await store.get(classic(10))).subarray(0, 200)),
      key: classic(10),
    },
    'a part of a checkpoint in parts': {
      damage: async () => {
        for (const n of [1, 2]) await store.putIfAbsent(part(n), await store.get(classic(10)))
        await store.delete(classic(10))
        await replaceObject(store, part(2), 'no Parquet')
      },
      key: part(2),
    },
    'a checkpoint of version 2': {
      damage: async () => {
        await store.delete(classic(10))
        await store.putIfAbsent(v2, new TextEncoder().encode('{"checkpointMetadata":{"version":10}}\n{"proto'))
      },
      key: v2,
    },
    'a checkpoint of version 2 whose sidecar is gone': {
      damage: async () => {
        await store.delete(classic(10))
        await store.putIfAbsent(
          v2,
          new TextEncoder().encode(
            '{"checkpointMetadata":{"version":10}}\n{"sidecar":{"path":"gone.parquet","sizeInBytes":1,"modificationTime":0}}\n',
          ),
        )
      },
      key: `${log}_sidecars/gone.parquet`,
    },
    'a checkpoint that lacks a file': {
      damage: async () => {
        const older = (await readSnapshot(store, 't', {version: 9})) as Snapshot
        await replaceObject(store, classic(10), (await encodeCheckpoint(older, 0)).bytes)
      },
      key: classic(10),
    },
  }

  it.each(Object.keys(checkpoints))('%s is found, and made again from the commits', async (what) => {
    const {damage: harm, key} = checkpoints[what] ?? {damage: async () => undefined, key: ''}
    await harm()
    const before = await contents(store)

    const found = await examineLog(store, 't')
    await repair(store)

    expect(found?.damages.filter(({kind}) => kind === 'checkpoint')).toEqual([expect.objectContaining({version: 10, key})])
    expect(found?.readable?.version).toBe(12)
    expect((await examineLog(store, 't'))?.damages).toEqual([])
    expect(await isSoundLog(store, 't')).toBe(true)
    expect(await idsOf(store, 't')).toEqual(range(1, 12))
    expect(JSON.parse(new TextDecoder().decode(await store.get(hintKey)))).toMatchObject({version: 10})
    expect(await contents(store)).toEqual(expect.arrayContaining([...before]))
  })

  it('points the hint at the newest sound checkpoint when it names one that never was', async () => {
    await store.put(hintKey, new TextEncoder().encode('{"version":9007199254740991,"size":1}'))

    const found = await examineLog(store, 't')
    await repair(store)

    expect(found?.newest).toBe(12)
    expect(JSON.parse(new TextDecoder().decode(await store.get(hintKey)))).toEqual({version: 10, size: 12})
    expect(await idsOf(store, 't')).toEqual(range(1, 12))
  })

  it('repeats the newest readable version in the place of those that are lost, and gives none of their numbers again', async () => {
    await store.delete(classic(10))
    await store.delete(hintKey)
    await damage(store, entryKey('t', 7), (text) => text.slice(0, 20))

    await repair(store)

    expect(await versionsOf(store, 't')).toEqual(range(0, 13))
    for (const version of range(7, 13)) expect(await idsOf(store, 't', {version})).toEqual(range(1, 6))
    expect((await readSnapshot(store, 't'))?.txns.get('repair')?.version).toBe(1)
    // Six commits and the checksums of those that have one.
    expect((await keysOf(store, asideFolder('t'))).length).toBe(11)
  })

  it('begins anew, without a row, a table of which no version is left', async () => {
    for (const key of [classic(10), hintKey, entryKey('t', 0)]) await store.delete(key)

    await expect(repair(store, {fields: undefined})).rejects.toMatchObject({code: 'TABLE_CORRUPT'})
    await repair(store)

    expect(await idsOf(store, 't')).toEqual([])
    expect(await readSnapshot(store, 't')).toMatchObject({version: 13, fields})
  })

  it('ends the same when it is stopped before any of its calls and done again', async () => {
    const harmed = async () => {
      const fresh = memoryStore()
      await tableWith(fresh, 5)
      await damage(fresh, entryKey('t', 4), () => '')
      return fresh
    }
    for (let stopAt = 1; ; stopAt++) {
      const fresh = await harmed()
      let calls = 0
      const stopping =
        (name: 'delete' | 'putIfAbsent' | 'put') =>
        async (...given: readonly unknown[]) => {
          if (++calls === stopAt) throw new Error('stopped')
          return Reflect.apply(fresh[name], fresh, given)
        }
      const stopped = {
        ...bound(fresh),
        delete: stopping('delete'),
        putIfAbsent: stopping('putIfAbsent'),
        put: stopping('put'),
      } as ObjectStore

      const isDone = await repair(stopped).then(
        () => true,
        () => false,
      )
      if (!isDone) expect(await isSoundLog(fresh, 't'), `stopped at ${stopAt}`).toBe(false)
      await repair(fresh)

      expect((await examineLog(fresh, 't'))?.damages).toEqual([])
      expect(await idsOf(fresh, 't')).toEqual([1, 2, 3])
      expect((await readSnapshot(fresh, 't'))?.version).toBeGreaterThan(5)
      if (isDone) break
    }
  })
})

const bound = (of: ObjectStore) => ({
  kind: of.kind,
  uri: of.uri,
  head: of.head.bind(of),
  get: of.get.bind(of),
  stream: of.stream.bind(of),
  list: of.list.bind(of),
  capabilities: of.capabilities.bind(of),
  localPath: of.localPath.bind(of),
})
