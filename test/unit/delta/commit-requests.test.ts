// What a commit costs in requests to the store, besides reading the table and placing its data files.
import {describe, expect, it} from 'vitest'
import {commit} from '../../../src/core/delta/commit.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {append, createTable, fields, stage} from './table-fixture.ts'

describe('a commit', () => {
  it('takes two requests, for the commit and its checksum, and three where a checkpoint is due', async () => {
    const {store, take} = recordingStore(memoryStore())
    let snapshot: Snapshot = await createTable(store, 't')
    const requests: number[] = []

    for (let version = 1; version <= 25; version++) {
      const add = await stage(store, 't', [version])
      take()
      snapshot = await commit(store, 't', snapshot, {mode: 'append', add, fields})
      requests.push(take().length)
    }

    expect(requests).toEqual(Array.from({length: 25}, (_, index) => ((index + 1) % 10 === 0 ? 3 : 2)))
  })

  it('takes as many for a merge and an overwrite', async () => {
    const {store, take} = recordingStore(memoryStore())
    let snapshot: Snapshot = await append(await createTable(store, 't'), [1])
    for (const mode of ['merge', 'overwrite'] as const) {
      const add = await stage(store, 't', [2])
      take()

      snapshot = await commit(store, 't', snapshot, {
        mode,
        add,
        fields,
        ...(mode === 'merge' ? {remove: [...snapshot.files.values()]} : {}),
      })

      expect(take()).toHaveLength(2)
    }
  })

  it('takes two more for each version that another writer was first with', async () => {
    const {store, take} = recordingStore(memoryStore())
    const base = await createTable(store, 't')
    await append(base, [1])
    await append((await readSnapshot(store, 't')) ?? base, [2])
    const add = await stage(store, 't', [3])
    take()

    await commit(store, 't', base, {mode: 'append', add, fields})

    expect(take()).toHaveLength(2 + 2 * 2)
  })
})
