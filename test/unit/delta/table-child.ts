// What processes.test.ts lets other processes do to a table: append many times, or die between data and commit.
import {commit} from '../../../src/core/delta/commit.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import {append, range, stage} from './table-fixture.ts'

const [verb, root = '', from = '0', count = '0'] = process.argv.slice(2)
const store = await openLocalStore(root)
const base = await readSnapshot(store, 't')
if (base === undefined) throw new Error('there is no table')

if (verb === 'append') {
  let newest: Snapshot = base
  for (const id of range(Number(from), Number(from) + Number(count) - 1)) newest = await append(newest, [id], {}, {checkpointEvery: 5})
}
if (verb === 'die') {
  const add = await stage(store, 't', [100, 101])
  process.kill(process.pid, 'SIGKILL')
  await commit(store, 't', base, {mode: 'append', add})
}
if (verb === 'finish') await append(base, [100, 101], {txn: {appId: 'a', version: 1}})
