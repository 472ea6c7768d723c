// What enforcing check constraints costs an append: `node bench/enforce-constraints.ts [ROWS]`, a million by default, on a local
// folder. The same file is committed to a table without constraints and to one with three; prints milliseconds, median of five.
import {copyFile, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {stageFiles} from '../src/core/delta/add-files.ts'
import {commit} from '../src/core/delta/commit.ts'
import {openLocalStore} from '../src/core/store/local/local-store.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const rounds = 5
const fields = [
  {name: 'id', type: 'int64', nullable: true},
  {name: 'code', type: 'string', nullable: true},
  {name: 'value', type: 'float64', nullable: true},
  {name: 'note', type: 'string', nullable: true},
] as const
const constraints = {
  'delta.constraints.id': '`id` IS NOT NULL',
  'delta.constraints.code': "`code` IS NULL OR `code` IN ('8480-6', '8462-4', '29463-7')",
  'delta.constraints.value': '`value` IS NULL OR (`value` >= 0 AND `value` <= 500)',
}

async function writeRows(path: string): Promise<void> {
  const codes = ['8480-6', '8462-4', '29463-7']
  const data = <T>(of: (index: number) => T): T[] => Array.from({length: rows}, (_, index) => of(index))
  const columnData = [
    {name: 'id', data: data(BigInt), type: 'INT64' as const},
    {name: 'code', data: data((index) => codes[index % 3]), type: 'STRING' as const},
    {name: 'value', data: data((index) => (index * 37) % 500), type: 'DOUBLE' as const},
    {name: 'note', data: data((index) => `measured at bed ${index}`), type: 'STRING' as const},
  ]
  await writeFile(path, new Uint8Array(parquetWriteBuffer({columnData})))
}

async function appendTo(folder: string, table: string, properties: Readonly<Record<string, string>>): Promise<number> {
  const [store, path] = [await openLocalStore(join(folder, 'lake')), join(folder, `${table}.parquet`)]
  await copyFile(join(folder, 'rows.parquet'), path)
  const started = performance.now()
  const add = await stageFiles(store, table, [{path, rows}], fields, 'all')
  await commit(store, table, undefined, {mode: 'append', add, fields, properties})
  return performance.now() - started
}

const folder = await mkdtemp(join(tmpdir(), 'hippo-bench-constraints-'))
try {
  await writeRows(join(folder, 'rows.parquet'))
  const times: Record<'without' | 'with', number[]> = {without: [], with: []}
  for (let round = 0; round < rounds; round++) {
    times.without.push(await appendTo(folder, `plain-${round}`, {}))
    times.with.push(await appendTo(folder, `constrained-${round}`, constraints))
  }
  for (const [name, some] of Object.entries(times))
    console.log(`${name} constraints: ${Math.round(some.toSorted((a, b) => a - b)[2] ?? 0)} ms`)
} finally {
  await rm(folder, {recursive: true})
}
