// An earlier version of a table becomes its newest one. Batches that came after it stay promoted: they are not taken over
// again by themselves, only by a rebuild (`promote silver --full`).
import {commit} from '../delta/commit.ts'
import {planRestore} from '../delta/restore.ts'
import {rowCount} from '../delta/table-files.ts'
import type {TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import type {RestoreResult} from '../model/table.ts'
import {snapshotOf} from './lake-table.ts'
import {maintainTable, maintenanceInfo, type TableRequest, type TableWork} from './maintain-table.ts'
import type {Workspace} from './ports.ts'

/** Names one version, by its number or by an instant. */
export interface RestoreRequest extends TableRequest, TimeTravel {}

/** Restores one table; `noop` when its newest version has the same content already. */
export async function restoreTable(workspace: Workspace, request: RestoreRequest): Promise<RestoreResult> {
  if (request.version === undefined && request.asOf === undefined) {
    throw new HippoError('CONFIG_VALUE_MISSING', {
      message: 'which version is to come back was not said',
      hint: `name it with --version or --as-of; see them with hippo table history ${request.table}`,
    })
  }
  return maintainTable(workspace, 'table restore', request, (work) => restore(work, request))
}

async function restore(work: TableWork, request: RestoreRequest): Promise<Omit<RestoreResult, 'run' | 'table'>> {
  const {run, of} = work
  const current = await snapshotOf(of)
  const target = await snapshotOf(of, request)
  const plan = await planRestore(current, target)
  const [before, after] = [rowCount(current), plan.rowsAfter]
  const report = {
    restored: plan.toVersion,
    files: {added: plan.change.add.length, removed: plan.change.remove?.length ?? 0},
    ...(before === undefined || after === undefined ? {} : {rows: {before, after}}),
  }
  if (plan.isNothing) return {...report, version: current.version, state: 'noop'}
  if (request.dryRun) return {...report, version: current.version, state: 'noop', wouldCommit: true}
  const judgement = await readJudgement(of.store, of.table, plan.toVersion)
  const info = maintenanceInfo(work, {maintenance: 'restore', restored: plan.toVersion}, judgement)
  work.assertHeld()
  const committed = await commit(of.store, of.table, current, {...plan.change, info}, {signal: run.signal})
  return {...report, version: committed.version, state: 'committed'}
}
