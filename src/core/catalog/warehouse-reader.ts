// Questions about gold: built versions, live versions; and workspace facts.
import type {ModelName} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'
import type {ModelVersionRecord, PublishedRecord} from './catalog.ts'
import {withoutNulls} from './record-row.ts'

const modelColumns = raw(`model, version, run, materialization, sql_digest as "sqlDigest", contract_version as "contractVersion",
  contract_digest as "contractDigest", inputs, rows, score, created_at as "createdAt", dropped_at as "droppedAt"`)

const publishedColumns = raw(`table_name as "table", version, previous_version as "previousVersion", run, rows, live_since as "liveSince"`)

/** The newest built version of every model, in name order. */
export async function latestModelVersions(db: Queryable): Promise<readonly ModelVersionRecord[]> {
  const {rows} = await db.query<ModelVersionRecord>(
    sql`select distinct on (model) ${modelColumns} from hippo.model_versions order by model, version desc`,
  )
  return rows.map(withoutNulls<ModelVersionRecord>)
}

/** Built versions of one model, newest first. */
export async function modelVersions(db: Queryable, model: ModelName, limit: number): Promise<readonly ModelVersionRecord[]> {
  const {rows} = await db.query<ModelVersionRecord>(
    sql`select ${modelColumns} from hippo.model_versions where model = ${model} order by version desc limit ${limit}`,
  )
  return rows.map(withoutNulls<ModelVersionRecord>)
}

/** What readers see now: the newest publication of every table, in name order. */
export async function liveTables(db: Queryable): Promise<readonly PublishedRecord[]> {
  const {rows} = await db.query<PublishedRecord>(
    sql`select distinct on (table_name) ${publishedColumns} from hippo.published order by table_name, position desc`,
  )
  return rows.map(withoutNulls<PublishedRecord>)
}

/** Publications and rollbacks of one table, newest first. */
export async function publishedHistory(db: Queryable, table: string, limit = 100): Promise<readonly PublishedRecord[]> {
  const {rows} = await db.query<PublishedRecord>(
    sql`select ${publishedColumns} from hippo.published where table_name = ${table} order by position desc limit ${limit}`,
  )
  return rows.map(withoutNulls<PublishedRecord>)
}

/** A fact about the workspace that `writeMeta` kept, or undefined. */
export async function readMeta(db: Queryable, key: string): Promise<unknown> {
  const {rows} = await db.query<{value: unknown}>(sql`select value from hippo.meta where key = ${key}`)
  return rows[0]?.value
}
