// Versions of a dataset.
import type {SnapshotRecord} from '../catalog/catalog.ts'
import {snapshotHistory} from '../catalog/reader.ts'
import type {DatasetName} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'

/** Snapshots of the silver dataset, or of the gold model when there is no silver, newest first. */
export async function readSnapshots(db: Queryable, dataset: DatasetName, limit: number): Promise<readonly SnapshotRecord[]> {
  const silver = await snapshotHistory(db, dataset, 'silver', limit)
  return silver.length > 0 ? silver : snapshotHistory(db, dataset, 'gold', limit)
}
