// The table-level lineage of one dataset or model: everything its newest snapshot was made from, and what was made from it.
import {latestSnapshots, lineageEdges} from '../catalog/reader.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import type {LineageEdge, SnapshotRef} from '../model/lineage.ts'
import type {Workspace} from './ports.ts'

export interface LineageResult {
  readonly of: SnapshotRef
  readonly edges: readonly LineageEdge[]
}

/**
 * Lineage of `name`: a dataset, a model, or either with its layer (`silver.patient`). CONFIG_DATASET_UNKNOWN when nothing of that
 * name was ever committed, and when both layers have it: which is meant must be said.
 */
export async function lineageOf(workspace: Workspace, name: string): Promise<LineageResult> {
  const of = await newestSnapshot(workspace, name)
  const database = await workspace.database()
  const [upstream, downstream] = await Promise.all([lineageEdges(database, of, 'upstream'), lineageEdges(database, of, 'downstream')])
  return {of, edges: [...upstream, ...downstream]}
}

/** The newest committed snapshot behind a name as people write it. */
export async function newestSnapshot(workspace: Workspace, name: string): Promise<SnapshotRef> {
  const database = await workspace.database()
  const snapshots = [...(await latestSnapshots(database, 'gold')), ...(await latestSnapshots(database, 'silver'))]
  const [found, other] = snapshots.filter(({layer, dataset}) => name === dataset || name === `${layer}.${dataset}`)
  if (other) {
    throw new HippoError('CONFIG_DATASET_UNKNOWN', {
      message: `${name} is a dataset of silver and a model of gold`,
      hint: `say which: silver.${name} or gold.${name}`,
    })
  }
  if (found) return {layer: found.layer, name: found.dataset, version: found.version}
  const guess = nearest(
    name,
    snapshots.map(({dataset}) => dataset),
  )
  throw new HippoError('CONFIG_DATASET_UNKNOWN', {
    message: `Nothing was committed to a dataset or model ${name}.${guess ? ` Did you mean ${guess}?` : ''}`,
    hint: 'see what there is with hippo status',
  })
}
