// Lineage as a closure over recorded edges. With a version it follows exact snapshots; without, it follows tables, and of the many
// edges between two tables gives the newest.
import type {LineageEdge} from '../model/lineage.ts'
import type {Instant, Layer, RunId} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'

export interface LineageStart {
  readonly layer: Layer | 'source'
  readonly name: string
  readonly version?: number
}

interface EdgeRow {
  readonly run: RunId
  readonly from_layer: Layer | 'source'
  readonly from_name: string
  readonly from_version: number
  readonly to_layer: Layer | 'source'
  readonly to_name: string
  readonly to_version: number
  readonly at: Instant
}

/** All edges that lead to the start (`upstream`) or away from it (`downstream`), nearest tables first in no particular order beyond. */
export async function lineageEdges(
  db: Queryable,
  start: LineageStart,
  direction: 'upstream' | 'downstream',
): Promise<readonly LineageEdge[]> {
  const [here, there] = direction === 'upstream' ? [raw('to'), raw('from')] : [raw('from'), raw('to')]
  const exact = start.version !== undefined
  const {rows} = await db.query<EdgeRow>(
    exact
      ? sql`with recursive reached (layer, name, version) as (
            select ${start.layer}::text, ${start.name}::text, ${start.version}::bigint
            union
            select e.${there}_layer, e.${there}_name, e.${there}_version from reached r join hippo.lineage_edges e
              on (e.${here}_layer, e.${here}_name, e.${here}_version) = (r.layer, r.name, r.version))
          select e.* from hippo.lineage_edges e join reached r
            on (e.${here}_layer, e.${here}_name, e.${here}_version) = (r.layer, r.name, r.version)
          order by e.at desc, e.to_layer, e.to_name, e.from_layer, e.from_name, e.from_version`
      : sql`with recursive tables as materialized (
            select distinct on (from_layer, from_name, to_layer, to_name) * from hippo.lineage_edges
            order by from_layer, from_name, to_layer, to_name, at desc, to_version desc, from_version desc),
          reached (layer, name) as (
            select ${start.layer}::text, ${start.name}::text
            union
            select t.${there}_layer, t.${there}_name from reached r join tables t on (t.${here}_layer, t.${here}_name) = (r.layer, r.name))
          select t.* from tables t join reached r on (t.${here}_layer, t.${here}_name) = (r.layer, r.name)
          order by t.at desc, t.to_layer, t.to_name, t.from_layer, t.from_name`,
  )
  return rows.map((row) => ({
    run: row.run,
    from: {layer: row.from_layer, name: row.from_name, version: row.from_version},
    to: {layer: row.to_layer, name: row.to_name, version: row.to_version},
    at: row.at,
  }))
}
