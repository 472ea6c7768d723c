import {describe, expect, it} from 'vitest'
import {commit} from '../../../src/core/delta/commit.ts'
import {history} from '../../../src/core/delta/history.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {append, createTable, damage, entryKey, fields, overwrite, stage} from './table-fixture.ts'

describe('history', () => {
  it('tells newest first what happened, by which run, and how many rows moved', async () => {
    const store = memoryStore({now: () => Date.UTC(2026, 0, 2)})
    const base = await createTable(store, 't')
    const info = {runId: '0190-run', contractVersion: '1.2.0', digests: {output: 'abc'}}
    const first = await append(base, [1, 2, 3], {info, txn: {appId: 'a', version: 7}})
    const second = await overwrite(first, [9])
    await commit(store, 't', second, {mode: 'merge', remove: [...second.files.values()], add: await stage(store, 't', [9, 10])})

    const entries = await history(store, 't')

    expect(
      entries.map(({version, operation, mode, rows, rowsAdded, rowsRemoved}) => ({version, operation, mode, rows, rowsAdded, rowsRemoved})),
    ).toEqual([
      {version: 3, operation: 'MERGE', mode: 'merge', rows: 2, rowsAdded: 2, rowsRemoved: 1},
      {version: 2, operation: 'WRITE', mode: 'overwrite', rows: 1, rowsAdded: 1, rowsRemoved: 3},
      {version: 1, operation: 'WRITE', mode: 'append', rows: 3, rowsAdded: 3, rowsRemoved: 0},
      {version: 0, operation: 'WRITE', mode: 'append', rows: 0, rowsAdded: 0, rowsRemoved: 0},
    ])
    expect(entries[2]).toMatchObject({
      // The second entry of one millisecond.
      timestamp: '2026-01-02T00:00:00.001Z',
      runId: '0190-run',
      contractVersion: '1.2.0',
      digests: {output: 'abc'},
      isBlindAppend: true,
      txns: [{appId: 'a', version: 7}],
      filesAdded: 1,
      filesRemoved: 0,
    })
    expect(entries[1]?.isBlindAppend).toBe(false)
    expect(await history(store, 't', {limit: 1})).toEqual(entries.slice(0, 1))
  })

  it('counts the rows of both when two appends met', async () => {
    const store = memoryStore()
    const base = await createTable(store, 't')
    await append(base, [1, 2])

    await append(base, [3])

    expect((await history(store, 't', {limit: 1}))[0]).toMatchObject({version: 2, rows: 3, rowsAdded: 1})
  })

  it('shows commits of other writers with what they say', async () => {
    const store = memoryStore()
    await createTable(store, 't')
    await damage(store, entryKey('t', 0), (text) => text.slice(text.indexOf('\n') + 1))

    expect(await history(store, 't')).toMatchObject([{version: 0, operation: 'UNKNOWN', filesAdded: 0}])
  })

  it('says that there is no table', async () => {
    await expect(history(memoryStore(), 't')).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
  })

  it('shows new columns being taken in, with rows of both shapes', async () => {
    const store = memoryStore()
    const base = await append(await createTable(store, 't'), [1])
    const wider = [...fields, {name: 'extra', type: 'date', nullable: true}] as const

    const after = await commit(store, 't', base, {mode: 'append', add: [], fields: wider})
    const narrow = await append(after, [2], {fields})

    expect(after.fields).toEqual(wider)
    expect(narrow.fields.map(({name}) => name)).toEqual(['id', 'name', 'extra'])
    expect(narrow.metaData.id).toBe(base.metaData.id)
  })
})
