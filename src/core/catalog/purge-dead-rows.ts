// PostgreSQL keeps what was updated or deleted in its files until it vacuums, and even then the bytes stay in their pages. After
// an erasure the tables that held names of files, and the planner's statistics, which hold values of tables that were dropped, are
// written anew without their dead rows. The write-ahead log is not reached. Rows that another open transaction can still see stay.
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database} from '../postgres/database.ts'
import {raw} from '../postgres/sql.ts'

const namesOfFiles = ['hippo.runs', 'hippo.captured_files'] as const
const statistics = 'pg_catalog.pg_statistic'

/** Names of the tables that could not be written anew: others were using them for long, or the user of the database may not. */
export async function purgeDeadRows(database: Database): Promise<readonly string[]> {
  const left: string[] = []
  for (const table of namesOfFiles) {
    if (!(await rewrite(database, table))) left.push(table)
    // The statistics of these tables hold names of files, too.
    await database.query(raw(`analyze ${table}`))
  }
  if (!(await rewrite(database, statistics))) left.push(statistics)
  return left
}

/** CLUSTER, unlike VACUUM FULL, can be part of a transaction, and so be given up when it would make others wait. */
async function rewrite(database: Database, table: string): Promise<boolean> {
  const {rows} = await database.query<{index: string}>(
    raw(`select c.relname as index from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = '${table}'::regclass and i.indisprimary`),
  )
  const [key] = rows
  if (!key) return false
  try {
    await database.transaction(async (tx) => {
      await tx.query(raw("set local lock_timeout = '10s'"))
      await tx.query(raw(`cluster ${table} using "${key.index}"`))
    })
    return true
  } catch (error) {
    if (['55P03', '42501'].includes(codeOf(error) ?? '')) return false
    throw error
  }
}
