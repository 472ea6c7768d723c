// Names of received files as the catalog repeats them: in results and errors of runs. For erasure.
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'

/** Every name that a run's result lists, each once. */
export async function capturedPaths(db: Queryable): Promise<readonly string[]> {
  const {rows} = await db.query<{path: string}>(
    sql`select distinct path #>> '{}' as path from hippo.runs, jsonb_path_query(result, '$.**.path') as path where jsonb_typeof(path) = 'string'
      union select distinct path #>> '{}' from hippo.runs, jsonb_path_query(result, '$.**.file') as path where jsonb_typeof(path) = 'string'
      union select distinct path from hippo.captured_files`,
  )
  return rows.map(({path}) => path)
}

/** Puts `erased` in the place of a name in results and errors of runs, and in the record of captured files. */
export async function replaceCapturedPath(db: Queryable, path: string): Promise<void> {
  const [text, inError] = [JSON.stringify(path), JSON.stringify(path).slice(1, -1)]
  await db.query(
    sql`update hippo.runs set result = replace(result::text, ${text}, '"erased"')::jsonb where strpos(result::text, ${text}) > 0`,
  )
  await db.query(
    sql`update hippo.runs set error = replace(error::text, ${inError}, 'erased')::jsonb where strpos(error::text, ${inError}) > 0`,
  )
  await db.query(
    sql`update hippo.captured_files f set path = 'erased-' || n from (
      select ctid, row_number() over (partition by batch order by source, dataset, path) + 1000000 as n from hippo.captured_files where path = ${path}
    ) one where f.ctid = one.ctid`,
  )
}
