// A change to a table before it has a version: what the caller wants, turned into the actions of a log entry against one
// state of the table. Pure but for the clock and ids handed in; built again for every version that is tried.
import {HippoError} from '../errors/hippo-error.ts'
import {
  type AddAction,
  type CdcAction,
  type CommitInfo,
  decodePath,
  type LogEntry,
  type MetaDataAction,
  type ProtocolAction,
  type RemoveAction,
} from './actions.ts'
import type {Footprint} from './conflicts.ts'
import {hasChangeFeed, isAppendOnly, ownProtocol, protocolFor} from './protocol.ts'
import {assertFields, encodeSchema, evolveFields, type Field} from './schema.ts'
import {assertProperties} from './settable-properties.ts'
import type {Snapshot} from './snapshot.ts'
import {toAction} from './staged-files.ts'
import {invalidRequest} from './table-errors.ts'
import {rowCount, sumRows} from './table-files.ts'

export interface TableChange {
  /**
   * append: `add` joins what is there. overwrite: `add` replaces every file. merge, delete: `add` replaces the files in `remove`,
   * worked out by the caller from the base it read. optimize: the same rows in other files. widen: the same rows in other files,
   * all of them, in wider types. restore: the files and columns of an earlier version (`planRestore`). properties: no files.
   */
  readonly mode: ChangeMode
  readonly add: readonly AddAction[]
  readonly remove?: readonly AddAction[]
  /** Columns of the rows written. Needed for the first commit; later they may add columns or change their order. */
  readonly fields?: readonly Field[]
  /** Set when an append was worked out from the table's rows: it then conflicts like a merge. */
  readonly readsTable?: boolean
  /** Makes the change happen once: it is skipped when the table holds this or a higher version of the appId. */
  readonly txn?: {readonly appId: string; readonly version: number}
  readonly info?: CommitContext
  /** Of a restore: what the table says of itself from then on. */
  readonly metaData?: MetaDataAction
  /**
   * Properties of the table that change; null takes one away. `delta.constraints.<name>` holds every row, those already there
   * too, to a condition; `delta.enableChangeDataFeed` keeps a feed of changes. The protocol follows.
   */
  readonly properties?: Readonly<Record<string, string | null>>
  /** What became of each row (`stageChanges`): needed by a merge or a delete where a change feed is kept. */
  readonly changes?: readonly CdcAction[]
  /** Shown to people and other tools as `operationParameters`. */
  readonly parameters?: Readonly<Record<string, string>>
}

type ChangeMode = 'append' | 'overwrite' | 'merge' | 'delete' | 'optimize' | 'widen' | 'restore' | 'properties'

interface ModeTraits {
  /** As Delta names it. */
  readonly operation: string
  readonly parameters?: Readonly<Record<string, string>>
  /** False: readers of changes have nothing to see in it. */
  readonly changesRows: boolean
  /** True: rows that another writer added or removed meanwhile would have made another change of it. */
  readonly readsTable: boolean
  /** Every file goes, or those that the caller names. */
  readonly removes: 'nothing' | 'everything' | 'named'
}

const modes: Readonly<Record<ChangeMode, ModeTraits>> = {
  append: {operation: 'WRITE', parameters: {mode: 'Append'}, changesRows: true, readsTable: false, removes: 'nothing'},
  overwrite: {operation: 'WRITE', parameters: {mode: 'Overwrite'}, changesRows: true, readsTable: true, removes: 'everything'},
  merge: {operation: 'MERGE', changesRows: true, readsTable: true, removes: 'named'},
  delete: {operation: 'DELETE', changesRows: true, readsTable: true, removes: 'named'},
  optimize: {operation: 'OPTIMIZE', changesRows: false, readsTable: false, removes: 'named'},
  widen: {operation: 'CHANGE COLUMN', changesRows: false, readsTable: true, removes: 'everything'},
  restore: {operation: 'RESTORE', changesRows: true, readsTable: true, removes: 'named'},
  properties: {operation: 'SET TBLPROPERTIES', changesRows: false, readsTable: false, removes: 'nothing'},
}

/** Where a commit comes from; written into commitInfo. Names, counts and hashes only. */
export interface CommitContext {
  readonly runId?: string
  readonly contractVersion?: string
  readonly digests?: Readonly<Record<string, string>>
  /** Anything else that the caller wants to find again by `readCommitDetails`; JSON. */
  readonly details?: unknown
}

export interface Attempt {
  readonly table: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly newId: () => string
  /** Unique to this commit: tells our entry from another writer's when the answer of a put was lost. */
  readonly commitId: string
  /** Version the change was worked out from. */
  readonly readVersion?: number
}

export function footprintOf(change: TableChange, base: Snapshot | undefined): Footprint {
  return {
    readsTable: readsTable(change),
    changesMetaData: base === undefined || nextMetaData(change, base, {table: base.table, newId: () => '', now: 0}) !== undefined,
    removes: removedFiles(change, base),
    ...(change.txn ? {txn: change.txn} : {}),
  }
}

const readsTable = ({mode, readsTable: isRead}: TableChange): boolean => modes[mode].readsTable || isRead === true

/** The log entry that makes `change` the version after `base`. */
export function buildEntry(change: TableChange, base: Snapshot | undefined, attempt: Attempt): LogEntry {
  const {now} = attempt
  assertFitsTable(change, base, attempt)
  const metaData = nextMetaData(change, base, attempt)
  const protocol = nextProtocol(base, metaData)
  const dataChange = modes[change.mode].changesRows
  const entry: LogEntry = {
    ...(protocol === undefined ? {} : {protocol}),
    ...(metaData === undefined ? {} : {metaData}),
    txn: change.txn ? [{...change.txn, lastUpdated: now}] : [],
    remove: removedFiles(change, base).map((file) => toRemove(file, now, dataChange)),
    add: change.add.map((file) => ({...toAction(file), dataChange})),
    ...(change.changes === undefined || change.changes.length === 0 ? {} : {cdc: change.changes.map(toAction)}),
  }
  return {...entry, commitInfo: commitInfo(change, entry, base, attempt)}
}

function removedFiles(change: TableChange, base: Snapshot | undefined): readonly AddAction[] {
  if (modes[change.mode].removes === 'everything') return [...(base?.files.values() ?? [])]
  return change.remove ?? []
}

/** Mistakes of the caller that would lose or double rows. */
function assertFitsTable(change: TableChange, base: Snapshot | undefined, {table}: Attempt): void {
  const misuse = (message: string) => invalidRequest(table, `nothing was committed: ${message}`)
  assertProperties(table, change.properties ?? {})
  if (modes[change.mode].removes !== 'named' && change.remove !== undefined) throw misuse(`no ${change.mode} names the files it removes`)
  const paths = change.add.map(({path}) => decodePath(path))
  if (new Set(paths).size < paths.length) throw misuse('it adds the same file twice')
  // Only a restore brings files back.
  if (paths.some((path) => base?.files.has(path) || (base?.tombstones.has(path) && change.mode !== 'restore')))
    throw misuse('it adds a file that the table already had: each file is staged for one commit')
  const [rowsAdded, rowsRemoved] = [sumRows(change.add), sumRows(removedFiles(change, base))]
  if (change.mode === 'delete' && rowsAdded !== undefined && rowsRemoved !== undefined && rowsAdded > rowsRemoved)
    throw misuse('a delete leaves rows of the files that it removes, and this one has more rows than those')
  if (removedFiles(change, base).some(({path}) => !base?.files.has(decodePath(path))))
    throw misuse('it removes a file that the table does not have: take them from the files of the snapshot it is worked out from')
  const isRewrite = modes[change.mode].changesRows && modes[change.mode].removes === 'named' && change.mode !== 'restore'
  if (base && hasChangeFeed(base.metaData) && isRewrite && (change.remove?.length ?? 0) > 0 && change.add.length > 0 && !change.changes)
    throw misuse(`a ${change.mode} of a table with a change feed must say what became of each row (changes, made by stageChanges)`)
  if (base && isAppendOnly(base.metaData) && modes[change.mode].changesRows && removedFiles(change, base).length > 0) {
    throw new HippoError('TABLE_UNSUPPORTED', {
      message: `table ${base.table} is append-only (delta.appendOnly): no row of it can be replaced`,
    })
  }
}

/** The metaData action that the change needs, or undefined when the table's stays. */
function nextMetaData(
  change: TableChange,
  base: Snapshot | undefined,
  {table, newId, now}: Pick<Attempt, 'table' | 'newId' | 'now'>,
): MetaDataAction | undefined {
  if (base === undefined) {
    if (change.fields === undefined) throw invalidRequest(table, 'the first commit of a table needs its fields')
    assertFields(change.fields)
    const format = {provider: 'parquet', options: {}}
    const configuration = configured({}, change)
    return {id: newId(), format, schemaString: encodeSchema(change.fields), partitionColumns: [], configuration, createdTime: now}
  }
  const next = change.metaData ?? {
    ...base.metaData,
    ...nextSchema(change, base),
    configuration: configured(base.metaData.configuration, change),
  }
  return isSameMetaData(next, base.metaData) ? undefined : next
}

function nextSchema(change: TableChange, base: Snapshot): Partial<MetaDataAction> {
  if (change.fields === undefined) return {}
  const fields = modes[change.mode].removes === 'everything' ? change.fields : evolveFields(base.fields, change.fields)
  if (encodeSchema(fields) === encodeSchema(base.fields)) return {}
  assertFields(fields)
  return {schemaString: encodeSchema(fields)}
}

function configured(before: MetaDataAction['configuration'], {properties = {}}: TableChange): MetaDataAction['configuration'] {
  const entries = Object.entries({...before, ...properties})
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
}

/** What the table asks of its writers once the change is made: for `assertWritable`, before any of its files is written. */
export function termsAfter(change: TableChange, base: Snapshot): Pick<Snapshot, 'protocol' | 'metaData'> {
  const metaData = nextMetaData(change, base, {table: base.table, newId: () => base.metaData.id, now: 0})
  return {metaData: metaData ?? base.metaData, protocol: nextProtocol(base, metaData) ?? base.protocol}
}

/** The protocol action that the next metadata needs, or undefined when the table's stays. */
function nextProtocol(base: Snapshot | undefined, metaData: MetaDataAction | undefined): ProtocolAction | undefined {
  if (metaData === undefined) return undefined
  const before = base?.protocol ?? ownProtocol
  const next = protocolFor(before, metaData)
  return base !== undefined && JSON.stringify(next) === JSON.stringify(before) ? undefined : next
}

/** True when columns, partitions and properties are the same, in whatever order the properties are. */
export function isSameMetaData(a: MetaDataAction, b: MetaDataAction): boolean {
  const shown = ({schemaString, partitionColumns, configuration}: MetaDataAction) =>
    JSON.stringify([schemaString, partitionColumns, Object.entries(configuration).toSorted()])
  return shown(a) === shown(b)
}

function toRemove({path, partitionValues, size}: AddAction, now: number, dataChange: boolean): RemoveAction {
  return {path, dataChange, deletionTimestamp: now, partitionValues, size}
}

function commitInfo(change: TableChange, entry: LogEntry, base: Snapshot | undefined, attempt: Attempt): CommitInfo {
  const {operation, parameters} = modes[change.mode]
  const removed = removedFiles(change, base)
  const isBlindAppend = change.mode === 'append' && !readsTable(change)
  const rowsBefore = base === undefined ? 0 : rowCount(base)
  const [rowsAdded, rowsRemoved] = [sumRows(change.add), sumRows(removed)]
  const rows =
    rowsBefore === undefined || rowsAdded === undefined || rowsRemoved === undefined ? undefined : rowsBefore + rowsAdded - rowsRemoved
  return {
    timestamp: attempt.now,
    operation,
    operationParameters: {...parameters, ...change.parameters},
    ...(attempt.readVersion === undefined ? {} : {readVersion: attempt.readVersion}),
    isolationLevel: readsTable(change) ? 'Serializable' : modes[change.mode].changesRows ? 'WriteSerializable' : 'SnapshotIsolation',
    isBlindAppend,
    operationMetrics: {
      numFiles: String(change.add.length),
      numOutputRows: String(rowsAdded ?? 0),
      numOutputBytes: String(change.add.reduce((sum, {size}) => sum + size, 0)),
      numRemovedFiles: String(removed.length),
    },
    engineInfo: 'hippo',
    txnId: attempt.commitId,
    hippo: {
      ...change.info,
      mode: change.mode,
      lines: countLines(entry),
      ...(rowsAdded === undefined ? {} : {rowsAdded}),
      ...(rowsRemoved === undefined ? {} : {rowsRemoved}),
      ...(rows === undefined ? {} : {rows}),
    },
  }
}

/** Lines of the entry with its commitInfo: a reader sees by it that none was cut off. */
function countLines({protocol, metaData, txn, add, remove, cdc = []}: LogEntry): number {
  return 1 + (protocol ? 1 : 0) + (metaData ? 1 : 0) + txn.length + add.length + remove.length + cdc.length
}
