// Which refused files somebody was told of.
import type {CapturedFile} from '../model/run.ts'
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'

/** Of these contents, those that an ingest listed as rejected when that decided its exit code. */
export async function saidRejections(
  db: Queryable,
  sha256s: readonly string[],
): Promise<readonly Pick<CapturedFile, 'source' | 'sha256'>[]> {
  const {rows} = await db.query<{source: string; sha256: string}>(
    sql`select distinct file ->> 'source' as source, file ->> 'sha256' as sha256
      from hippo.runs, jsonb_array_elements(result -> 'files') as files(file)
      where verb = 'ingest' and state = 'gated' and file ->> 'state' = 'rejected' and file ->> 'sha256' = any(${sha256s}::text[])`,
  )
  return rows
}
