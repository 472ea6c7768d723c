// Points a view at another relation. `create or replace` keeps grants and dependents, but cannot change or remove columns; then the
// view is dropped and made anew in the same transaction with its grants, unless somebody built on it.
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Queryable} from '../postgres/database.ts'
import {quoteIdent, raw, sql} from '../postgres/sql.ts'
import {quoteName, type RelationName} from './names.ts'

/** Makes `view` show all columns of `physical`; runs in a transaction. CONTRACT_CHANGED when a foreign object stands in the way. */
export async function replaceView(tx: Queryable, view: RelationName, physical: RelationName): Promise<void> {
  const select = `view ${quoteName(view)} as select * from ${quoteName(physical)}`
  await tx.query(raw('savepoint replacing'))
  try {
    await tx.query(raw(`create or replace ${select}`))
  } catch (error) {
    await tx.query(raw('rollback to savepoint replacing'))
    if (codeOf(error) === '42809') {
      throw new HippoError('CATALOG_MISCONFIGURED', {
        message: `${view.schema}.${view.name} is there already and is not a view`,
        hint: 'rename or drop it',
        cause: error,
      })
    }
    if (codeOf(error) !== '42P16') throw error
    await recreate(tx, view, select)
  }
  await tx.query(raw('release savepoint replacing'))
}

async function recreate(tx: Queryable, view: RelationName, select: string): Promise<void> {
  const foreign = await dependents(tx, view)
  if (foreign.length > 0) {
    throw new HippoError('CONTRACT_CHANGED', {
      message: `the columns of ${view.schema}.${view.name} changed and ${foreign.join(', ')} depends on it`,
      hint: `drop ${foreign.length === 1 ? 'it' : 'them'} or keep the old columns`,
    })
  }
  const grants = await grantsOn(tx, view)
  await tx.query(raw(`drop view ${quoteName(view)}`))
  await tx.query(raw(`create ${select}`))
  for (const grant of grants) await tx.query(raw(grant))
}

async function dependents(tx: Queryable, view: RelationName): Promise<readonly string[]> {
  const {rows} = await tx.query<{name: string}>(
    sql`select distinct case when d.classid = 'pg_rewrite'::regclass
          then (select format('%I.%I', n.nspname, c.relname) from pg_rewrite r join pg_class c on c.oid = r.ev_class
            join pg_namespace n on n.oid = c.relnamespace where r.oid = d.objid)
          else pg_describe_object(d.classid, d.objid, d.objsubid) end as name
      from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass(${quoteName(view)}) and d.deptype = 'n'
        and not (d.classid = 'pg_rewrite'::regclass and d.objid in (select oid from pg_rewrite where ev_class = d.refobjid))
      order by 1`,
  )
  return rows.map(({name}) => name)
}

async function grantsOn(tx: Queryable, view: RelationName): Promise<readonly string[]> {
  const {rows} = await tx.query<{grantee: string | null; privilege: string; grantable: boolean}>(
    sql`select r.rolname as grantee, a.privilege_type as privilege, a.is_grantable as grantable
      from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
      where c.oid = to_regclass(${quoteName(view)}) and a.grantee <> c.relowner`,
  )
  return rows.map(
    ({grantee, privilege, grantable}) =>
      `grant ${privilege} on ${quoteName(view)} to ${grantee === null ? 'public' : quoteIdent(grantee)}${grantable ? ' with grant option' : ''}`,
  )
}
