import {beforeAll, describe, expect, it} from 'vitest'
import {type AddAction, encodeEntry} from '../../../src/core/delta/actions.ts'
import {writeCheckpoint} from '../../../src/core/delta/checkpoint.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import {emptyState, replay, type TableState} from '../../../src/core/delta/replay.ts'
import {readSnapshot, toSnapshot} from '../../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {entryKey, fields} from './table-fixture.ts'

const commits = 10_000
let now = 0
const store = memoryStore({now: () => now})

const fileOf = (version: number): AddAction => ({
  path: `f${version}.parquet`,
  partitionValues: {},
  size: 1,
  modificationTime: 0,
  dataChange: true,
  stats: '{"numRecords":1}',
})

// 10,005 versions, each replacing the file of the one before it; checkpoints at 5,000 and 10,000.
beforeAll(async () => {
  const first = await commit(store, 't', undefined, {mode: 'append', add: [], fields})
  let state: TableState = {...emptyState, protocol: first.protocol, metaData: first.metaData}
  for (let version = 1; version <= commits + 5; version++) {
    now += 1000
    const before = [...state.files.values()].map(({path}) => ({path, dataChange: true, deletionTimestamp: 0}))
    const entry = {txn: [], remove: before, add: [fileOf(version)]}
    state = replay({...state, tombstones: new Map()}, [entry])
    await store.putIfAbsent(entryKey('t', version), encodeEntry(entry))
    if (version % 5000 === 0) await writeCheckpoint(toSnapshot(store, 't', version, state), 0)
  }
})

describe('a table with 10,000 commits', () => {
  it('opens with one request for the hint, one list, one checkpoint and the commits since', async () => {
    const {store: recording, take} = recordingStore(store)

    const snapshot = await readSnapshot(recording, 't')

    expect([...(snapshot?.files.keys() ?? [])]).toEqual([`f${commits + 5}.parquet`])
    expect(take()).toHaveLength(3 + 5)
  })

  it('opens an old version from the checkpoint before it', async () => {
    const {store: recording, take} = recordingStore(store)

    const snapshot = await readSnapshot(recording, 't', {version: 5003})

    expect([...(snapshot?.files.keys() ?? [])]).toEqual(['f5003.parquet'])
    expect(take()).toHaveLength(3 + 3)
  })

  it('opens as of a time with the same, and those of the newest version', async () => {
    const {store: recording, take} = recordingStore(store)

    const snapshot = await readSnapshot(recording, 't', {asOf: new Date(5_003_999)})

    expect(snapshot?.version).toBe(5003)
    expect(take().length).toBe(2 + (1 + 5) + (1 + 3))
  })
})
