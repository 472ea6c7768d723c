// Reads the change data feed of a table (PROTOCOL.md "Change Data Files"): what each commit made of which row, between two versions.
// A commit that wrote files of the feed is told by them alone; any other by the files it added and removed. Versions at which the
// table kept no feed are refused: what became of their rows was not told.
import type {ObjectStore} from '../store/object-store.ts'
import {type AddAction, decodePath, type LogEntry} from './actions.ts'
import {changeTypeField} from './add-files.ts'
import {ownTime} from './commit-times.ts'
import {listLog} from './log-files.ts'
import {hasChangeFeed} from './protocol.ts'
import {readEntry} from './read-entry.ts'
import {type RowChoice, readRows, type TableRow} from './read-rows.ts'
import {replay} from './replay.ts'
import type {Field} from './schema.ts'
import {readSnapshot, type Snapshot, toSnapshot} from './snapshot.ts'
import {corruptTable, invalidRequest, unknownVersion, unsupportedTable} from './table-errors.ts'

/** Both ends included; `to` is the newest version when absent. */
export interface ChangeRange {
  readonly from: number
  readonly to?: number
}

const changeTypes = ['insert', 'update_preimage', 'update_postimage', 'delete'] as const
export type ChangeType = (typeof changeTypes)[number]

export interface FileOfChanges {
  /** Of all rows in the file; absent when each row says it itself. */
  readonly change?: ChangeType
  readonly file: AddAction
}

/** What one commit changed. */
export interface VersionChanges {
  readonly version: number
  readonly committedAt: Date
  /** Tells how to read the files. */
  readonly snapshot: Snapshot
  readonly files: readonly FileOfChanges[]
}

/** The commits of the range in order; those without changes have no files. TABLE_VERSION_UNKNOWN where no feed was kept. */
export async function* changesByVersion(store: ObjectStore, table: string, {from, to}: ChangeRange): AsyncGenerator<VersionChanges> {
  const newest = to ?? (await readSnapshot(store, table))?.version
  if (newest === undefined || from > newest) throw unknownVersion(table, `no version lies between ${from} and ${newest ?? 'none'}`)
  await readSnapshot(store, table, {version: newest})
  let snapshot = await readSnapshot(store, table, {version: from})
  const {commits} = await listLog(store, table, from)
  for (let version = from; snapshot !== undefined && version <= newest; version++) {
    const info = commits.get(version)
    if (info === undefined)
      throw unknownVersion(table, `the commit of version ${version} was cleaned up: its changes are not known any more`)
    const entry = await readEntry(store, {table, version, key: info.key})
    if (version > from) snapshot = toSnapshot(store, table, version, replay(snapshot, [entry]))
    if (!hasChangeFeed(snapshot.metaData)) throw unknownVersion(table, `at version ${version} it kept no change feed`)
    yield {version, committedAt: new Date(ownTime(entry) ?? info.modifiedAt), snapshot, files: filesOf(snapshot, entry)}
  }
}

function filesOf({table, version}: Snapshot, {add, remove, cdc = []}: LogEntry): readonly FileOfChanges[] {
  const asFile = (path: string, size: number | undefined, rest: Partial<AddAction>): AddAction => ({
    path,
    partitionValues: rest.partitionValues ?? {},
    size: size ?? 0,
    modificationTime: 0,
    dataChange: true,
    ...(rest.stats === undefined ? {} : {stats: rest.stats}),
  })
  if (cdc.length > 0) return cdc.map(({path, size, ...rest}) => ({file: asFile(path, size, {partitionValues: rest.partitionValues})}))
  const changed = [...add, ...remove].filter(({dataChange}) => dataChange)
  if (changed.some(({deletionVector}) => deletionVector !== undefined))
    throw unsupportedTable(table, version, 'its commit deletes rows by vectors and does not tell which')
  return [
    ...remove
      .filter((one) => one.dataChange)
      .map((one) => ({
        change: 'delete' as const,
        file: asFile(one.path, one.size, one.partitionValues ? {partitionValues: one.partitionValues} : {}),
      })),
    ...add.filter((one) => one.dataChange).map((one) => ({change: 'insert' as const, file: one})),
  ]
}

const namesIn = (fields: readonly Field[], columns: readonly string[]): readonly string[] =>
  fields.map(({name}) => name).filter((name) => columns.includes(name))

/** Rows of one commit with their `_change_type`. TABLE_VERSION_UNKNOWN when a file of it is gone. */
export async function* rowsOfChanges(
  {snapshot, files, version}: VersionChanges,
  {columns, signal}: RowChoice = {},
): AsyncGenerator<TableRow> {
  const {store, table} = snapshot
  for (const {change, file} of files) {
    const key = `${table}/${decodePath(file.path)}`
    const info = await store.head(key)
    if (info === undefined) {
      throw unknownVersion(table, `the changes of version ${version} cannot be read any more: a vacuum or an erasure removed their files`)
    }
    const fields = change === undefined ? [...snapshot.fields, changeTypeField] : snapshot.fields
    // A commit of the range may know fewer columns than its newest one.
    const wanted = columns === undefined ? {} : {columns: namesIn(fields, [...columns, changeTypeField.name])}
    const one = {...snapshot, fields, files: new Map([[decodePath(file.path), {...file, size: info.sizeBytes}]]), deletedRows: new Map()}
    for await (const row of readRows(one, {...wanted, ...(signal ? {signal} : {})})) {
      const told = change ?? row[changeTypeField.name]
      if (!changeTypes.some((type) => type === told)) throw corruptTable({table, version, key}, 'a change of an unknown type')
      yield {...row, [changeTypeField.name]: told as ChangeType}
    }
  }
}

/** Rows of the feed as every Delta reader shows them: with `_change_type`, `_commit_version` and `_commit_timestamp` behind. */
export async function* readChanges(
  store: ObjectStore,
  table: string,
  range: ChangeRange,
  choice: RowChoice = {},
): AsyncGenerator<TableRow> {
  const {columns} = choice
  if (columns !== undefined) await assertChangeColumns(store, table, range, columns)
  for await (const changes of changesByVersion(store, table, range)) {
    const own = {_commit_version: BigInt(changes.version), _commit_timestamp: changes.committedAt.toISOString()}
    for await (const row of rowsOfChanges(changes, choice)) yield {...row, ...own}
  }
}

/** Throws TABLE_REQUEST_INVALID for a column that the table has neither at the first version of the range nor at its last. */
async function assertChangeColumns(store: ObjectStore, table: string, {from, to}: ChangeRange, columns: readonly string[]): Promise<void> {
  const ends = [await readSnapshot(store, table, {version: from}), await readSnapshot(store, table, to === undefined ? {} : {version: to})]
  const known = new Set(ends.flatMap((end) => end?.fields.map(({name}) => name) ?? []))
  const stray = columns.find((column) => !known.has(column))
  if (known.size > 0 && stray !== undefined) {
    throw invalidRequest(
      table,
      `between versions ${from} and ${ends[1]?.version} it has no column ${stray}; it has ${[...known].join(', ')}`,
    )
  }
}
