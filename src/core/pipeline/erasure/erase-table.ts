// Takes rows out of a table and out of its past. One commit replaces the files that hold them; then every data file that the
// newest version does not have is deleted, so that no older version can be read any more, and what the log said of the values
// in those files (bounds, in entries and checkpoints) is taken out of it. The log stays whole: what was promoted, when and under
// which contract is still told. Each part may be done again by a run that comes after a crash.
//
// Entries of the log are written anew in place, which nothing else does. All of them: versions as of a time are found by the time of
// their entries, and a mixture would lead to a version that was not the one of then.
import path from 'node:path'
import {decodePath} from '../../delta/actions.ts'
import {stageFiles} from '../../delta/add-files.ts'
import {writeCheckpoint} from '../../delta/checkpoint.ts'
import {commit} from '../../delta/commit.ts'
import {checkpointKey, commitKey, listLog} from '../../delta/log-files.ts'
import {hasChangeFeed} from '../../delta/protocol.ts'
import {readEntry} from '../../delta/read-entry.ts'
import {silentChanges} from '../../delta/silent-changes.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {digestOfFiles} from '../../lake/digest-of-files.ts'
import {newestErasure} from '../../lake/erasure-record.ts'
import type {ObjectStore} from '../../store/object-store.ts'
import {assertHeld} from '../commit-batch-tables.ts'
import {hiddenColumns} from '../hidden-columns.ts'
import {writeSurvivors} from '../write-survivors.ts'
import type {Erasure} from './erasure.ts'
import {deadFiles, type TableSearch} from './search-table.ts'

/** Commits the table without the rows; nothing when its newest version has none of them. */
export async function eraseRows(erasure: Erasure, found: TableSearch): Promise<void> {
  const {current, snapshot, where, layer, dataset} = found
  if (current.length === 0) return
  const {engine, run, staging, store} = erasure
  const {contract} = dataset
  const {table, fields} = snapshot
  const directory = path.join(staging, `${layer}-${contract.dataset}`)
  const touched = new Set(current.map(({key}) => key))
  const written = await writeSurvivors({engine, snapshot, touched, where, fields, directory, signal: run.signal})
  const files = await digestOfFiles(written.map((file) => file.path))
  const hidden = layer === 'quarantine' ? 'all' : hiddenColumns(contract, fields)
  const add = await stageFiles(store, table, written, fields, hidden)
  assertHeld(dataset)
  const changes = hasChangeFeed(snapshot.metaData) ? await silentChanges(store, table) : undefined
  await commit(store, table, snapshot, {
    mode: 'delete',
    add,
    ...(changes ? {changes} : {}),
    remove: current.map((file) => file.add),
    info: {
      runId: run.id,
      contractVersion: contract.version,
      ...(add.length > 0 ? {digests: {files}} : {}),
      details: {erased: {rows: current.reduce((sum, {rows}) => sum + rows, 0)}},
    },
  })
}

/** Deletes every data file that the newest version does not have. */
export async function purgeFiles({store}: Erasure, {snapshot, dataset}: TableSearch): Promise<void> {
  const newest = await readSnapshot(store, snapshot.table)
  if (!newest) return
  assertHeld(dataset)
  const silent = await feedOfErasure(newest)
  for (const key of await deadFiles(newest)) if (!silent.has(key)) await store.delete(key)
}

/** Files without rows that the newest erasure gave the feed: with them, readers of the feed get past it. */
async function feedOfErasure({store, table}: Snapshot): Promise<ReadonlySet<string>> {
  const version = await newestErasure(store, table)
  if (version === undefined) return new Set()
  const {cdc = []} = await readEntry(store, {table, version, key: commitKey(table, version)})
  return new Set(cdc.map(({path}) => `${table}/${decodePath(path)}`))
}

interface ToldBounds {
  /** Log entries, and older checkpoints, that tell bounds of values in files the newest version does not have. */
  readonly keys: readonly string[]
  readonly snapshot: Snapshot
  /** All entries up to the erasure, in order. */
  readonly entries: readonly string[]
  readonly checkpoints: readonly string[]
}

/** What the log of a table still tells about rows that an erasure took out; undefined when no erasure was there. */
export async function toldBounds(store: ObjectStore, table: string): Promise<ToldBounds | undefined> {
  const erasedAt = await newestErasure(store, table)
  const snapshot = erasedAt === undefined ? undefined : await readSnapshot(store, table)
  if (erasedAt === undefined || !snapshot) return undefined
  const {commits, checkpoints} = await listLog(store, table, 0)
  const entries = [...commits].filter(([version]) => version <= erasedAt).map(([, {key}]) => key)
  const telling: string[] = []
  for (const key of entries) if (withoutBounds(await textOf(store, key), snapshot) !== undefined) telling.push(key)
  const old = checkpoints.filter(({version}) => version < erasedAt).flatMap(({keys}) => keys)
  return {keys: [...telling, ...old], snapshot, entries, checkpoints: old}
}

/** Takes the bounds out of the log; the newest version gets a checkpoint in place of older ones. */
export async function forgetBounds({store, workspace}: Pick<Erasure, 'store' | 'workspace'>, told: ToldBounds): Promise<void> {
  const {snapshot, entries, checkpoints} = told
  if (checkpoints.length > 0 && !(await store.head(checkpointKey(snapshot.table, snapshot.version))))
    await writeCheckpoint(snapshot, workspace.clock.now().getTime())
  for (const key of checkpoints) await store.delete(key)
  for (const key of entries) {
    const text = await textOf(store, key)
    await store.put(key, Buffer.from(withoutBounds(text, snapshot) ?? text))
  }
}

const textOf = async (store: ObjectStore, key: string): Promise<string> => Buffer.from(await store.get(key)).toString('utf8')

/** The entry without bounds of files that the snapshot does not have; undefined when it tells none. */
function withoutBounds(entry: string, {files}: Snapshot): string | undefined {
  let isTelling = false
  const lines = entry.split('\n').map((line) => {
    if (!line.includes('"stats"')) return line
    const action = JSON.parse(line) as {add?: {path: string; stats?: string}}
    const {add} = action
    if (add?.stats === undefined || files.has(decodePath(add.path))) return line
    const {numRecords, minValues = {}, maxValues = {}} = JSON.parse(add.stats) as Readonly<Record<string, object>>
    if (Object.keys({...minValues, ...maxValues}).length === 0) return line
    isTelling = true
    return JSON.stringify({...action, add: {...add, stats: JSON.stringify({numRecords})}})
  })
  return isTelling ? lines.join('\n') : undefined
}
