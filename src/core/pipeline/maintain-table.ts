// What the verbs that change one table of the lake share: a recorded run, the dataset's lock, the catalog brought up to the lake
// before and after, another try when another tool committed first, and the record that a commit carries.

import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import {type Judgement, readMaintenanceRecord} from '../lake/promotion-record.ts'
import type {RunSummary, Verb} from '../model/run.ts'
import type {MaintenanceRecord} from '../model/table.ts'
import {type LakeTable, lakeTable} from './lake-table.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {auditMaintenance, projectCommits, promotionLock} from './project-commits.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {retryConflicts} from './retry-conflicts.ts'

export interface TableRequest extends RunOptions {
  /** As `lakeTable` understands it. */
  readonly table: string
}

export interface TableWork {
  readonly workspace: Workspace
  readonly run: RunScope
  readonly of: LakeTable
  /** Throws when the lock was lost: another run may have taken over, and nothing must be committed or deleted any more. */
  assertHeld(): void
}

interface Done {
  readonly state: 'committed' | 'deleted' | 'noop'
  readonly version: number
  readonly digest?: string
}

/** Runs `work` under the dataset's lock, again when another writer was first, and records what it committed. */
export async function maintainTable<B extends Done>(
  workspace: Workspace,
  verb: Verb,
  request: TableRequest,
  work: (work: TableWork) => Promise<B>,
): Promise<B & {table: string; run: RunSummary}> {
  const of = await lakeTable(workspace, request.table)
  return recordRun(workspace, verb, request, async (run) => {
    const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: `dataset ${of.dataset}`, signal: run.signal}
    const done = await run.database.withLock(promotionLock(workspace.config.name, of.dataset), lock, (lost) =>
      run.step(
        verb,
        of.name,
        async () => {
          await project(run, of)
          const result = await retryConflicts(() => work({workspace, run, of, assertHeld: () => assertLockHeld(of, lost)}))
          await project(run, of)
          return result
        },
        ({state, version}) => ({state: state === 'noop' ? 'noop' : 'ok', detail: `version ${version}`}),
      ),
    )
    const outputs =
      done.state === 'committed' ? [{uri: `${of.store.uri}/${of.table}`, version: done.version, digest: done.digest ?? ''}] : []
    return {state: done.state === 'noop' ? 'noop' : 'succeeded', outputs, body: {...done, table: of.name}}
  })
}

/** Throws when the dataset's lock was lost. */
export function assertLockHeld({dataset}: Pick<LakeTable, 'dataset'>, lost: AbortSignal): void {
  if (!lost.aborted) return
  throw new HippoError('CATALOG_UNREACHABLE', {message: `the connection that held dataset ${dataset} broke; nothing more was changed`})
}

/** Quarantine has no snapshots in the catalog: what was done to it stands in the audit trail alone. */
async function project({database}: RunScope, {layer, dataset, store, table, name}: LakeTable): Promise<void> {
  if (layer === 'silver') {
    await projectCommits(database, await readSnapshot(store, layout.table('silver', dataset)), dataset)
    return
  }
  const newest = await readSnapshot(store, table)
  const record = newest && (await readMaintenanceRecord(store, table, newest.version))
  if (newest && record) await auditMaintenance(database, name, newest.version, record)
}

/** What a commit that is no promotion says of itself. */
export function maintenanceInfo(
  {run, workspace}: Pick<TableWork, 'run' | 'workspace'>,
  kind: Pick<MaintenanceRecord, 'maintenance' | 'restored'>,
  judgement: Judgement,
) {
  const record: MaintenanceRecord = {...kind, ...judgement, run: run.id, actor: workspace.actor, at: run.startedAt.toISOString()}
  return {runId: run.id, ...(judgement.contractVersion === undefined ? {} : {contractVersion: judgement.contractVersion}), details: record}
}

/** Files of a snapshot and their bytes. */
export function sizeOf({files}: Pick<Snapshot, 'files'>): {readonly files: number; readonly sizeBytes: number} {
  return {files: files.size, sizeBytes: [...files.values()].reduce((sum, {size}) => sum + size, 0)}
}
