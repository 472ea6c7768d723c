// Measured facts of dataset versions: written once with the version, read by the checks of later ones.
import type {CheckResult} from '../model/check.ts'
import type {PastFacts} from '../model/facts.ts'
import type {CheckId, Layer, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {json, sql} from '../postgres/sql.ts'

export interface MeasuredTable {
  readonly layer: Layer
  readonly dataset: string
  readonly version: number
  readonly run: RunId
}

/** Facts of one check of one version. */
export interface StoredFacts extends PastFacts {
  readonly check: CheckId
  readonly basis: string
}

/** Records what the checks of a committed version measured; what is known stays. */
export async function recordFacts(db: Queryable, table: MeasuredTable, checks: readonly CheckResult[]): Promise<void> {
  const facts = checks.flatMap(({id, measured}) => (measured === undefined ? [] : [{id, ...measured}]))
  if (facts.length === 0) return
  await db.query(
    sql`insert into hippo.measured_facts (layer, dataset, version, run, check_id, basis, facts, at)
      select ${table.layer}, ${table.dataset}, ${table.version}, ${table.run}, entry ->> 'id', entry ->> 'basis', entry -> 'facts',
        (entry ->> 'at')::timestamptz
      from jsonb_array_elements(${json(facts)}) as entries(entry)
      on conflict do nothing`,
  )
}

/** The newest `limit` facts of each of the checks on each basis, of versions up to `upTo` (all when absent), newest first. */
export async function pastFacts(
  db: Queryable,
  {layer, dataset, checks, upTo}: Pick<MeasuredTable, 'layer' | 'dataset'> & {readonly checks: readonly CheckId[]; readonly upTo?: number},
  limit: number,
): Promise<readonly StoredFacts[]> {
  const {rows} = await db.query<StoredFacts>(
    sql`select check_id as "check", basis, version, facts, at from (
        select *, row_number() over (partition by check_id, basis order by version desc, at desc) as place from hippo.measured_facts
        where layer = ${layer} and dataset = ${dataset} and check_id = any(${[...checks]})
          and (${upTo ?? null}::bigint is null or version <= ${upTo ?? null}::bigint)) numbered
      where place <= ${limit} order by check_id, version desc, at desc`,
  )
  return rows
}
