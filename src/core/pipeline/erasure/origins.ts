// Where the records found in bronze stand in silver and quarantine: rows there name the bytes they came from as they were then.
// Bytes that were erased in part since then lead to those of today through their tombstones, and the numbers back again. Records
// that tombstones say are gone count as found, too: an erasure that died may have left the rejected rows they became.
import {readSnapshot} from '../../delta/snapshot.ts'
import {column} from '../../expr/expr.ts'
import {layout} from '../../lake/layout.ts'
import {type BytesToday, bytesToday, rowAtFirst} from '../../lake/tombstones.ts'
import type {BronzeHit, Erasure, RecordOrigin} from './erasure.ts'
import {deadFiles, fileRows, unlessUnreadable} from './search-table.ts'

/** By dataset. */
export async function originsOf(erasure: Erasure, hits: readonly BronzeHit[]): Promise<ReadonlyMap<string, readonly RecordOrigin[]>> {
  const origins = new Map<string, readonly RecordOrigin[]>()
  const rowsNow = new Map(hits.flatMap(({sha256, what}) => (what.kind === 'records' ? [[sha256, [...what.rows]] as const] : [])))
  for (const {contract} of erasure.datasets) {
    const named = erasure.tombstones.count === 0 ? [...rowsNow.keys()] : await filesNamed(erasure, contract.dataset)
    const found: RecordOrigin[] = []
    for (const file of new Set([...named, ...rowsNow.keys()])) {
      const today = await bytesToday(erasure.tombstones, file)
      for (const row of [...erasedRows(today), ...(rowsNow.get(today.sha256) ?? []).map((now) => rowAtFirst(now, today))])
        found.push({file, row})
    }
    origins.set(contract.dataset, found)
  }
  return origins
}

/** Numbers, in the bytes as they once were, of records that are gone. */
function erasedRows({sha256, removals}: BytesToday): readonly number[] {
  return removals.flatMap((removed, index) => removed.map(({row}) => rowAtFirst(row, {sha256, removals: removals.slice(0, index)})))
}

/** More than a file of rejected rows has. */
const mostRows = 100_000_000

/** Hashes that the dataset's rejected rows name, those in files of older versions included: a run that died may have left these. */
async function filesNamed(erasure: Erasure, dataset: string): Promise<readonly string[]> {
  const {store, engine, run} = erasure
  const snapshot = await readSnapshot(store, layout.table('quarantine', dataset))
  if (!snapshot) return []
  const names = new Set<string>()
  const table = `${snapshot.table}/`
  for (const key of [...[...snapshot.files.keys()].map((path) => table + path), ...(await deadFiles(snapshot))]) {
    const columns = [{name: '_file', expr: column('_file')}]
    const plan = {kind: 'select' as const, input: await fileRows(erasure, snapshot, [key]), columns}
    const rows = await engine.rows(plan, mostRows, {signal: run.signal}).catch(unlessUnreadable)
    for (const {_file} of rows) names.add(String(_file))
  }
  return [...names]
}
