// Relations of the warehouse that were made before rows were erased from the silver they come from: all of those are stale,
// whatever is in them, for what a model made of a row cannot be told. A catalog that does not know a version makes it stale too.
import {modelVersions} from '../../catalog/reader.ts'
import {newestErasure} from '../../lake/erasure-record.ts'
import {layout} from '../../lake/layout.ts'
import type {SnapshotRef} from '../../model/lineage.ts'
import type {Queryable} from '../../postgres/database.ts'
import {raw} from '../../postgres/sql.ts'
import {draftsLeft} from '../../warehouse/load.ts'
import type {RelationName, ServedLayer} from '../../warehouse/names.ts'
import {parseLabel} from '../../warehouse/open-warehouse.ts'
import type {Erasure} from './erasure.ts'
import type {TableSearch} from './search-table.ts'

export interface StaleRelation {
  readonly layer: ServedLayer
  /** Dataset or model. */
  readonly of: string
  readonly version: number
  readonly relation: RelationName
  readonly kind: 'table' | 'view'
}

/** Gold before silver and newer before older: in that order they can be dropped. */
export async function searchWarehouse(erasure: Erasure, tables: readonly TableSearch[]): Promise<readonly StaleRelation[]> {
  const {run, store} = erasure
  const firstClean = new Map<string, number>()
  for (const {contract} of erasure.datasets) {
    const {dataset} = contract
    const found = tables.find((one) => one.layer === 'silver' && one.dataset.contract.dataset === dataset)
    const version =
      found && found.current.length > 0 ? found.snapshot.version + 1 : await newestErasure(store, layout.table('silver', dataset))
    if (version !== undefined) firstClean.set(dataset, version)
  }
  const drafts = await unfinishedLoads(erasure)
  if (firstClean.size === 0) return drafts
  const relations = await labelledRelations(run.database)
  const isStaleSilver = ({name, version}: Pick<SnapshotRef, 'name' | 'version'>) => version < (firstClean.get(name) ?? 0)
  const isStaleGold = await goldJudge(run.database, relations, isStaleSilver)
  const isDraft = new Set(drafts.map(({relation}) => relation.name))
  const stale = relations
    .filter(({layer, relation}) => layer === 'gold' || !isDraft.has(relation.name))
    .filter(({layer, of, version}) => (layer === 'silver' ? isStaleSilver({name: of, version}) : isStaleGold(of, version)))
    .toSorted((a, b) => (a.layer === b.layer ? b.version - a.version : a.layer === 'gold' ? -1 : 1))
  return [...stale, ...drafts]
}

/** Rows that a process which died was loading or asking: they may be of a delivery that silver never had, so all of them go. */
async function unfinishedLoads({run, datasets}: Erasure): Promise<readonly StaleRelation[]> {
  const drafts: StaleRelation[] = []
  for (const of of new Set(datasets.map(({contract}) => contract.dataset)))
    for (const relation of await draftsLeft(run.database, of, run.signal))
      drafts.push({layer: 'silver', of, version: -1, relation, kind: 'table'})
  return drafts
}

/** Relations that hippo made, drafts included: they hold rows as well. */
async function labelledRelations(db: Queryable): Promise<readonly StaleRelation[]> {
  const {rows} = await db.query<{schema: string; name: string; kind: string; comment: string | null}>(
    raw(`select n.nspname as schema, c.relname as name, c.relkind as kind, obj_description(c.oid, 'pg_class') as comment
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('silver_data', 'gold_data') and c.relkind in ('r', 'v')`),
  )
  return rows.flatMap(({schema, name, kind, comment}) => {
    const label = parseLabel(comment)
    if (!label) return []
    const layer = schema === 'silver_data' ? ('silver' as const) : ('gold' as const)
    return [
      {layer, of: label.of, version: label.version, relation: {schema, name}, kind: kind === 'v' ? ('view' as const) : ('table' as const)},
    ]
  })
}

const mostVersions = 10_000

async function goldJudge(
  db: Queryable,
  relations: readonly StaleRelation[],
  isStaleSilver: (ref: SnapshotRef) => boolean,
): Promise<(model: string, version: number) => boolean> {
  const models = new Set(relations.filter(({layer}) => layer === 'gold').map(({of}) => of))
  const inputs = new Map<string, readonly SnapshotRef[]>()
  for (const model of models)
    for (const built of await modelVersions(db, model, mostVersions)) inputs.set(`${model} ${built.version}`, built.inputs)
  const isStale = (model: string, version: number): boolean => {
    const read = inputs.get(`${model} ${version}`)
    return read === undefined || read.some((ref) => (ref.layer === 'silver' ? isStaleSilver(ref) : isStale(ref.name, ref.version)))
  }
  return isStale
}
