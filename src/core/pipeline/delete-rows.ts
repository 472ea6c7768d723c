// Deletes rows of one table by key: copy-on-write on as few files as possible, in one commit, worked out again when another writer
// changed the table meanwhile. Older versions keep the rows until a vacuum.
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {stageFiles} from '../delta/add-files.ts'
import {commit} from '../delta/commit.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {Plan} from '../expr/plan.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import {openColumns, snapshotOf} from './lake-table.ts'
import {maintenanceInfo, type TableWork} from './maintain-table.ts'
import {retryConflicts} from './retry-conflicts.ts'
import {rowsWithoutKeys} from './rows-without-keys.ts'

export interface RowsToDelete {
  /** Columns of the table that make the key. */
  readonly key: readonly string[]
  /** Rows that have the keys, under the same names. */
  readonly keys: Plan
}

/** The table without those rows; as it is, without a commit, when it has none of them. The caller holds the dataset's lock. */
export async function deleteRows(work: TableWork, {key, keys}: RowsToDelete): Promise<Snapshot> {
  return retryConflicts(() => deleteOnce(work, {key, keys}))
}

async function deleteOnce(work: TableWork, {key, keys}: RowsToDelete): Promise<Snapshot> {
  const {workspace, run, of} = work
  const snapshot = await snapshotOf(of)
  const {fields} = snapshot
  const staging = await workspace.stagingDirectory()
  try {
    const engine = await workspace.engine()
    const directory = path.join(staging, 'survivors')
    const {remove, files} = await rowsWithoutKeys({engine, snapshot, key, keys, fields, directory, signal: run.signal})
    if (remove.length === 0) return snapshot
    const isOpen = await openColumns(of)
    const hidden = new Set(fields.map(({name}) => name).filter((name) => !isOpen(name)))
    const add = await stageFiles(of.store, of.table, files, fields, of.layer === 'quarantine' ? 'all' : hidden)
    const judgement = await readJudgement(of.store, of.table, snapshot.version)
    work.assertHeld()
    const info = maintenanceInfo(work, {maintenance: 'delete'}, judgement)
    return await commit(of.store, of.table, snapshot, {mode: 'delete', add, remove, info}, {signal: run.signal})
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}
