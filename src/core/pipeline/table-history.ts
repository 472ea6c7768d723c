// The versions of a dataset or model, newest first.
import type {SnapshotRecord} from '../catalog/catalog.ts'
import {snapshotHistory} from '../catalog/reader.ts'
import {newestSnapshot} from './lineage-of.ts'
import type {Workspace} from './ports.ts'

const mostVersions = 1000

/** Versions of `name` as `lineageOf` understands it. */
export async function tableHistory(workspace: Workspace, name: string): Promise<readonly SnapshotRecord[]> {
  const {layer, name: dataset} = await newestSnapshot(workspace, name)
  return layer === 'source' ? [] : snapshotHistory(await workspace.database(), dataset, layer, mostVersions)
}
