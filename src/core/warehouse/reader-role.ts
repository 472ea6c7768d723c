// The role that questions of people run under: it reads tables and nothing else. The embedded server's own user is a superuser,
// and even a read-only transaction of one can read files of the machine through PostgreSQL's functions.
import type {Database} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'

export const readerRole = 'hippo_reader'

/** Makes the role when it may; false where this user may neither make nor take it (a foreign server: its own rights then hold). */
export async function ensureReaderRole(db: Database): Promise<boolean> {
  if (await mayBecomeReader(db)) return true
  await db.query(
    raw(`do $$ begin
      create role ${readerRole} nologin;
      grant pg_read_all_data to ${readerRole};
      grant ${readerRole} to current_user;
    exception when insufficient_privilege or duplicate_object or unique_violation then null; end $$`),
  )
  return mayBecomeReader(db)
}

async function mayBecomeReader(db: Database): Promise<boolean> {
  const {rows} = await db.query<{may: boolean}>(
    sql`select exists (select from pg_roles where rolname = ${readerRole} and pg_has_role(current_user, oid, 'member')) as may`,
  )
  return rows[0]?.may === true
}
