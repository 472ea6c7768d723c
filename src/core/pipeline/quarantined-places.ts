// Which rows wait in quarantine, by dataset, file as received, and row: places and reasons, never values.
import {standingSnapshots} from '../catalog/reader.ts'
import {readSnapshot} from '../delta/snapshot.ts'
import {readBatches} from '../lake/bronze.ts'
import {layout} from '../lake/layout.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import type {Workspace} from './ports.ts'
import {silverContracts} from './select-datasets.ts'

export interface QuarantinedPlace {
  readonly dataset: string
  /** Path below the source's folder, as captured. */
  readonly file: string
  /** 1-based record in that file. */
  readonly row: number
  readonly reasons: readonly string[]
}

export interface QuarantinedPlaces {
  readonly rejected: readonly QuarantinedPlace[]
  /** Rows counted as duplicates over all batches, by dataset. */
  readonly duplicates: Readonly<Record<string, number>>
}

const placeColumns = ['_batch', '_file', '_row', '_reasons']

export async function quarantinedPlaces(workspace: Workspace): Promise<QuarantinedPlaces> {
  const [store, engine, database] = await Promise.all([workspace.store(), workspace.engine(), workspace.database()])
  const paths = new Map<string, string>()
  for (const batch of await readBatches(store))
    for (const file of batch.files) paths.set(`${batch.number} ${file.dataset} ${file.sha256}`, file.path)
  const rejected: QuarantinedPlace[] = []
  const duplicates: Record<string, number> = {}
  for (const {dataset} of silverContracts(await workspace.contracts())) {
    const versions = await standingSnapshots(database, dataset)
    duplicates[dataset] = versions.reduce((sum, version) => sum + (version.counts?.duplicate ?? 0), 0)
    const snapshot = await readSnapshot(store, layout.table('quarantine', dataset))
    if (!snapshot) continue
    const columns = readableColumnsOf(snapshot).filter(({name}) => placeColumns.includes(name))
    for (const row of await engine.rows(scanTable(snapshot, {columns}), Number.MAX_SAFE_INTEGER)) {
      const file = paths.get(`${row._batch} ${dataset} ${row._file}`) ?? ''
      rejected.push({dataset, file, row: Number(row._row), reasons: String(row._reasons ?? '').split('|')})
    }
  }
  return {rejected, duplicates}
}
