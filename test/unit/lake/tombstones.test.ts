import {describe, expect, it} from 'vitest'
import {bytesToday, openTombstones, putTombstone, rowAtFirst, rowToday} from '../../../src/core/lake/tombstones.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {collect} from '../../support/collect.ts'

const key = 'a key of the workspace, long enough'
const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string]
const removed = (...rows: readonly number[]) => rows.map((row) => ({row, line: row + 1, lines: 1}))
const base = {run: 'r', at: '2026-01-01T00:00:00.000Z', sizeBytes: 1}

describe('tombstones', () => {
  it('lead from bytes of old to those of today, and row numbers back', async () => {
    const store = memoryStore()
    await putTombstone(store, key, first, {...base, replacedBy: second, removed: removed(2, 5)})
    await putTombstone(store, key, second, {...base, replacedBy: third, removed: removed(1, 3)})
    const tombstones = await openTombstones(store, key)

    const today = await bytesToday(tombstones, first)

    // Of 1 2 3 4 5 6 7 are left 1 3 4 6 7, then 3 6 7.
    expect(today.sha256).toBe(third)
    expect([1, 2, 3].map((row) => rowAtFirst(row, today))).toEqual([3, 6, 7])
    expect([1, 2, 3, 4, 5, 6, 7].map((row) => rowToday(row, today))).toEqual([undefined, undefined, 1, undefined, undefined, 2, 3])
    expect(await bytesToday(tombstones, third)).toEqual({sha256: third, removals: []})
  })

  it('cannot be found, nor a guess be confirmed, without the key', async () => {
    const store = memoryStore()
    await putTombstone(store, key, first, {...base, replacedBy: second, removed: removed(1)})

    const keys = (await collect(store.list(''))).map((object) => object.key)
    const text = Buffer.from(await store.get(keys[0] ?? '')).toString()
    expect(`${keys} ${text}`).not.toContain(first)
    await expect((await openTombstones(store, undefined)).of(first)).rejects.toMatchObject({code: 'CONFIG_VALUE_MISSING', exitCode: 2})
    await expect(openTombstones(store, `another ${key}`)).rejects.toMatchObject({code: 'CONFIG_INVALID', exitCode: 2})
  })

  it('need no key while there are none', async () => {
    expect(await (await openTombstones(memoryStore(), undefined)).of(first)).toBeUndefined()
  })
})
