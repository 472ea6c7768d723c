// Which lake the catalog speaks of. Versions and batches are numbers: those of one lake mean nothing in another.
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'

export interface RecordedLake {
  readonly id: string
  /** Where it was when it was recorded; it may have moved since. */
  readonly uri: string
}

/** Undefined before anything was recorded. */
export async function recordedLake(db: Queryable): Promise<RecordedLake | undefined> {
  const {rows} = await db.query<RecordedLake>(sql`select id, uri from hippo.lake`)
  return rows[0]
}

/** Records the lake unless one is recorded. */
export async function recordLake(db: Queryable, {id, uri}: RecordedLake): Promise<void> {
  await db.query(sql`insert into hippo.lake (id, uri) values (${id}, ${uri}) on conflict do nothing`)
}

/** From now on the catalog speaks of this lake. */
export async function replaceLake(db: Queryable, {id, uri}: RecordedLake): Promise<void> {
  await db.query(
    sql`insert into hippo.lake (id, uri) values (${id}, ${uri}) on conflict (one) do update set id = excluded.id, uri = excluded.uri, recorded_at = now()`,
  )
}
