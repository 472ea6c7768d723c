import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {describe, expect, it} from 'vitest'
import {stageChanges} from '../../../src/core/delta/add-files.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import {type ChangeRange, readChanges} from '../../../src/core/delta/read-changes.ts'
import {silentChanges} from '../../../src/core/delta/silent-changes.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {planVacuum, vacuum} from '../../../src/core/delta/vacuum.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {append, createTable, fields, idsOf, keysOf, overwrite, stage} from './table-fixture.ts'

const feed = {'delta.enableChangeDataFeed': 'true'}

async function openTable(store: ObjectStore): Promise<Snapshot> {
  return commit(store, 't', undefined, {mode: 'append', add: [], fields, properties: feed})
}

async function changes(store: ObjectStore, told: readonly (readonly [id: number, change: string])[]) {
  const path = join(await mkdtemp(join(tmpdir(), 'hippo-changes-')), 'rows.parquet')
  const columnData = [
    {name: 'id', data: told.map(([id]) => BigInt(id)), type: 'INT64' as const},
    {name: 'name', data: told.map(([id]) => `n${id}`), type: 'STRING' as const},
    {name: '_change_type', data: told.map(([, change]) => change), type: 'STRING' as const},
  ]
  await writeFile(path, new Uint8Array(parquetWriteBuffer({columnData})))
  return stageChanges(store, 't', [{path, rows: told.length}], fields)
}

/** One file with 1 and 2 becomes one with 2 and 3: 1 is deleted, 3 is new. */
async function merge(base: Snapshot): Promise<Snapshot> {
  const told = await changes(base.store, [
    [1, 'delete'],
    [3, 'insert'],
  ])
  return commit(base.store, 't', base, {
    mode: 'merge',
    add: await stage(base.store, 't', [2, 3]),
    remove: [...base.files.values()],
    changes: told,
  })
}

async function told(store: ObjectStore, range: ChangeRange): Promise<readonly string[]> {
  const rows: string[] = []
  for await (const row of readChanges(store, 't', range)) rows.push(`${row._commit_version} ${row._change_type} ${row.id}`)
  return rows.toSorted()
}

describe('the change data feed', () => {
  it('tells appends, merges and whole files that go, each as its commit did', async () => {
    const store = memoryStore()
    const merged = await merge(await append(await openTable(store), [1, 2]))
    const replaced = await overwrite(merged, [9])
    await commit(store, 't', replaced, {mode: 'delete', add: [], remove: [...replaced.files.values()]})

    expect(await told(store, {from: 0})).toEqual([
      '1 insert 1',
      '1 insert 2',
      '2 delete 1',
      '2 insert 3',
      '3 delete 2',
      '3 delete 3',
      '3 insert 9',
      '4 delete 9',
    ])
    expect(await told(store, {from: 2, to: 2})).toEqual(['2 delete 1', '2 insert 3'])
  })

  it('is no data of the table, and has nothing to say about rows that only moved', async () => {
    const store = memoryStore()
    const merged = await merge(await append(await openTable(store), [1, 2]))
    await commit(store, 't', merged, {mode: 'optimize', add: await stage(store, 't', [2, 3]), remove: [...merged.files.values()]})

    expect(await idsOf(store, 't')).toEqual([2, 3])
    expect(await told(store, {from: 3})).toEqual([])
  })

  it('is told nothing by an erasure, in a file that other readers open too', async () => {
    const store = memoryStore()
    const base = await append(await openTable(store), [1, 2])
    const silent = await silentChanges(store, 't')
    await commit(store, 't', base, {mode: 'merge', add: await stage(store, 't', [2]), remove: [...base.files.values()], changes: silent})

    expect(await told(store, {from: 2})).toEqual([])
    // An empty list of structs: readers in Rust and Java refuse one of another type.
    expect(Buffer.from(await store.get(`t/${silent[0]?.path}`)).includes(Buffer.from([0x19, 0x0c]))).toBe(true)
  })

  it('must be told by a commit that rewrites files', async () => {
    const store = memoryStore()
    const base = await append(await openTable(store), [1, 2])

    const silent = stage(store, 't', [2]).then((add) => commit(store, 't', base, {mode: 'merge', add, remove: [...base.files.values()]}))

    await expect(silent).rejects.toMatchObject({code: 'TABLE_REQUEST_INVALID', message: expect.stringContaining('what became of each row')})
  })

  it('is refused for versions at which none was kept, and beyond the newest', async () => {
    const store = memoryStore()
    const base = await append(await createTable(store, 't'), [1])
    await commit(store, 't', base, {mode: 'properties', add: [], properties: feed})

    await expect(told(store, {from: 0})).rejects.toMatchObject({
      code: 'TABLE_VERSION_UNKNOWN',
      message: expect.stringContaining('version 0'),
    })
    await expect(told(store, {from: 3})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
    expect(await told(store, {from: 2})).toEqual([])
  })

  it('keeps its files through a vacuum while their versions are kept, and says so once they are gone', async () => {
    const store = memoryStore()
    const merged = await merge(await append(await openTable(store), [1, 2]))
    await append(merged, [4])
    await changes(store, [[7, 'insert']])
    const plan = (now: number) => planVacuum(store, 't', {now, retentionMs: 0, allowShortRetention: true})

    const early = await planVacuum(store, 't', {now: Date.now() + 1000})
    const late = await plan(Date.now() + 1000)
    await vacuum(store, late)

    expect(early.files).toEqual([])
    expect(late).toMatchObject({keptFrom: 3, orphans: 1})
    expect(late.files).toHaveLength(3)
    expect(await keysOf(store, 't/_change_data/')).toEqual([])
    expect(await idsOf(store, 't')).toEqual([2, 3, 4])
    await expect(told(store, {from: 2})).rejects.toMatchObject({
      code: 'TABLE_VERSION_UNKNOWN',
      message: expect.stringContaining('version 2'),
    })
    expect(await told(store, {from: 3})).toEqual(['3 insert 4'])
    expect((await readSnapshot(store, 't'))?.version).toBe(3)
  })
})
