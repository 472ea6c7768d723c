// The four schemas of the warehouse, and what hippo writes on the relations in them: a comment of JSON that says which version of
// what they are. The warehouse thereby describes itself; the catalog only repeats it.
import type {Database, Queryable} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'
import {quoteName, type RelationName} from './names.ts'

const schemas = ['silver', 'gold', 'silver_data', 'gold_data'] as const

/** What a relation is; kept as its comment. */
export interface RelationLabel {
  /** Dataset or model. */
  readonly of: string
  readonly version: number
  readonly run?: string
  readonly rows?: number
}

/** Makes the schemas unless they are there; safe when several processes come first. */
export async function openWarehouse(db: Database): Promise<void> {
  const present = async (): Promise<boolean> => {
    const {rows} = await db.query<{n: number}>(sql`select count(*)::int as n from pg_namespace where nspname = any(${[...schemas]})`)
    return rows[0]?.n === schemas.length
  }
  if (await present()) return
  await db.withLock('hippo:warehouse:open', {waitMs: 60_000, what: 'the set-up of the warehouse'}, async () => {
    if (await present()) return
    await db.query(raw(schemas.map((schema) => `create schema if not exists ${schema}`).join(';')))
  })
}

/** The statement that labels a table or view. */
export function labelStatement(kind: 'table' | 'view', relation: RelationName, label: RelationLabel): string {
  const text = JSON.stringify(label).replaceAll("'", "''").replaceAll('\\', '\\\\')
  return `comment on ${kind} ${quoteName(relation)} is E'${text}'`
}

/** The label of a relation; undefined when it is missing or not ours. */
export async function readLabel(db: Queryable, relation: RelationName): Promise<RelationLabel | undefined> {
  const {rows} = await db.query<{comment: string | null}>(
    sql`select obj_description(to_regclass(${quoteName(relation)}), 'pg_class') as comment`,
  )
  return parseLabel(rows[0]?.comment ?? null)
}

/** A comment as a label, or undefined when it is something else. */
export function parseLabel(comment: string | null): RelationLabel | undefined {
  if (comment === null || !comment.startsWith('{')) return undefined
  try {
    const label = JSON.parse(comment) as RelationLabel
    return typeof label.of === 'string' && typeof label.version === 'number' ? label : undefined
  } catch {
    return undefined
  }
}

/** Whether a relation exists. */
export async function relationExists(db: Queryable, relation: RelationName): Promise<boolean> {
  const {rows} = await db.query<{found: boolean}>(sql`select to_regclass(${quoteName(relation)}) is not null as found`)
  return rows[0]?.found === true
}
