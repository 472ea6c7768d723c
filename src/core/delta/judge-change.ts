// What a commit would find, without the commit: for dry runs.
import {randomUUID} from 'node:crypto'
import {enforceConstraints} from './enforce-constraints.ts'
import {assertWritable} from './protocol.ts'
import {replay} from './replay.ts'
import {assertWholeLog, type Snapshot, toSnapshot} from './snapshot.ts'
import {buildEntry, type TableChange} from './table-change.ts'

/** Throws what `commit` would throw for the change when no other writer is about; writes nothing. */
export async function judgeChange(base: Snapshot, change: TableChange, signal?: AbortSignal): Promise<void> {
  assertWholeLog(base)
  const entry = buildEntry(change, base, {table: base.table, now: Date.now(), newId: randomUUID, commitId: randomUUID()})
  const after = toSnapshot(base.store, base.table, base.version + 1, replay(base, [entry]))
  assertWritable(after, {mode: change.mode, before: base})
  await enforceConstraints(base, after, {...change, add: entry.add}, signal)
}
