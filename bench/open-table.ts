// How long opening a table with 10,000 commits takes on a local folder: `node bench/open-table.ts`. Each commit replaces one of
// 500 files; there is a checkpoint every 1,000 commits, the newest 5 commits back. Prints milliseconds, best and median of ten.
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type AddAction, encodeEntry} from '../src/core/delta/actions.ts'
import {writeCheckpoint} from '../src/core/delta/checkpoint.ts'
import {commit} from '../src/core/delta/commit.ts'
import {commitKey} from '../src/core/delta/log-files.ts'
import {replay} from '../src/core/delta/replay.ts'
import {readSnapshot, type Snapshot, type SnapshotChoice, toSnapshot} from '../src/core/delta/snapshot.ts'
import {openLocalStore} from '../src/core/store/local/local-store.ts'

const commits = 10_000
const files = 500
const rounds = 10

const fileOf = (version: number): AddAction => ({
  path: `part-${version}.parquet`,
  partitionValues: {},
  size: 1_000_000,
  modificationTime: 0,
  dataChange: true,
  stats: JSON.stringify({numRecords: 1000, minValues: {id: version}, maxValues: {id: version + 1000}, nullCount: {id: 0}}),
})

async function makeTable(lake: string): Promise<void> {
  const store = await openLocalStore(lake)
  const fields = [{name: 'id', type: 'int64', nullable: true}] as const
  let snapshot: Snapshot = await commit(store, 't', undefined, {mode: 'append', add: [], fields})
  await mkdir(join(lake, 't', '_delta_log'), {recursive: true})
  for (let version = 1; version <= commits + 5; version++) {
    const old = version > files ? [{path: fileOf(version - files).path, dataChange: true, deletionTimestamp: 0}] : []
    const entry = {txn: [{appId: 'bench', version}], remove: old, add: [fileOf(version)]}
    snapshot = toSnapshot(store, 't', version, replay({...snapshot, tombstones: new Map()}, [entry]))
    await writeFile(join(lake, commitKey('t', version)), encodeEntry(entry))
    if (version % 1000 === 0) await writeCheckpoint(snapshot, Date.now())
  }
}

async function measure(lake: string, choice: SnapshotChoice): Promise<readonly number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    await readSnapshot(await openLocalStore(lake), 't', choice)
    times.push(performance.now() - started)
  }
  return times
}

const lake = await mkdtemp(join(tmpdir(), 'hippo-open-table-'))
try {
  await makeTable(lake)
  for (const [name, choice] of [
    ['newest version', {}],
    ['version 5,003', {version: 5003}],
    ['as of now', {asOf: new Date()}],
  ] as const) {
    const times = (await measure(lake, choice)).toSorted((a, b) => a - b)
    console.log(`${name}: best ${times[0]?.toFixed(0)} ms, median ${times[rounds / 2]?.toFixed(0)} ms`)
  }
} finally {
  await rm(lake, {recursive: true})
}
