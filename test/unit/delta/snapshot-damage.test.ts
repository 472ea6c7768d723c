import {beforeEach, describe, expect, it} from 'vitest'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {append, damage, entryKey, idsOf, range, tableWith} from './table-fixture.ts'

const log = 't/_delta_log/'

describe('readSnapshot of a broken log', () => {
  let store: ObjectStore
  beforeEach(() => {
    store = memoryStore()
  })

  const corrupt = (version: number) => ({code: 'TABLE_CORRUPT', exitCode: 4, details: {table: 't', version, key: entryKey('t', version)}})

  it.each([
    ['cut within a line', (text: string) => text.slice(0, -10)],
    ['cut between two lines', (text: string) => text.slice(0, text.lastIndexOf('{"add"'))],
    ['empty', () => ''],
    ['overwritten with zeros', (text: string) => '\0'.repeat(text.length)],
    ['no JSON', () => 'hello'],
    ['JSON of something else', () => '[1, 2]'],
    ['without a file size', (text: string) => text.replace(/"size":[0-9]+/, '"sized":1')],
    ['with a size that is text', (text: string) => text.replace(/"size":([0-9]+)/, '"size":"$1"')],
    ['with a broken path', (text: string) => text.replace('"path":"part', '"path":"%part')],
  ])('names the place of an entry that is %s', async (_, change) => {
    await tableWith(store, 3)
    await damage(store, entryKey('t', 2), change)

    await expect(readSnapshot(store, 't')).rejects.toMatchObject({
      ...corrupt(2),
      hint: expect.stringContaining('versions 0 to 1 can still be read'),
    })

    expect(await idsOf(store, 't', {version: 1})).toEqual([1])
  })

  it('is not misled by a listing that lacks a commit which exists', async () => {
    await tableWith(store, 4)
    const {store: recording} = recordingStore(store)
    const patchy: ObjectStore = {
      ...recording,
      list: async function* (prefix, options) {
        for await (const info of store.list(prefix, options)) if (info.key !== entryKey('t', 2)) yield info
      },
    }

    expect(await idsOf(patchy, 't')).toEqual([1, 2, 3, 4])
  })

  it('names the missing version of a log with a hole', async () => {
    await tableWith(store, 4)
    await store.delete(entryKey('t', 2))

    await expect(readSnapshot(store, 't')).rejects.toMatchObject(corrupt(2))
  })

  it('names the first version when the beginning is lost', async () => {
    await tableWith(store, 4)
    await store.delete(entryKey('t', 0))

    await expect(readSnapshot(store, 't')).rejects.toMatchObject(corrupt(0))
  })

  it('never reads a log whose end is known to be lost as an older table', async () => {
    await tableWith(store, 9)
    await store.delete(entryKey('t', 9))

    await expect(readSnapshot(store, 't')).rejects.toMatchObject({...corrupt(9), hint: expect.stringContaining('version 8 can')})
    expect(await idsOf(store, 't', {version: 8})).toEqual(range(1, 8))
    for (const version of range(0, 8)) await store.delete(entryKey('t', version))
    await store.put(`${log}_last_checkpoint`, new TextEncoder().encode('{"version":10}'))
    await expect(readSnapshot(store, 't')).rejects.toMatchObject(corrupt(10))
  })

  it('reads what the log has when only the hint names a later version, and writes nothing over what may be lost', async () => {
    await tableWith(store, 3)
    await store.put(`${log}_last_checkpoint`, new TextEncoder().encode('{"version":7}'))

    const snapshot = (await readSnapshot(store, 't')) as Snapshot

    expect(await idsOf(store, 't')).toEqual([1, 2, 3])
    await expect(append(snapshot, [4])).rejects.toMatchObject({
      ...corrupt(7),
      hint: expect.stringContaining('remove _delta_log/_last_checkpoint'),
    })
    await expect(readSnapshot(store, 't', {version: 5})).rejects.toMatchObject(corrupt(7))
    await store.delete(`${log}_last_checkpoint`)
    expect((await append((await readSnapshot(store, 't')) as Snapshot, [4])).version).toBe(4)
  })

  it('says of two broken entries up to which the table can be read', async () => {
    await tableWith(store, 8)
    await damage(store, entryKey('t', 6), () => '{')
    await store.delete(entryKey('t', 4))

    await expect(readSnapshot(store, 't')).rejects.toMatchObject({...corrupt(4), hint: expect.stringContaining('versions 0 to 3 can')})
  })

  it('does not repeat what stands in the log', async () => {
    await tableWith(store, 1)
    await damage(store, entryKey('t', 1), () => '{"add": {"path": "Jane Doe", "stats": Jane Doe}')

    const error = await readSnapshot(store, 't').catch((thrown: unknown) => thrown)

    expect(String(error)).not.toContain('Jane')
  })
})
