// Deletes what nobody can need any more: data files of versions past the retention and what crashed runs left, and, when asked,
// the beginning of the log. What promotions said of themselves in commits that go is kept in the lake (`keepRecords`). A dry
// run unless `apply` is set.
import {recordAudit} from '../catalog/writer.ts'
import {cleanLog, type LogCleanup, planLogCleanup} from '../delta/clean-log.ts'
import {planVacuum, type VacuumPlan, vacuum} from '../delta/vacuum.ts'
import {keepRecords} from '../lake/kept-records.ts'
import type {VacuumResult} from '../model/table.ts'
import {snapshotOf} from './lake-table.ts'
import {maintainTable, type TableRequest, type TableWork} from './maintain-table.ts'
import {pinnedFiles} from './pinned-files.ts'
import type {Workspace} from './ports.ts'

export interface VacuumRequest extends Omit<TableRequest, 'dryRun'> {
  /** Delete; without it nothing changes. */
  readonly apply?: boolean
  /** The table's own, else 7 days, when absent. */
  readonly retentionHours?: number
  readonly allowShortRetention?: boolean
  /** Clean the log, too. */
  readonly log?: boolean
}

/** Vacuums one table; `noop` when there is nothing to delete or nothing was to be changed. */
export async function vacuumTable(workspace: Workspace, request: VacuumRequest): Promise<VacuumResult> {
  return maintainTable(workspace, 'table vacuum', request, (work) => clean(work, request))
}

type Vacuumed = Omit<VacuumResult, 'run' | 'table'>

async function clean(work: TableWork, request: VacuumRequest): Promise<Vacuumed> {
  const {of, workspace, run} = work
  const now = workspace.clock.now().getTime()
  const plan = await planVacuum(of.store, of.table, {
    now,
    alsoKeep: await pinnedFiles(workspace, of),
    ...(request.retentionHours === undefined ? {} : {retentionMs: request.retentionHours * 3_600_000}),
    ...(request.allowShortRetention === undefined ? {} : {allowShortRetention: request.allowShortRetention}),
  })
  const log = request.log ? await planLogCleanup(await snapshotOf(of), {now}) : undefined
  const report = reportOf(plan, log)
  const isNothing = plan.files.length === 0 && (log?.keys.length ?? 0) === 0
  if (isNothing) return {...report, state: 'noop'}
  if (!request.apply) return {...report, state: 'noop', wouldCommit: true}
  work.assertHeld()
  await recordAudit(run.database, {
    actor: workspace.actor,
    action: 'vacuum',
    subject: `${of.name}: ${plan.files.length} files, ${log?.versions.length ?? 0} log entries, retention ${report.retentionHours} h`,
    run: run.id,
    at: workspace.clock.now().toISOString(),
  })
  await vacuum(of.store, plan, {signal: run.signal})
  if (log) {
    await keepRecords(of.store, of.table, log.versions)
    await cleanLog(of.store, log)
  }
  return {...report, state: 'deleted'}
}

function reportOf(plan: VacuumPlan, log: LogCleanup | undefined): Omit<Vacuumed, 'state'> {
  return {
    version: plan.version,
    files: plan.files.length,
    sizeBytes: plan.sizeBytes,
    orphans: plan.orphans,
    retentionHours: plan.retentionMs / 3_600_000,
    keptFrom: Math.max(plan.keptFrom, log?.keptFrom ?? 0),
    ...(log === undefined ? {} : {logVersions: log.versions.length}),
  }
}
