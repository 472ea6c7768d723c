// Where the records found in bronze stand in silver and quarantine: rows there name the bytes they came from as they were then.
// Bytes that were erased in part since then lead to those of today through their tombstones, and the numbers back again.
import {readSnapshot, rowCount} from '../../delta/snapshot.ts'
import {column} from '../../expr/expr.ts'
import {layout} from '../../lake/layout.ts'
import {scanTable} from '../../lake/scan-table.ts'
import {bytesToday, rowAtFirst} from '../../lake/tombstones.ts'
import type {BronzeHit, Erasure, RecordOrigin} from './erasure.ts'

/** By dataset. */
export async function originsOf(erasure: Erasure, hits: readonly BronzeHit[]): Promise<ReadonlyMap<string, readonly RecordOrigin[]>> {
  const origins = new Map<string, readonly RecordOrigin[]>()
  const rowsNow = new Map(hits.flatMap(({sha256, what}) => (what.kind === 'records' ? [[sha256, [...what.rows]] as const] : [])))
  for (const {contract} of erasure.datasets) {
    const named = erasure.tombstones.count === 0 ? [...rowsNow.keys()] : await filesNamed(erasure, contract.dataset)
    const found: RecordOrigin[] = []
    for (const file of new Set([...named, ...rowsNow.keys()])) {
      const today = await bytesToday(erasure.tombstones, file)
      for (const row of rowsNow.get(today.sha256) ?? []) found.push({file, row: rowAtFirst(row, today)})
    }
    origins.set(contract.dataset, found)
  }
  return origins
}

/** Hashes that the dataset's rejected rows name. */
async function filesNamed({store, engine, run}: Erasure, dataset: string): Promise<readonly string[]> {
  const snapshot = await readSnapshot(store, layout.table('quarantine', dataset))
  if (!snapshot || snapshot.files.size === 0) return []
  const plan = {kind: 'select' as const, input: scanTable(snapshot), columns: [{name: '_file', expr: column('_file')}]}
  const rows = await engine.rows(plan, rowCount(snapshot) ?? 0, {signal: run.signal})
  return [...new Set(rows.map(({_file}) => String(_file)))]
}
