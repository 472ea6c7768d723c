// Prints what hippo reads of the tables given as folders, one JSON line each: `{table, version, rows}` or `{table, error}`; with
// `--module` as the Delta module reads them by itself, without an engine.
import {basename, dirname, resolve} from 'node:path'
import {readChanges} from '../../src/core/delta/read-changes.ts'
import {readRows, type TableRow} from '../../src/core/delta/read-rows.ts'
import {readSnapshot, type Snapshot} from '../../src/core/delta/snapshot.ts'
import type {Engine, Row} from '../../src/core/engine/engine.ts'
import {openPolarsEngine} from '../../src/core/engine/polars/polars-engine.ts'
import type {ScalarValue} from '../../src/core/expr/expr.ts'
import type {PlanColumn} from '../../src/core/expr/plan.ts'
import {readableColumnsOf, scanTable} from '../../src/core/lake/scan-table.ts'
import {openLocalStore} from '../../src/core/store/local/local-store.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {canonicalRows} from './canonical.ts'

const everything = 1_000_000

/** A folder, `folder@version`, or `folder#changes` for its change data feed. */
async function readTable(engine: Engine | undefined, wanted: string): Promise<unknown> {
  const [folder = '', version] = wanted.replace('#changes', '').split('@')
  const store = await openLocalStore(dirname(resolve(folder)))
  if (wanted.endsWith('#changes')) return {table: wanted, rows: canonicalRows(await feedOf(store, basename(folder)), feedColumns)}
  const snapshot = await readSnapshot(store, basename(folder), version === undefined ? {} : {version: Number(version)})
  if (snapshot === undefined) return {table: wanted, error: 'no table'}
  const columns = readableColumnsOf(snapshot)
  const rows = engine === undefined ? await withModule(snapshot) : await engine.rows(scanTable(snapshot, {columns}), everything)
  return {table: wanted, version: snapshot.version, columns: columns.map(({name}) => name), rows: canonicalRows(rows, columns)}
}

const feedColumns: readonly PlanColumn[] = [
  {name: 'id', type: 'int64'},
  {name: 'name', type: 'string'},
  {name: '_change_type', type: 'string'},
  {name: '_commit_version', type: 'int64'},
]

/** The change data feed from the first version on: the module's, for hippo has no other. */
async function feedOf(store: ObjectStore, table: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const row of readChanges(store, table, {from: 0})) rows.push(row as Row)
  return rows
}

/** Lists joined, as an engine gives them. */
async function withModule(snapshot: Snapshot): Promise<readonly Row[]> {
  const rows: Row[] = []
  const joined = (value: TableRow[string]): ScalarValue => (Array.isArray(value) ? value.join('|') : (value as ScalarValue))
  for await (const row of readRows(snapshot)) {
    rows.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, joined(value)])))
  }
  return rows
}

const [first = '', ...rest] = process.argv.slice(2)
const isModule = first === '--module'
const engine = isModule ? undefined : await openPolarsEngine()
try {
  for (const wanted of isModule ? rest : [first, ...rest]) {
    const read = await readTable(engine, wanted).catch((error: unknown) => ({table: wanted, error: String(error)}))
    console.log(JSON.stringify(read))
  }
} finally {
  await engine?.close()
}
