// Questions about datasets: their snapshots, contracts, check results, quarantine and captured files.
import type {DatasetName, Layer, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {type Fragment, raw, sql} from '../postgres/sql.ts'
import type {CapturedFileRecord, CheckRecord, ContractRecord, SnapshotRecord, StandingCheck} from './catalog.ts'
import {withoutNulls} from './record-row.ts'

const snapshotColumns = raw(`dataset, layer, version, run, batch, rows, counts, reasons, drift, score,
  contract_version as "contractVersion", contract_digest as "contractDigest", committed_at as "committedAt", rebuilt, settled`)

export const checkColumns =
  raw(`dataset, layer, version, run, at, id, rule, column_name as "column", dimension, kahn, severity, outcome, violated,
  denominator, percent, threshold, reason, description, rule_digest as "ruleDigest", contract_version as "contractVersion",
  contract_digest as "contractDigest", is_gated as "isGated",
  (select true from hippo.runs validating where validating.id = run and validating.verb = 'validate') as "isValidation"`)

/** What gated a batch is news until something is committed. */
const stands = raw(`(r.is_gated is null or not exists (
  select from hippo.snapshots later where later.layer = r.layer and later.dataset = r.dataset and later.committed_at >= r.at))`)

/** The newest snapshot of every dataset of a layer, in name order. */
export async function latestSnapshots(db: Queryable, layer: Layer): Promise<readonly SnapshotRecord[]> {
  return snapshots(
    db,
    sql`select distinct on (dataset) ${snapshotColumns} from hippo.snapshots where layer = ${layer} order by dataset, version desc`,
  )
}

/** Snapshots of one dataset, newest first. */
export async function snapshotHistory(db: Queryable, dataset: string, layer: Layer, limit: number): Promise<readonly SnapshotRecord[]> {
  return snapshots(
    db,
    sql`select ${snapshotColumns} from hippo.snapshots where layer = ${layer} and dataset = ${dataset} order by version desc limit ${limit}`,
  )
}

/** Silver snapshots of one dataset whose counts add up to what its table holds now: none before its last rebuild. */
export async function standingSnapshots(db: Queryable, dataset: string): Promise<readonly SnapshotRecord[]> {
  return snapshots(
    db,
    sql`select ${snapshotColumns} from hippo.standing_snapshots where layer = 'silver' and dataset = ${dataset} order by version`,
  )
}

/** Snapshots that a run committed. */
export async function runSnapshots(db: Queryable, run: RunId): Promise<readonly SnapshotRecord[]> {
  return snapshots(db, sql`select ${snapshotColumns} from hippo.snapshots where run = ${run} order by layer, dataset, version`)
}

/** Check results that a run recorded, in contract order. */
export async function runChecks(db: Queryable, run: RunId): Promise<readonly CheckRecord[]> {
  return checks(db, sql`select ${checkColumns} from hippo.check_results where run = ${run} order by layer, dataset, version, position`)
}

/**
 * Results of the newest promotion of each layer of each dataset (or of one dataset), in contract order, and those of the newest
 * validation where it is newer: a validation measures rows that were let in, so it says nothing of those that were not.
 */
export async function latestChecks(db: Queryable, dataset?: DatasetName): Promise<readonly StandingCheck[]> {
  // A loose index scan finds what was judged, one probe each; a whole scan takes a third of a second after a year of nights.
  const wanted = dataset === undefined ? raw('true') : sql`dataset = ${dataset}`
  return standing(
    db,
    sql`with recursive judged (dataset, layer) as (
        (select dataset, layer from hippo.check_results where ${wanted} order by dataset, layer limit 1)
        union all
        select next.dataset, next.layer from judged, lateral (
          select dataset, layer from hippo.check_results
          where ${wanted} and (dataset, layer) > (judged.dataset, judged.layer) order by dataset, layer limit 1) next)
      select ${checkColumns}, rejudged from hippo.standing_checks c
      join (
        select judged.dataset, judged.layer, newest.run, newest.version from judged, lateral (
          (select run, version from hippo.check_results r where r.dataset = judged.dataset and r.layer = judged.layer and ${stands}
            order by at desc, version desc, run desc limit 1)
          union
          (select run, version from hippo.check_results r where r.dataset = judged.dataset and r.layer = judged.layer and ${stands}
            and not exists (select from hippo.runs validating where validating.id = r.run and validating.verb = 'validate')
            order by at desc, version desc, run desc limit 1)) newest
      ) newest using (dataset, layer, run, version)
      order by dataset, layer, position`,
  )
}

/** Results of one check over time, newest first. */
export async function checkHistory(db: Queryable, dataset: DatasetName, checkId: string, limit: number): Promise<readonly StandingCheck[]> {
  return standing(
    db,
    sql`select ${checkColumns}, rejudged from hippo.standing_checks where dataset = ${dataset} and id = ${checkId} order by at desc, version desc limit ${limit}`,
  )
}

export interface QuarantineCount {
  readonly dataset: DatasetName
  /** Rows in quarantine over all committed snapshots. */
  readonly rows: number
  /** Check id -> rows; a row counts under each of its reasons. */
  readonly reasons: Readonly<Record<string, number>>
}

/** Quarantined rows of every silver dataset, by reason, summed over its committed snapshots. */
export async function quarantineCounts(db: Queryable): Promise<readonly QuarantineCount[]> {
  const {rows} = await db.query<QuarantineCount>(
    sql`select dataset, coalesce(sum((counts ->> 'quarantined')::bigint), 0)::bigint as rows, coalesce((
        select jsonb_object_agg(reason, total) from (
          select reason, sum(n::bigint) as total from hippo.standing_snapshots s, jsonb_each_text(s.reasons) as each(reason, n)
          where s.layer = 'silver' and s.dataset = standing.dataset group by reason) by_reason), '{}') as reasons
      from hippo.standing_snapshots standing where layer = 'silver' group by dataset order by dataset`,
  )
  return rows
}

/** Every version of a contract that was ever used, newest first. */
export async function contractHistory(db: Queryable, dataset: DatasetName): Promise<readonly ContractRecord[]> {
  const {rows} = await db.query<ContractRecord>(
    sql`select dataset, version, digest, document, first_seen as "firstSeen" from hippo.contracts
      where dataset = ${dataset} order by first_seen desc, digest`,
  )
  return rows
}

/** Captured files of a dataset, newest batch first. */
export async function capturedFiles(db: Queryable, dataset: DatasetName, limit: number): Promise<readonly CapturedFileRecord[]> {
  const {rows} = await db.query<CapturedFileRecord>(
    sql`select batch, run, source, dataset, path, sha256, size_bytes as "sizeBytes", key, compression, dialect, rejected,
        received_at as "receivedAt", modified_at as "modifiedAt"
      from hippo.captured_files where dataset = ${dataset} order by batch desc, path limit ${limit}`,
  )
  return rows.map(withoutNulls<CapturedFileRecord>)
}

async function snapshots(db: Queryable, statement: Fragment): Promise<readonly SnapshotRecord[]> {
  const {rows} = await db.query<SnapshotRecord>(statement)
  return rows.map(withoutNulls<SnapshotRecord>)
}

async function standing(db: Queryable, statement: Fragment): Promise<readonly StandingCheck[]> {
  const {rows} = await db.query<StandingCheck>(statement)
  return rows.map(withoutNulls<StandingCheck>)
}

async function checks(db: Queryable, statement: Fragment): Promise<readonly CheckRecord[]> {
  const {rows} = await db.query<CheckRecord>(statement)
  return rows.map(withoutNulls<CheckRecord>)
}
