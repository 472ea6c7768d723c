// Where the records found in bronze stand in silver and quarantine: rows there name the bytes they came from as they were then.
// Bytes that were erased in part since then lead to those of today through their tombstones, and the numbers back again.
import {readSnapshot, rowCount} from '../../delta/snapshot.ts'
import {column} from '../../expr/expr.ts'
import {layout} from '../../lake/layout.ts'
import {scanTable} from '../../lake/scan-table.ts'
import type {RemovedRecord, Tombstones} from '../../lake/tombstones.ts'
import type {BronzeHit, Erasure, RecordOrigin} from './erasure.ts'

/** By dataset. */
export async function originsOf(erasure: Erasure, hits: readonly BronzeHit[]): Promise<ReadonlyMap<string, readonly RecordOrigin[]>> {
  const origins = new Map<string, readonly RecordOrigin[]>()
  const rowsNow = new Map(hits.flatMap(({sha256, what}) => (what.kind === 'records' ? [[sha256, [...what.rows]] as const] : [])))
  for (const {contract} of erasure.datasets) {
    const named = erasure.tombstones.count === 0 ? [...rowsNow.keys()] : await filesNamed(erasure, contract.dataset)
    const found: RecordOrigin[] = []
    for (const file of new Set([...named, ...rowsNow.keys()])) {
      const {sha256, removals} = await today(erasure.tombstones, file)
      for (const row of rowsNow.get(sha256) ?? []) found.push({file, row: removals.reduceRight(rowBefore, row)})
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

/** The bytes that stand for these today, and the records that each erasure on the way took out. */
async function today(tombstones: Tombstones, file: string) {
  const removals: (readonly RemovedRecord[])[] = []
  let sha256 = file
  for (;;) {
    const tombstone = await tombstones.of(sha256)
    if (!tombstone) return {sha256, removals}
    removals.push(tombstone.removed)
    sha256 = tombstone.replacedBy
  }
}

/** The number a record had before the removal. */
function rowBefore(row: number, removed: readonly RemovedRecord[]): number {
  let before = row
  for (const one of removed) if (one.row <= before) before++
  return before
}
