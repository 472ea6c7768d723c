// A silver table that lost its newest commits without a trace looks like a smaller table. The catalog has recorded them: whoever
// reads the newest version for a result asks here first. One question for all tables; the log is read again only where the catalog
// knows a later version than was read, for another run may have committed it meanwhile.
import {newestRecorded} from '../catalog/projection.ts'
import {commitKey} from '../delta/log-files.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {corruptTable} from '../delta/table-errors.ts'
import {readSnapshotAt, type TimeTravel} from '../delta/time-travel.ts'
import type {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import type {Queryable} from '../postgres/database.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {type LakeTable, snapshotOf} from './lake-table.ts'
import type {Workspace} from './ports.ts'

export interface SilverRead {
  readonly dataset: string
  /** -1 when there was no table. */
  readonly version: number
}

/** Throws TABLE_CORRUPT for the first of the datasets that was committed further (until `asOf`) than its log reaches. */
export async function assertNoneLost(database: Queryable, store: ObjectStore, reads: readonly SilverRead[], asOf?: string): Promise<void> {
  if (reads.length === 0) return
  const recorded = await newestRecorded(
    database,
    reads.map(({dataset}) => dataset),
    asOf,
  )
  for (const {dataset, version} of reads) {
    const known = recorded.get(dataset) ?? -1
    if (known <= version) continue
    const table = layout.table('silver', dataset)
    const newest = (await readSnapshot(store, table)) ?? {table, version: -1}
    if (newest.version < known) throw lostVersions(newest, known)
  }
}

/**
 * `snapshotOf` for verbs that show the table to people: TABLE_CORRUPT, too, when the newest version is meant and silver was committed
 * further than its log reaches. Where the catalog cannot be asked, that stays unknown.
 */
export async function shownSnapshotOf(workspace: Workspace, of: LakeTable, travel: TimeTravel = {}): Promise<Snapshot> {
  if (of.layer !== 'silver' || travel.version !== undefined) return snapshotOf(of, travel)
  const read = await readSnapshotAt(of.store, of.table, travel)
  const database = await workspace.database().catch(() => undefined)
  if (database) await assertNoneLost(database, of.store, [{dataset: of.dataset, version: read?.version ?? -1}], travel.asOf)
  return read ?? snapshotOf(of, travel)
}

/** The next commit would take the number of one that others have read. */
export function lostVersions({table, version}: Pick<Snapshot, 'table' | 'version'>, recorded: number): HippoError {
  const what =
    version < 0
      ? `the log is gone though version ${recorded} was committed`
      : `the log ends at version ${version} though version ${recorded} was committed`
  const readable = version < 0 ? '' : `versions up to ${version} can still be read; `
  const hint = `${readable}when an older copy of the lake was brought back on purpose, say so with hippo doctor --rebuild-catalog`
  return corruptTable({table, version: recorded, key: commitKey(table, recorded)}, what, undefined, hint)
}
