// Statements about what gold offers: built versions, live versions; and the audit trail, workspace facts.
import type {ModelName} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {json, sql} from '../postgres/sql.ts'
import type {AuditRecord, ModelVersionRecord, PublishedRecord} from './catalog.ts'
import {withNotice} from './notice.ts'

/** Records a built version of a model; a repeat replaces what a crashed build of the same version left. */
export async function recordModelVersion(db: Queryable, built: ModelVersionRecord): Promise<void> {
  await db.query(
    sql`insert into hippo.model_versions (model, version, run, materialization, sql_digest, contract_version, contract_digest, inputs, rows, score, created_at)
      values (${built.model}, ${built.version}, ${built.run}, ${built.materialization}, ${built.sqlDigest}, ${built.contractVersion},
        ${built.contractDigest}, ${json(built.inputs)}, ${built.rows}, ${built.score}, ${built.createdAt})
      on conflict (model, version) do update set run = excluded.run, materialization = excluded.materialization,
        sql_digest = excluded.sql_digest, contract_version = excluded.contract_version, contract_digest = excluded.contract_digest,
        inputs = excluded.inputs, rows = excluded.rows, score = excluded.score, created_at = excluded.created_at, dropped_at = null`,
  )
}

/** Records that old versions of a model are no longer in the warehouse. */
export async function recordDroppedVersions(db: Queryable, model: ModelName, versions: readonly number[]): Promise<void> {
  await db.query(
    sql`update hippo.model_versions set dropped_at = now() where model = ${model} and version = any(${versions}::bigint[]) and dropped_at is null`,
  )
}

/** Records which version of a table readers now see; once for each run and table. */
export async function recordPublished(db: Queryable, published: PublishedRecord): Promise<void> {
  await db.query(
    withNotice(
      'published',
      sql`insert into hippo.published (table_name, version, previous_version, run, rows, live_since)
        values (${published.table}, ${published.version}, ${published.previousVersion}, ${published.run}, ${published.rows}, ${published.liveSince})
        on conflict (run, table_name) do nothing returning table_name as id`,
    ),
  )
}

/** Appends to the audit trail, which can be neither changed nor emptied. */
export async function recordAudit(db: Queryable, entry: AuditRecord): Promise<void> {
  await db.query(
    sql`insert into hippo.audit (at, actor, action, subject, reason, run)
      values (${entry.at}, ${entry.actor}, ${entry.action}, ${entry.subject}, ${entry.reason}, ${entry.run})`,
  )
}

/** Keeps a fact about the workspace (its id, its lake) under a key. */
export async function writeMeta(db: Queryable, key: string, value: unknown): Promise<void> {
  await db.query(
    sql`insert into hippo.meta (key, value) values (${key}, ${json(value)})
      on conflict (key) do update set value = excluded.value, updated_at = now() where meta.value is distinct from excluded.value`,
  )
}

/** Removes a fact that `writeMeta` kept. */
export async function removeMeta(db: Queryable, key: string): Promise<void> {
  await db.query(sql`delete from hippo.meta where key = ${key}`)
}
