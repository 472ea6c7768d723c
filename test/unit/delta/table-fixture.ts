// Small tables of numbers for tests of the Delta module: rows go in and come out through real Parquet files.
import {mkdtemp, rmdir, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {parquetReadObjects} from 'hyparquet'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {stageFiles} from '../../../src/core/delta/add-files.ts'
import {type CommitOptions, type Committed, commit} from '../../../src/core/delta/commit.ts'
import type {Field} from '../../../src/core/delta/schema.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import type {TableChange} from '../../../src/core/delta/table-change.ts'
import {tableFiles} from '../../../src/core/delta/table-files.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'

export const fields: readonly Field[] = [
  {name: 'id', type: 'int64', nullable: true},
  {name: 'name', type: 'string', nullable: true},
]

export const range = (from: number, to: number) => Array.from({length: to - from + 1}, (_, i) => from + i)

/** Writes rows `{id, name: 'n<id>'}` as a Parquet file on this machine. */
async function parquetFile(ids: readonly number[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'hippo-parquet-')), 'rows.parquet')
  const buffer = parquetWriteBuffer({
    columnData: [
      {name: 'id', data: ids.map(BigInt), type: 'INT64'},
      {name: 'name', data: ids.map((id) => `n${id}`), type: 'STRING'},
    ],
  })
  await writeFile(path, new Uint8Array(buffer))
  return path
}

export async function stage(store: ObjectStore, table: string, ids: readonly number[]) {
  const path = await parquetFile(ids)
  const adds = await stageFiles(store, table, [{path, rows: ids.length}], fields, new Set(['name']))
  await rmdir(dirname(path))
  return adds
}

export async function createTable(store: ObjectStore, table: string): Promise<Snapshot> {
  return commit(store, table, undefined, {mode: 'append', add: [], fields})
}

type Rest = Partial<Omit<TableChange, 'mode' | 'add'>>

export async function append(base: Snapshot, ids: readonly number[], rest: Rest = {}, options: CommitOptions = {}): Promise<Committed> {
  return commit(base.store, base.table, base, {mode: 'append', add: await stage(base.store, base.table, ids), ...rest}, options)
}

export async function overwrite(base: Snapshot, ids: readonly number[], rest: Rest = {}): Promise<Committed> {
  return commit(base.store, base.table, base, {mode: 'overwrite', add: await stage(base.store, base.table, ids), ...rest})
}

/** The ids in the table, ascending, read from its data files. */
export async function idsOf(store: ObjectStore, table: string, choice: {version?: number; asOf?: Date} = {}): Promise<readonly number[]> {
  const snapshot = await readSnapshot(store, table, choice)
  if (snapshot === undefined) return []
  const ids: number[] = []
  for (const {key} of tableFiles(snapshot)) {
    const rows = await parquetReadObjects({file: new Uint8Array(await store.get(key)).buffer})
    ids.push(...rows.map((row) => Number(row.id)))
  }
  return ids.sort((a, b) => a - b)
}

export async function keysOf(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const {key} of store.list(prefix)) keys.push(key)
  return keys
}

/** Versions that have a commit in the log. */
export async function versionsOf(store: ObjectStore, table: string): Promise<readonly number[]> {
  const keys = await keysOf(store, `${table}/_delta_log/`)
  return keys.filter((key) => key.endsWith('.json')).map((key) => Number(key.slice(-25, -5)))
}

export const entryKey = (table: string, version: number) => `${table}/_delta_log/${String(version).padStart(20, '0')}.json`

/** Replaces an object whatever it was: what damage does, and no caller of a store. */
export async function damage(store: ObjectStore, key: string, change: (text: string) => string): Promise<void> {
  const text = new TextDecoder().decode(await store.get(key))
  await store.delete(key)
  await store.putIfAbsent(key, new TextEncoder().encode(change(text)))
}

/** Versions 0 to `last` of the table t; version n appends row n. */
export async function tableWith(store: ObjectStore, last: number): Promise<Snapshot> {
  let snapshot = await createTable(store, 't')
  for (const id of range(1, last)) snapshot = await append(snapshot, [id], {txn: {appId: 'a', version: id}})
  return snapshot
}
