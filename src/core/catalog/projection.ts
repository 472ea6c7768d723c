// What the catalog already knows of the lake, so that the rest can be recorded, and the removal of what it says of the lake, so
// that it can be made again. Runs, gold versions and the audit trail are not of the lake and stay.
import type {DatasetName, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'

/** Versions of a silver table that are recorded, in order. */
export async function recordedVersions(db: Queryable, dataset: DatasetName): Promise<readonly number[]> {
  const {rows} = await db.query<{version: number}>(
    sql`select version from hippo.snapshots where layer = 'silver' and dataset = ${dataset} order by version`,
  )
  return rows.map(({version}) => version)
}

/** The newest version of each silver dataset that is recorded, of an instant the newest that was recorded as committed by then. */
export async function newestRecorded(
  db: Queryable,
  datasets: readonly DatasetName[],
  asOf: string | undefined,
): Promise<ReadonlyMap<DatasetName, number>> {
  const {rows} = await db.query<{dataset: string; version: number}>(
    sql`select dataset, max(version) as version from hippo.snapshots where layer = 'silver' and dataset = any(${[...datasets]}) and (${asOf ?? null}::timestamptz is null or committed_at <= ${asOf ?? null}::timestamptz) group by dataset`,
  )
  return new Map(rows.map(({dataset, version}) => [dataset, version]))
}

/** Numbers of the batches whose files are recorded. */
export async function recordedBatches(db: Queryable): Promise<ReadonlySet<number>> {
  const {rows} = await db.query<{batch: number}>(sql`select distinct batch from hippo.captured_files`)
  return new Set(rows.map(({batch}) => batch))
}

/** Who started a run; undefined when the catalog does not know it. */
export async function actorOfRun(db: Queryable, run: RunId): Promise<string | undefined> {
  const {rows} = await db.query<{actor: string}>(sql`select actor from hippo.runs where id = ${run}::uuid`)
  return rows[0]?.actor
}

/** Whether the audit trail has an act of a run. */
export async function isAudited(
  db: Queryable,
  act: {readonly run: RunId; readonly action: string; readonly subject: string},
): Promise<boolean> {
  const {rowCount} = await db.query(
    sql`select 1 from hippo.audit where run = ${act.run}::uuid and action = ${act.action} and subject = ${act.subject} limit 1`,
  )
  return rowCount > 0
}

/** Removes a silver table's snapshots and the edges into them; check results stay, for those of validations are nowhere else. */
export async function forgetSnapshots(db: Queryable, dataset: DatasetName): Promise<void> {
  await db.query(sql`delete from hippo.snapshots where layer = 'silver' and dataset = ${dataset}`)
  await db.query(sql`delete from hippo.lineage_edges where to_layer = 'silver' and to_name = ${dataset}`)
}

/**
 * Removes all that is said of a lake's versions, when the catalog moves to another lake: the same numbers mean other rows there.
 * Gold versions stay, without what they were made from, so that the next promotion makes them anew.
 */
export async function forgetLake(db: Queryable): Promise<void> {
  await db.query(sql`delete from hippo.snapshots where layer = 'silver'`)
  await db.query(sql`delete from hippo.check_results where layer = 'silver'`)
  await db.query(sql`delete from hippo.lineage_edges`)
  await db.query(sql`update hippo.model_versions set inputs = '[]'`)
}

/** Removes the record of all captured files. */
export async function forgetCapturedFiles(db: Queryable): Promise<void> {
  await db.query(sql`delete from hippo.captured_files`)
}
