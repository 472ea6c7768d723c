// Prints what hippo reads of the tables given as folders, one JSON line each: `{folder, version, rows}` or `{folder, error}`.
import {basename, dirname, resolve} from 'node:path'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import {openPolarsEngine} from '../../src/core/engine/polars/polars-engine.ts'
import {readableColumnsOf, scanTable} from '../../src/core/lake/scan-table.ts'
import {openLocalStore} from '../../src/core/store/local/local-store.ts'
import {canonicalRows} from './canonical.ts'

const everything = 1_000_000

/** A folder, or `folder@version`. */
async function readTable(engine: Awaited<ReturnType<typeof openPolarsEngine>>, wanted: string): Promise<unknown> {
  const [folder = '', version] = wanted.split('@')
  const store = await openLocalStore(dirname(resolve(folder)))
  const snapshot = await readSnapshot(store, basename(folder), version === undefined ? {} : {version: Number(version)})
  if (snapshot === undefined) return {table: wanted, error: 'no table'}
  const columns = readableColumnsOf(snapshot)
  const rows = await engine.rows(scanTable(snapshot, {columns}), everything)
  return {table: wanted, version: snapshot.version, columns: columns.map(({name}) => name), rows: canonicalRows(rows, columns)}
}

const engine = await openPolarsEngine()
try {
  for (const wanted of process.argv.slice(2)) {
    const read = await readTable(engine, wanted).catch((error: unknown) => ({table: wanted, error: String(error)}))
    console.log(JSON.stringify(read))
  }
} finally {
  await engine.close()
}
