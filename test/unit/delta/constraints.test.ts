import {describe, expect, it} from 'vitest'
import {commit} from '../../../src/core/delta/commit.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {append, createTable, damage, entryKey, fields, idsOf, overwrite, stage} from './table-fixture.ts'

const positive = {'delta.constraints.positive': '`id` > 0'}
const ask = (base: Snapshot, properties: Readonly<Record<string, string | null>>) =>
  commit(base.store, base.table, base, {mode: 'properties', add: [], properties})

describe('check constraints of a table', () => {
  it('raise the writer version, and no further than they need', async () => {
    const plain = await createTable(memoryStore(), 't')

    const constrained = await ask(plain, positive)
    const fed = await ask(constrained, {'delta.enableChangeDataFeed': 'true'})
    const bare = await ask(fed, {'delta.constraints.positive': null, 'delta.enableChangeDataFeed': null})

    expect(plain.protocol).toEqual({minReaderVersion: 1, minWriterVersion: 2})
    expect(constrained.protocol).toEqual({minReaderVersion: 1, minWriterVersion: 3})
    expect(fed.protocol).toEqual({minReaderVersion: 1, minWriterVersion: 4})
    expect(bare).toMatchObject({protocol: fed.protocol, metaData: {configuration: {}}})
  })

  it('let rows in that keep them, and none of a commit that breaks them', async () => {
    const store = memoryStore()
    const base = await append(await ask(await createTable(store, 't'), positive), [1, 2])

    const refused = append(base, [3, -4, 0])

    await expect(refused).rejects.toMatchObject({
      code: 'TABLE_CONSTRAINT_BROKEN',
      message: 'table t: nothing was committed: 2 rows break its constraint positive',
      details: {table: 't', constraints: {positive: 2}},
    })
    await expect(overwrite(base, [-1])).rejects.toMatchObject({code: 'TABLE_CONSTRAINT_BROKEN'})
    expect(await idsOf(store, 't')).toEqual([1, 2])
  })

  it('hold rows of the very first commit, too', async () => {
    const store = memoryStore()
    const add = await stage(store, 't', [-1])

    await expect(commit(store, 't', undefined, {mode: 'append', add, fields, properties: positive})).rejects.toMatchObject({
      code: 'TABLE_CONSTRAINT_BROKEN',
    })
    expect(await readSnapshot(store, 't')).toBeUndefined()
  })

  it('are not given to a table whose stored rows break them', async () => {
    const store = memoryStore()
    const base = await append(await createTable(store, 't'), [-1, 5])

    await expect(ask(base, positive)).rejects.toMatchObject({code: 'TABLE_CONSTRAINT_BROKEN', details: {constraints: {positive: 1}}})
    expect((await ask(base, {'delta.constraints.small': '`id` < 10'})).version).toBe(2)
  })

  it('count a null as broken, as Spark does', async () => {
    const store = memoryStore()
    const base = await append(await createTable(store, 't'), [1])

    await expect(ask(base, {'delta.constraints.compared': '`name` > `name`'})).rejects.toMatchObject({code: 'TABLE_CONSTRAINT_BROKEN'})
    await expect(
      commit(store, 't', base, {
        mode: 'append',
        add: [],
        fields: [...fields, {name: 'late', type: 'int64', nullable: true}],
        properties: {'delta.constraints.late': '`late` > 0'},
      }),
    ).rejects.toMatchObject({details: {constraints: {late: 1}}})
  })

  describe('of a delete', () => {
    /** Rows -1, 5, which the constraint that another tool set never met, and 7 in a file of its own. */
    async function brokenTable(): Promise<Snapshot> {
      const store = memoryStore()
      const base = await append(await append(await createTable(store, 't'), [-1, 5]), [7])
      const metaData = {...base.metaData, configuration: positive}
      const entry = [{commitInfo: {}}, {protocol: {minReaderVersion: 1, minWriterVersion: 3}}, {metaData}]
      await store.putIfAbsent(entryKey('t', 3), Buffer.from(entry.map((line) => JSON.stringify(line)).join('\n')))
      const snapshot = await readSnapshot(store, 't')
      if (snapshot === undefined) throw new Error('the table was made above')
      return snapshot
    }
    const remove = async (base: Snapshot, files: number, rows: readonly number[]) =>
      commit(base.store, 't', base, {
        mode: 'delete',
        remove: [...base.files.values()].slice(0, files),
        add: rows.length === 0 ? [] : await stage(base.store, 't', rows),
      })

    it('hold up no row that stays as it was', async () => {
      const base = await brokenTable()

      await remove(base, 1, [-1])

      expect(await idsOf(base.store, 't')).toEqual([-1, 7])
    })

    it('refuse rows that break them more often than before: a delete brings none', async () => {
      const base = await brokenTable()

      const refused = [remove(base, 1, [-1, -2]), remove({...base, files: new Map([...base.files].slice(1))}, 1, [-7])]

      for (const one of await Promise.allSettled(refused))
        expect(one).toMatchObject({
          status: 'rejected',
          reason: {code: 'TABLE_CONSTRAINT_BROKEN', details: {constraints: {positive: expect.any(Number)}}},
        })
      expect(await idsOf(base.store, 't')).toEqual([-1, 5, 7])
    })

    it('a delete that has more rows than the files it removes is none', async () => {
      const base = await append(await createTable(memoryStore(), 't'), [1, 2])

      await expect(remove(base, 1, [1, 2, 3])).rejects.toMatchObject({
        code: 'TABLE_REQUEST_INVALID',
        message: expect.stringContaining('more rows'),
      })
    })
  })

  it('meet rows that another writer brings while one is added', async () => {
    const store = memoryStore()
    const base = await createTable(store, 't')
    await append(base, [-1])

    await expect(ask(base, positive)).rejects.toMatchObject({code: 'TABLE_CONFLICT'})
  })

  it('that hippo does not understand keep it from writing, and it says which', async () => {
    const store = memoryStore()
    await ask(await createTable(store, 't'), positive)
    await damage(store, entryKey('t', 1), (text) => text.replace('`id` > 0', 'id % 2 = 0'))
    const base = (await readSnapshot(store, 't')) as Snapshot

    await expect(append(base, [2])).rejects.toMatchObject({
      code: 'TABLE_UNSUPPORTED',
      message: expect.stringContaining('[check constraint positive]'),
    })
  })
})
