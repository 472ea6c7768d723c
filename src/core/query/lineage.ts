// Lineage of tables as trees both ways, from the newest recorded edges. A table met again is shown without its children.
import {lineageEdges} from '../catalog/reader.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {LineageEdge, SnapshotRef} from '../model/lineage.ts'
import type {DatasetName, Layer} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'
import type {LineageNode, LineageTree} from './reader.ts'

/** Both trees of the gold model of that name, else of the silver dataset. CONFIG_DATASET_UNKNOWN when there is neither. */
export async function readLineage(db: Queryable, dataset: DatasetName): Promise<LineageTree> {
  const {rows} = await db.query<{layer: Layer; version: number}>(
    sql`select layer, max(version) as version from hippo.snapshots where dataset = ${dataset} group by layer order by layer`,
  )
  const [newest] = rows
  if (newest === undefined) {
    throw new HippoError('CONFIG_DATASET_UNKNOWN', {
      message: `no run has written a dataset ${dataset} yet`,
      hint: 'see what there is with hippo status',
    })
  }
  const of: SnapshotRef = {layer: newest.layer, name: dataset, version: newest.version}
  const start = {layer: of.layer, name: of.name}
  const [up, down] = [await lineageEdges(db, start, 'upstream'), await lineageEdges(db, start, 'downstream')]
  return {
    of,
    upstream: lineageTree(of, up, 'upstream'),
    downstream: lineageTree(of, down, 'downstream'),
  }
}

const tableOf = ({layer, name}: SnapshotRef): string => `${layer} ${name}`

/** What `edges` lead to from the root's table, table by table. */
export function lineageTree(
  root: SnapshotRef,
  edges: readonly LineageEdge[],
  direction: 'upstream' | 'downstream',
): readonly LineageNode[] {
  const [here, there] = direction === 'upstream' ? (['to', 'from'] as const) : (['from', 'to'] as const)
  const byTable = Map.groupBy(edges, (edge) => tableOf(edge[here]))
  const seen = new Set([tableOf(root)])
  const grow = (ref: SnapshotRef): readonly LineageNode[] =>
    (byTable.get(tableOf(ref)) ?? [])
      .toSorted((a, b) => (tableOf(a[there]) < tableOf(b[there]) ? -1 : 1))
      .map((edge) => {
        const next = edge[there]
        const isRepeat = seen.has(tableOf(next))
        seen.add(tableOf(next))
        return {ref: next, run: edge.run, at: edge.at, isRepeat, children: isRepeat ? [] : grow(next)}
      })
  return grow(root)
}
