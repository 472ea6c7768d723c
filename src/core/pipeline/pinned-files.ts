// Files that something outside a table's own log still needs: a batch whose run died between its two commits is finished against
// the versions of other datasets it was judged by, and a rebuild that died before quarantine's commit has its files in place.
import {readSnapshot} from '../delta/snapshot.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import {readPromotionRecord} from '../lake/promotion-record.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {LakeTable} from './lake-table.ts'
import type {Workspace} from './ports.ts'
import {filesOfUnfinishedRebuild} from './replace-tables.ts'
import {silverContracts} from './select-datasets.ts'

/** Paths relative to the table. */
export async function pinnedFiles(workspace: Workspace, {layer, dataset, store, table}: LakeTable): Promise<ReadonlySet<string>> {
  if (layer === 'quarantine') return filesOfUnfinishedRebuild(store, dataset)
  const files = new Set<string>()
  for (const {dataset: other} of silverContracts(await workspace.contracts())) {
    const version = await pinnedVersion(store, other, dataset)
    const pinned = version === undefined ? undefined : await readSnapshot(store, table, {version})
    for (const path of pinned?.files.keys() ?? []) files.add(path)
  }
  return files
}

/** The version of `dataset` that a half-done batch of `other` was judged by. */
async function pinnedVersion(store: ObjectStore, other: string, dataset: string): Promise<number | undefined> {
  const reached = async (layer: 'silver' | 'quarantine') => {
    const table = layout.table(layer, other)
    const snapshot = await readSnapshot(store, table)
    return {snapshot, batch: snapshot?.txns.get(promotionAppId(table))?.version ?? 0}
  }
  const [silver, quarantine] = [await reached('silver'), await reached('quarantine')]
  if (quarantine.snapshot === undefined || quarantine.batch <= silver.batch) return undefined
  for (let version = quarantine.snapshot.version; version >= 0; version--) {
    const record = await readPromotionRecord(store, quarantine.snapshot.table, version)
    if (record?.batch === quarantine.batch) return record.references[dataset]
  }
  return undefined
}
