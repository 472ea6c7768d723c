// Changes that keep rows as they are or bring earlier ones back, and what may be deleted afterwards.
import {beforeEach, describe, expect, it} from 'vitest'
import {cleanLog, planLogCleanup} from '../../../src/core/delta/clean-log.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import {intervalMs} from '../../../src/core/delta/interval.ts'
import {planCompaction} from '../../../src/core/delta/plan-compaction.ts'
import {readEntry} from '../../../src/core/delta/read-entry.ts'
import {planRestore} from '../../../src/core/delta/restore.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {planVacuum, vacuum} from '../../../src/core/delta/vacuum.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {append, createTable, entryKey, fields, idsOf, keysOf, overwrite, stage, versionsOf} from './table-fixture.ts'

const dayMs = 24 * 3600 * 1000
const start = Date.UTC(2026, 0, 1)

let now: number
let store: ObjectStore
beforeEach(() => {
  now = start
  store = memoryStore({now: () => now})
})

const entryOf = (version: number) => readEntry(store, {table: 't', version, key: entryKey('t', version)})
const dataFiles = async () => (await keysOf(store, 't/')).filter((key) => key.endsWith('.parquet') && !key.includes('_delta_log'))

async function optimize(base: Snapshot, ids: readonly number[], remove = [...base.files.values()]) {
  return commit(store, 't', base, {mode: 'optimize', remove, add: await stage(store, 't', ids)})
}

async function restore(base: Snapshot, version: number) {
  const target = await readSnapshot(store, 't', {version})
  return commit(store, 't', base, (await planRestore(base, target ?? base)).change)
}

describe('a compaction', () => {
  it('says in the log that no row changed, and lets rows be added meanwhile', async () => {
    const base = await append(await append(await createTable(store, 't'), [1]), [2])
    await append(base, [3])

    await optimize(base, [1, 2])

    expect(await idsOf(store, 't')).toEqual([1, 2, 3])
    const {add, remove, commitInfo} = await entryOf(4)
    expect([...add, ...remove].map(({dataChange}) => dataChange)).toEqual([false, false, false])
    expect(commitInfo).toMatchObject({operation: 'OPTIMIZE', isBlindAppend: false})
  })

  it('conflicts with whoever replaced one of its files', async () => {
    const base = await append(await createTable(store, 't'), [1, 2])
    await overwrite(base, [5])

    await expect(optimize(base, [1, 2])).rejects.toMatchObject({code: 'TABLE_CONFLICT', details: {conflict: 'fileRemovedTwice'}})
    expect(await idsOf(store, 't')).toEqual([5])
  })

  it('may compact a table of which no row may be replaced', async () => {
    const base = await append(await append(await createTable(store, 't'), [1]), [2])
    const appendOnly = {...base, metaData: {...base.metaData, configuration: {'delta.appendOnly': 'true'}}}

    await optimize(appendOnly, [1, 2])

    expect(await idsOf(store, 't')).toEqual([1, 2])
  })

  it('takes neighbours up to the target size, never a file alone, and leaves large files', () => {
    const file = (path: string, size: number) => ({path, size, partitionValues: {}, modificationTime: 0, dataChange: true})
    const table = (...sizes: readonly number[]) => ({files: new Map(sizes.map((size, i) => [`f${i}`, file(`f${i}`, size)]))})
    const groups = (...sizes: readonly number[]) => planCompaction(table(...sizes), 100).map((group) => group.map(({path}) => path))

    expect(groups(10, 10, 10)).toEqual([['f0', 'f1', 'f2']])
    expect(groups(10, 90, 10)).toEqual([['f0', 'f2']])
    expect(groups(60, 50, 40, 70)).toEqual([['f1', 'f2']])
    expect(groups(10)).toEqual([])
    expect(groups()).toEqual([])
    expect(groups(75, 200)).toEqual([])
  })
})

describe('a restore', () => {
  it('brings the files and columns of an earlier version back in a new commit, and keeps how far applications have written', async () => {
    const first = await append(await createTable(store, 't'), [1, 2], {txn: {appId: 'a', version: 1}})
    const wider = [...fields, {name: 'more', type: 'string', nullable: true}] as const
    const second = await append(first, [], {fields: wider, txn: {appId: 'a', version: 2}})

    const back = await restore(await overwrite(second, [9]), 1)

    expect(await idsOf(store, 't')).toEqual([1, 2])
    expect(back.fields).toEqual(fields)
    expect(back.txns.get('a')?.version).toBe(2)
    expect(await idsOf(store, 't', {version: 3})).toEqual([9])
    expect((await entryOf(4)).commitInfo).toMatchObject({operation: 'RESTORE', operationParameters: {version: '1'}})
    expect(await readSnapshot(store, 't')).toMatchObject({version: 4, fields})
  })

  it('conflicts with rows that were added meanwhile', async () => {
    const base = await append(await append(await createTable(store, 't'), [1]), [2])
    await append(base, [3])

    await expect(restore(base, 1)).rejects.toMatchObject({code: 'TABLE_CONFLICT'})
  })

  it('is refused when a file of that version is gone', async () => {
    const old = await append(await createTable(store, 't'), [1])
    const [file] = old.files.keys()
    const base = await overwrite(old, [2])
    await store.delete(`t/${file}`)

    await expect(restore(base, 1)).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN', details: {gone: 1, version: 1}})
  })
})

describe('a vacuum', () => {
  it('deletes nothing while a version that has the file was newest within the retention', async () => {
    const old = await append(await createTable(store, 't'), [1])
    now = start + 8 * dayMs
    await overwrite(old, [2])
    now = start + 14 * dayMs

    // The old version was the newest until six days ago.
    expect(await planVacuum(store, 't', {now})).toMatchObject({files: [], keptFrom: 1})
    now = start + 15 * dayMs + 1
    const plan = await planVacuum(store, 't', {now})

    expect(plan).toMatchObject({keptFrom: 2, orphans: 0})
    expect(plan.files).toHaveLength(1)
    await vacuum(store, plan)
    expect(await idsOf(store, 't')).toEqual([2])
    expect(await dataFiles()).toHaveLength(1)
  })

  it('keeps files whose tombstones have expired from checkpoints but that a kept version has', async () => {
    const options = {now: () => now, checkpointEvery: 1}
    const old = await append(await createTable(store, 't'), [1], {}, options)
    now = start + dayMs
    let base: Snapshot = await commit(store, 't', old, {mode: 'overwrite', fields, add: await stage(store, 't', [2])}, options)
    now = start + 20 * dayMs
    base = await append(base, [3], {}, options)

    const plan = await planVacuum(store, 't', {now, retentionMs: 30 * dayMs})

    expect(base.version).toBe(3)
    expect(plan).toMatchObject({files: [], keptFrom: 0})
  })

  it('deletes what writers that died left once it is older than the retention, and never what is younger', async () => {
    await append(await createTable(store, 't'), [1])
    await stage(store, 't', [7])
    now = start + 8 * dayMs
    await stage(store, 't', [8])

    const plan = await planVacuum(store, 't', {now: now + 1})

    expect(plan).toMatchObject({orphans: 1})
    await vacuum(store, plan)
    expect(await dataFiles()).toHaveLength(2)
  })

  it('keeps files that were added back by a restore', async () => {
    const old = await append(await createTable(store, 't'), [1])
    const base = await restore(await overwrite(old, [2]), 1)
    now = start + 30 * dayMs

    await vacuum(store, await planVacuum(store, 't', {now}))

    expect(await idsOf(store, 't')).toEqual([1])
    expect(base.version).toBe(3)
  })

  it('counts a version as old only when all before it are: clocks may run backwards', async () => {
    now = start + 20 * dayMs
    const first = await append(await createTable(store, 't'), [1])
    now = start
    await overwrite(first, [2])
    now = start + 21 * dayMs

    const plan = await planVacuum(store, 't', {now})

    expect(plan).toMatchObject({files: [], keptFrom: 0})
  })

  it('refuses a retention shorter than the table has, unless told that nobody reads or writes it', async () => {
    const old = await append(await createTable(store, 't'), [1])
    await overwrite(old, [2])
    now = start + 1

    await expect(planVacuum(store, 't', {now, retentionMs: 0})).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    expect(await planVacuum(store, 't', {now, retentionMs: 0, allowShortRetention: true})).toMatchObject({files: [{}], keptFrom: 2})
  })

  it.each([
    ['interval 30 days', 30 * dayMs],
    ['interval 1 week', 7 * dayMs],
    ['12 hours', dayMs / 2],
    ['interval 1 month', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads %s as a duration', (text, expected) => {
    expect(intervalMs(text)).toBe(expected)
  })

  it('never touches what lies in folders of other purposes, nor what it was asked to keep', async () => {
    await append(await createTable(store, 't'), [1])
    for (const key of ['t/_other/x', 't/_change_data/old', 't/kept']) await store.putIfAbsent(key, new Uint8Array(1))
    now = start + 8 * dayMs

    const plan = await planVacuum(store, 't', {now, alsoKeep: new Set(['kept'])})

    expect(plan.files.map(({key}) => key)).toEqual(['t/_change_data/old'])
  })
})

describe('log clean-up', () => {
  /** Versions 0 to 6, a day apart, with checkpoints at 2, 4 and 6. */
  async function weekOfCommits(): Promise<Snapshot> {
    let base: Snapshot = await createTable(store, 't')
    for (let version = 1; version <= 6; version++) {
      now = start + version * dayMs
      base = await append(base, [version], {}, {checkpointEvery: 2, now: () => now})
    }
    return base
  }

  it('keeps the newest checkpoint that is old enough, its commit and everything after', async () => {
    const base = await weekOfCommits()

    await cleanLog(store, await planLogCleanup(base, {now: start + 35 * dayMs}))

    expect(await versionsOf(store, 't')).toEqual([4, 5, 6])
    expect(await idsOf(store, 't')).toEqual([1, 2, 3, 4, 5, 6])
    expect(await idsOf(store, 't', {version: 4})).toEqual([1, 2, 3, 4])
    await expect(readSnapshot(store, 't', {version: 3})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
  })

  it('leaves a log without an old enough checkpoint, or with one that cannot be read, as it is', async () => {
    const base = await weekOfCommits()
    const key = 't/_delta_log/00000000000000000004.checkpoint.parquet'

    expect(await planLogCleanup(base, {now: start + 31 * dayMs})).toMatchObject({keys: [], versions: []})
    await store.put(key, new TextEncoder().encode('no checkpoint'))

    await expect(planLogCleanup(base, {now: start + 35 * dayMs})).rejects.toMatchObject({code: 'TABLE_CORRUPT'})
    expect(await versionsOf(store, 't')).toHaveLength(7)
  })

  it('leaves a readable table wherever it stops', async () => {
    const base = await weekOfCommits()
    const plan = await planLogCleanup(base, {now: start + 40 * dayMs})
    expect(plan).toMatchObject({keptFrom: 6, versions: [0, 1, 2, 3, 4, 5]})

    for (const key of plan.keys) {
      await store.delete(key)
      expect(await idsOf(store, 't')).toEqual([1, 2, 3, 4, 5, 6])
    }
    expect(await planVacuum(store, 't', {now: start + 90 * dayMs})).toMatchObject({files: [], keptFrom: 6})
  })
})
