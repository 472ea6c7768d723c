// The table-level lineage of one dataset or model: everything its newest snapshot was made from, and what was made from it.
import {latestSnapshots, lineageEdges, snapshotHistory} from '../catalog/reader.ts'
import {readSnapshotAt, type TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import type {LineageEdge, SnapshotRef} from '../model/lineage.ts'
import {nameOfBoth, unknownName} from './dataset-names.ts'
import type {Workspace} from './ports.ts'

export interface LineageResult {
  readonly of: SnapshotRef
  readonly edges: readonly LineageEdge[]
}

/**
 * Lineage of `name`: a dataset, a model, or either with its layer (`silver.patient`). CONFIG_DATASET_UNKNOWN when nothing of that
 * name was ever committed, and when both layers have it: which is meant must be said.
 */
export async function lineageOf(workspace: Workspace, name: string, travel: TimeTravel = {}): Promise<LineageResult> {
  const newest = await newestSnapshot(workspace, name)
  const isPast = travel.version !== undefined || travel.asOf !== undefined
  const of = isPast ? {...newest, version: await versionAt(workspace, newest, travel)} : newest
  const database = await workspace.database()
  const [upstream, downstream] = await Promise.all([lineageEdges(database, of, 'upstream'), lineageEdges(database, of, 'downstream')])
  return {of, edges: [...upstream, ...downstream]}
}

async function versionAt(workspace: Workspace, {layer, name, version: newest}: SnapshotRef, travel: TimeTravel): Promise<number> {
  if (layer === 'silver') return (await readSnapshotAt(await workspace.store(), layout.table('silver', name), travel))?.version ?? newest
  const versions = await snapshotHistory(await workspace.database(), name, 'gold', mostVersions)
  const {version, asOf} = travel
  const found = versions.find(
    (one) => (version === undefined || one.version === version) && (asOf === undefined || one.committedAt <= asOf),
  )
  if (found) return found.version
  const oldest = versions.at(-1)
  const reach = oldest ? `; the oldest is version ${oldest.version} of ${oldest.committedAt}` : ''
  const message = `gold.${name}: ${version === undefined ? `no version is as old as ${asOf}` : `there is no version ${version}`}${reach}`
  throw new HippoError('TABLE_VERSION_UNKNOWN', {message, hint: `see its versions with hippo table history gold.${name}`})
}

const mostVersions = 1000

/** The newest committed snapshot behind a name as people write it. */
export async function newestSnapshot(workspace: Workspace, name: string): Promise<SnapshotRef> {
  const database = await workspace.database()
  const snapshots = [...(await latestSnapshots(database, 'gold')), ...(await latestSnapshots(database, 'silver'))]
  const [found, other] = snapshots.filter(({layer, dataset}) => name === dataset || name === `${layer}.${dataset}`)
  if (other) throw nameOfBoth(name, `say which: silver.${name} or gold.${name}`)
  if (found) return {layer: found.layer, name: found.dataset, version: found.version}
  const datasets = snapshots.map(({dataset}) => dataset)
  throw unknownName('Nothing was committed to a dataset or model', name, datasets)
}
