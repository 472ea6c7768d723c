// Silver snapshots that were loaded from a lake which is no longer this warehouse's: their version numbers will come again with
// other rows. A load that a live view still shows keeps its rows under another name until the view is replaced.
import {randomBytes} from 'node:crypto'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database} from '../postgres/database.ts'
import {quoteIdent, raw, sql} from '../postgres/sql.ts'
import {quoteName, suffixed} from './names.ts'
import {labelStatement, readLabel} from './open-warehouse.ts'

/** Takes every loaded snapshot away from its name. */
export async function forgetLoads(db: Database): Promise<void> {
  const {rows} = await db.query<{name: string}>(
    sql`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'silver_data' and c.relkind = 'r'`,
  )
  for (const {name} of rows) {
    const relation = {schema: 'silver_data', name}
    try {
      await db.query(raw(`drop table ${quoteName(relation)}`))
    } catch (error) {
      // Something depends on it.
      if (codeOf(error) !== '2BP01') throw error
      const label = await readLabel(db, relation)
      const kept = suffixed(name, `__earlier_${randomBytes(4).toString('hex')}`)
      await db.transaction(async (tx) => {
        // Older than every version: an erasure takes it first.
        if (label) await tx.query(raw(labelStatement('table', relation, {...label, version: -1})))
        await tx.query(raw(`alter table ${quoteName(relation)} rename to ${quoteIdent(kept)}`))
      })
    }
  }
}
