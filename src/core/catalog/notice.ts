// The one channel on which processes hear of each other's progress. Small payloads: readers look the rest up; PostgreSQL
// merges equal ones within a transaction and delivers them on commit.
import type {Statement} from '../postgres/database.ts'
import {type Fragment, sql} from '../postgres/sql.ts'
import type {CatalogNotice} from './catalog.ts'

export const catalogChannel = 'hippo'

/** A change together with its notice; `change` returns one row for each notice, with the column `id`. */
export function withNotice(kind: CatalogNotice['kind'], change: Fragment): Statement {
  return sql`with changed as (${change}) select pg_notify(${catalogChannel}, json_build_object('kind', ${kind}::text, 'id', id)::text) from changed`
}
