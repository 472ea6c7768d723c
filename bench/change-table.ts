// hippo's side of tables, without contracts and catalog: `change-table.ts append SOURCE LAKE` and `merge UPDATES LAKE` change the
// table `t` of a local lake with the parts that a promotion uses; `rewrite UPDATES LAKE` gives it the rows that a merge would, all of
// its files written anew. Prints one line of JSON: milliseconds of the parts, rows and files.
import {mkdtemp, rm} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {stageFiles} from '../src/core/delta/add-files.ts'
import {commit} from '../src/core/delta/commit.ts'
import type {Field} from '../src/core/delta/schema.ts'
import {readSnapshot, type Snapshot} from '../src/core/delta/snapshot.ts'
import {rowCount} from '../src/core/delta/table-files.ts'
import {openPolarsEngine} from '../src/core/engine/polars/polars-engine.ts'
import {bool, column, type Expr, not} from '../src/core/expr/expr.ts'
import type {Plan, PlanColumn} from '../src/core/expr/plan.ts'
import {rowsPerFile} from '../src/core/lake/rows-per-file.ts'
import {scanTable} from '../src/core/lake/scan-table.ts'
import {rowsWithoutKeys} from '../src/core/pipeline/rows-without-keys.ts'
import {openLocalStore} from '../src/core/store/local/local-store.ts'

const columns: readonly PlanColumn[] = [
  {name: 'id', type: 'int64'},
  {name: 'person', type: 'string'},
  {name: 'code', type: 'string'},
  {name: 'value', type: 'float64'},
  {name: 'at', type: 'timestamp'},
  {name: 'note', type: 'string'},
]
const fields = columns.map((column): Field => ({...column, nullable: true}))
const hidden = new Set(['person', 'note'])
const key = ['id']

const [verb, file = '', lake = ''] = process.argv.slice(2)
const engine = await openPolarsEngine()
engine.start()
const staging = await mkdtemp(join(resolve(lake), '.staging-'))
const signal = new AbortController().signal
const times: Record<string, number> = {}

async function timed<T>(part: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    times[part] = performance.now() - started
  }
}

const source = (path: string, wanted = columns): Plan => {
  const binding = Object.fromEntries(wanted.map(({name}) => [name, name]))
  return {kind: 'scan', columns: wanted, files: [{path: resolve(path), format: {kind: 'parquet'}, binding, constants: {}}]}
}

const keyColumns = columns.filter(({name}) => key.includes(name))

/** Every row of the table whose key the file does not have, then those of the file. */
function wholeTable(base: Snapshot): Plan {
  const found: Expr = {kind: 'existsIn', key: key.map(column), relation: source(file, keyColumns), on: key}
  const kept: Plan = {kind: 'filter', input: scanTable(base, {columns}), where: not({kind: 'coalesce', of: [found, bool(false)]})}
  return {kind: 'union', inputs: [kept, source(file)]}
}

try {
  const store = await openLocalStore(resolve(lake))
  const base = await readSnapshot(store, 't')
  const plan = verb === 'rewrite' && base !== undefined ? wholeTable(base) : source(file)
  const {outputs} = await timed('write', () =>
    engine.write([{name: 'rows', plan, columns, format: 'parquet', directory: staging, rowsPerFile}], {
      stagingDirectory: staging,
      signal,
    }),
  )
  const merged =
    verb === 'merge' && base !== undefined
      ? await timed('replace', () => {
          const keys = source(file, keyColumns)
          return rowsWithoutKeys({engine, snapshot: base, key, keys, fields, directory: join(staging, 'survivors'), signal})
        })
      : {remove: [], files: []}
  const committed = await timed('commit', async () => {
    const written = [...outputs.flatMap((output) => output.files), ...merged.files]
    const add = await stageFiles(store, 't', written, fields, hidden)
    const mode = verb === 'rewrite' ? 'overwrite' : 'append'
    const change = verb === 'merge' ? ({mode: 'merge', remove: merged.remove} as const) : ({mode} as const)
    return commit(store, 't', base, {...change, add, fields})
  })
  console.log(JSON.stringify({...times, rows: rowCount(committed), files: committed.files.size, rewritten: merged.remove.length}))
} finally {
  await engine.close()
  await rm(staging, {recursive: true})
}
