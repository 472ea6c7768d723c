// What is wrong with one table of the lake: its log and checkpoints, and the data files of its newest version. Reads only. The quick
// look opens the table once; all of the log is read only when that shows something.
import {recordedVersions} from '../catalog/projection.ts'
import {examineLog, isSoundLog, type LogExamination} from '../delta/examine-log.ts'
import {readSnapshot, type Snapshot, toSnapshot} from '../delta/snapshot.ts'
import {lostFiles} from '../lake/lost-files.ts'
import {awaitsRebuild} from '../lake/repaired-table.ts'
import {verifyFiles} from '../lake/verify-table.ts'
import type {Database} from '../postgres/database.ts'
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'

export interface Damage {
  readonly key: string
  /** Absent for data files: they belong to many. */
  readonly version?: number
  readonly what: string
}

export interface TableLook {
  /** Key prefix. */
  readonly table: string
  readonly damages: readonly Damage[]
  /** Newest version that the log can give. */
  readonly readable?: Snapshot
  /** Its data files that are gone or cut off; of a thorough look, also those with other bytes. */
  readonly lostFiles: readonly Damage[]
  /** Absent when the log is sound. */
  readonly log?: LogExamination
  /** A repair set the table back, and no rebuild has filled it again. */
  readonly awaitsRebuild: boolean
}

export interface LookOptions {
  /** Everything below the table. */
  readonly listed: ReadonlyMap<string, ObjectInfo>
  /** A version that the catalog knows to have been committed. */
  readonly committed?: number
  readonly signal?: AbortSignal | undefined
  /** Reads all of the log and every data file, also when opening the table shows nothing. */
  readonly thorough?: boolean
}

/** Everything that is wrong with a table that is, or was, there. */
export async function lookAtTable(store: ObjectStore, table: string, options: LookOptions): Promise<TableLook> {
  const {listed, thorough = false, committed = -1, signal} = options
  const snapshot = !thorough && (await isSoundLog(store, table)) ? await readSnapshot(store, table) : undefined
  if (snapshot && snapshot.version >= committed) {
    const lost = lostFilesOf(snapshot, listed)
    return {table, damages: lost, lostFiles: lost, readable: snapshot, awaitsRebuild: await awaitsRebuild(snapshot)}
  }
  const log = await examineLog(store, table, {committed, signal})
  if (log === undefined) return {table, damages: [], lostFiles: [], awaitsRebuild: false}
  const readable = log.readable && toSnapshot(store, table, log.readable.version, log.readable.state)
  const isNewest = readable !== undefined && log.readable?.version === log.newest
  const lost = isNewest ? await damagedFilesOf(readable, options) : []
  const damages = [...log.damages.map(({key, version, what}) => ({key, version, what})), ...lost]
  const isSetBack = isNewest && (await awaitsRebuild(readable))
  return {table, damages, lostFiles: lost, ...(readable ? {readable} : {}), log, awaitsRebuild: isSetBack}
}

function lostFilesOf(snapshot: Snapshot, listed: ReadonlyMap<string, ObjectInfo>): readonly Damage[] {
  return lostFiles(withoutVectors(snapshot), listed).map(({key, detail}) => ({key, what: detail}))
}

/** Reads all of them. */
async function damagedFilesOf(snapshot: Snapshot, {listed, signal}: LookOptions): Promise<readonly Damage[]> {
  const check = {table: snapshot.table, listed, isChosen: () => true, onRead: () => undefined, ...(signal ? {signal} : {})}
  const {problems} = await verifyFiles(withoutVectors(snapshot), check)
  return problems.flatMap(({kind, key, detail}) => (kind === 'stranger' ? [] : [{key, what: detail}]))
}

/** Which rows of a file are deleted does not matter for whether it is there. */
function withoutVectors(snapshot: Snapshot): Snapshot {
  const files = [...snapshot.files].map(([path, {deletionVector: _, ...file}]) => [path, file] as const)
  return {...snapshot, files: new Map(files)}
}

/** Everything in silver and quarantine, table by table. */
export async function listTables(store: ObjectStore): Promise<ReadonlyMap<string, ReadonlyMap<string, ObjectInfo>>> {
  const tables = new Map<string, Map<string, ObjectInfo>>()
  for (const layer of ['quarantine/', 'silver/']) {
    for await (const info of store.list(layer)) {
      const [table] = /^[^/]+\/[^/]+(?=\/)/.exec(info.key) ?? []
      if (table === undefined) continue
      const objects = tables.get(table) ?? new Map<string, ObjectInfo>()
      tables.set(table, objects.set(info.key, info))
    }
  }
  return tables
}

/** The newest version of a silver table that the catalog has recorded. */
export async function recordedVersion(database: Database, dataset: string): Promise<number | undefined> {
  return (await recordedVersions(database, dataset)).at(-1)
}
