// Statements that project the lake: contracts, snapshots, checks, edges, captured files. All may be repeated after a
// crash or by a rebuild; a repeat fills gaps and never erases what an earlier one knew.
import type {CaptureRecord} from '../model/capture.ts'
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {LineageEdge} from '../model/lineage.ts'
import type {Layer, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {json, sql} from '../postgres/sql.ts'
import type {SnapshotRecord} from './catalog.ts'
import {withNotice} from './notice.ts'

/** Records a contract the first time its bytes are used, and its dataset. */
export async function recordContract(
  db: Queryable,
  contract: Pick<Contract, 'dataset' | 'version' | 'digest' | 'document' | 'description'>,
  layer: Layer,
): Promise<void> {
  await db.query(
    sql`with dataset as (
        insert into hippo.datasets (name, layer, description) values (${contract.dataset}, ${layer}, ${contract.description})
        on conflict (layer, name) do update set description = excluded.description
        where datasets.description is distinct from excluded.description)
      insert into hippo.contracts (dataset, version, digest, document)
      values (${contract.dataset}, ${contract.version}, ${contract.digest}, ${json(contract.document)})
      on conflict (dataset, digest) do nothing`,
  )
}

/** Records a committed snapshot under its layer, dataset and version. */
export async function recordSnapshot(db: Queryable, snapshot: SnapshotRecord): Promise<void> {
  const s = snapshot
  await db.query(
    withNotice(
      'snapshot',
      sql`insert into hippo.snapshots as known (layer, dataset, version, run, batch, rows, counts, reasons, drift, score,
          contract_version, contract_digest, committed_at, rebuilt, settled)
        values (${s.layer}, ${s.dataset}, ${s.version}, ${s.run}, ${s.batch}, ${s.rows}, ${json(s.counts)}, ${json(s.reasons)},
          ${json(s.drift)}, ${s.score}, ${s.contractVersion}, ${s.contractDigest}, ${s.committedAt}, ${s.rebuilt}, ${json(s.settled)})
        on conflict (layer, dataset, version) do update set batch = coalesce(known.batch, excluded.batch),
          counts = coalesce(known.counts, excluded.counts), reasons = coalesce(known.reasons, excluded.reasons),
          drift = coalesce(known.drift, excluded.drift), score = coalesce(known.score, excluded.score), settled = coalesce(known.settled, excluded.settled)
        returning layer || '/' || dataset as id`,
    ),
  )
}

export interface CheckedTable {
  readonly layer: Layer
  readonly dataset: string
  readonly version: number
  readonly run: RunId
  readonly at: string
  readonly contractVersion?: string
  readonly contractDigest?: string
  /** Nothing was committed. */
  readonly isGated?: true
}

/** Records all check results of one table in one statement; what is recorded of the same run and version stays as it is. */
export async function recordChecks(db: Queryable, table: CheckedTable, checks: readonly CheckResult[]): Promise<void> {
  if (checks.length === 0) return
  await db.query(
    sql`insert into hippo.check_results (layer, dataset, version, run, at, id, position, rule, column_name, dimension, kahn, severity,
        outcome, violated, denominator, percent, threshold, reason, description, rule_digest, contract_version, contract_digest, is_gated)
      select ${table.layer}, ${table.dataset}, ${table.version}, ${table.run}, ${table.at}, entry ->> 'id', position, entry ->> 'rule',
        entry ->> 'column', entry ->> 'dimension', entry ->> 'kahn', entry ->> 'severity', entry ->> 'outcome',
        (entry ->> 'violated')::bigint, (entry ->> 'denominator')::bigint, (entry ->> 'percent')::double precision,
        entry -> 'threshold', entry ->> 'reason', entry ->> 'description', entry ->> 'ruleDigest', ${table.contractVersion},
        ${table.contractDigest}, ${table.isGated}
      from jsonb_array_elements(${json(checks)}) with ordinality as entries(entry, position)
      on conflict do nothing`,
  )
}

/** Records lineage edges; known ones stay. */
export async function recordEdges(db: Queryable, edges: readonly LineageEdge[]): Promise<void> {
  if (edges.length === 0) return
  await db.query(
    sql`insert into hippo.lineage_edges (run, from_layer, from_name, from_version, to_layer, to_name, to_version, at)
      select (edge ->> 'run')::uuid, edge #>> '{from,layer}', edge #>> '{from,name}', (edge #>> '{from,version}')::bigint,
        edge #>> '{to,layer}', edge #>> '{to,name}', (edge #>> '{to,version}')::bigint, (edge ->> 'at')::timestamptz
      from jsonb_array_elements(${json(edges)}) as edges(edge)
      on conflict do nothing`,
  )
}

/** Records what a batch captured; known files stay. */
export async function recordCapturedFiles(
  db: Queryable,
  batch: {readonly number: number; readonly run: RunId},
  files: readonly CaptureRecord[],
): Promise<void> {
  if (files.length === 0) return
  await db.query(
    sql`insert into hippo.captured_files (batch, run, source, dataset, path, sha256, size_bytes, key, compression, dialect, rejected, received_at, modified_at)
      select ${batch.number}, ${batch.run}, file ->> 'source', file ->> 'dataset', file ->> 'path', file ->> 'sha256',
        (file ->> 'sizeBytes')::bigint, file ->> 'key', file ->> 'compression', file -> 'dialect', file ->> 'rejected',
        (file ->> 'receivedAt')::timestamptz, (file ->> 'modifiedAt')::timestamptz
      from jsonb_array_elements(${json(files)}) as files(file)
      on conflict do nothing`,
  )
}
