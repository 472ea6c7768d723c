// Brings rows of silver into the warehouse by COPY. A load is seen whole or not at all: rows go into a draft of a unique name,
// which is renamed once it is complete and analysed. Doing it again finds the table and does nothing. Rows that are no version
// stay a draft, for as long as somebody asks them.
import {randomBytes} from 'node:crypto'
import {stat} from 'node:fs/promises'
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarType} from '../expr/expr.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {quoteIdent, raw, sql} from '../postgres/sql.ts'
import {csvBlocks} from './csv-blocks.ts'
import {checkName, quoteName, type RelationName, silverTable, suffixed} from './names.ts'
import {labelStatement, openWarehouse, readLabel, relationExists} from './open-warehouse.ts'

export interface SnapshotLoad {
  readonly dataset: string
  readonly version: number
  readonly columns: readonly {readonly name: string; readonly type: ScalarType}[]
  /** Local CSV without header: an empty field is null, "" is empty text. Together they are the snapshot. */
  readonly csvFiles: readonly string[]
  readonly run?: string
}

export interface LoadedSnapshot {
  readonly relation: RelationName
  readonly rows: number
  /** False when the table was there already. */
  readonly isNew: boolean
}

// COPY is bound by the backend's CPU: a second connection gave 1.7 × the rows per second, a third nothing on two cores.
const connections = 2
const worthSharingBytes = 4 << 20

/** Loads the snapshot unless it is there; WAREHOUSE_LOAD_FAILED when a value does not fit its column. */
export async function loadSnapshot(db: Database, load: SnapshotLoad, signal?: AbortSignal): Promise<LoadedSnapshot> {
  const relation = silverTable(load.dataset, load.version)
  const known = await loaded(db, relation)
  if (known !== undefined) return known
  return inTurn(db, load.dataset, signal, async () => (await loaded(db, relation)) ?? (await loadNew(db, relation, load, signal)))
}

/** Rows that are no version yet, as a table for as long as `use` takes, or why they do not fit into one. */
export function withDraft<T>(
  db: Database,
  load: Omit<SnapshotLoad, 'version' | 'run'>,
  use: (rows: RelationName | string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const {dataset} = load
  return inTurn(db, dataset, signal, async () => {
    const draft = {schema: 'silver_data', name: draftName(dataset)}
    try {
      await createTable(db, draft, load)
      // Older than every version.
      await db.query(raw(labelStatement('table', draft, {of: dataset, version: -1})))
      const problem = await copyFiles(db, draft, {...load, version: -1}, signal).then(() => undefined, unfitting)
      return await use(problem ?? draft)
    } finally {
      await db.query(raw(`drop table if exists ${quoteName(draft)}`))
    }
  })
}

function unfitting(error: unknown): string {
  if (error instanceof HippoError && error.code === 'WAREHOUSE_LOAD_FAILED') return error.message
  throw error
}

/** One load of a dataset at a time; what others left over is gone by then. */
async function inTurn<T>(db: Database, dataset: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await openWarehouse(db)
  return whileNobodyLoads(db, dataset, signal, async () => {
    await dropDrafts(db, dataset)
    return work()
  })
}

function whileNobodyLoads<T>(db: Database, dataset: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const what = `the load of ${dataset} into the warehouse`
  return db.withLock(`hippo:load:${dataset}`, {waitMs: 600_000, what, signal}, work)
}

/** Drafts of processes that are gone: one that still loads is waited for. */
export async function draftsLeft(db: Database, dataset: string, signal?: AbortSignal): Promise<readonly RelationName[]> {
  const drafts = await draftsOf(db, dataset)
  return drafts.length === 0 ? [] : whileNobodyLoads(db, dataset, signal, () => draftsOf(db, dataset))
}

async function loaded(db: Database, relation: RelationName): Promise<LoadedSnapshot | undefined> {
  if (!(await relationExists(db, relation))) return undefined
  const label = await readLabel(db, relation)
  return {relation, rows: label?.rows ?? 0, isNew: false}
}

async function loadNew(db: Database, relation: RelationName, load: SnapshotLoad, signal?: AbortSignal): Promise<LoadedSnapshot> {
  const draft = {schema: relation.schema, name: draftName(load.dataset)}
  await createTable(db, draft, load)
  try {
    const rows = await copyFiles(db, draft, load, signal)
    await db.query(raw(`analyze ${quoteName(draft)}`), {signal})
    await db.transaction(async (tx) => {
      await tx.query(raw(labelStatement('table', draft, {of: load.dataset, version: load.version, rows, ...(load.run && {run: load.run})})))
      await tx.query(raw(`alter table ${quoteName(draft)} rename to ${quoteIdent(relation.name)}`))
    })
    return {relation, rows, isNew: true}
  } catch (error) {
    await db.query(raw(`drop table if exists ${quoteName(draft)}`)).catch(() => undefined)
    // Another loader took over after our lock was lost, and finished first.
    const winner = codeOf(error) === '42P07' ? await loaded(db, relation) : undefined
    if (winner === undefined) throw error
    return winner
  }
}

async function createTable(db: Database, table: RelationName, {columns}: Pick<SnapshotLoad, 'columns'>): Promise<void> {
  for (const {name} of columns) checkName(name)
  const typed = columns.map(({name, type}) => `${quoteIdent(name)} ${postgresType(type)}`)
  await db.query(raw(`create table ${quoteName(table)} (${typed.join(', ')})`))
}

async function copyFiles(db: Database, draft: RelationName, load: SnapshotLoad, signal?: AbortSignal): Promise<number> {
  const {columns, csvFiles} = load
  const statement = `copy ${quoteName(draft)} (${columns.map(({name}) => quoteIdent(name)).join(', ')}) from stdin (format csv, encoding 'UTF8')`
  const sizes = await Promise.all(csvFiles.map(async (file) => (await stat(file)).size))
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) < worthSharingBytes
  const failed = new AbortController()
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  // One reader, several writers: whoever is free takes the next block.
  const blocks = csvBlocks(csvFiles)
  const workers = Array.from({length: isSmall ? 1 : connections}, () =>
    db.copyIn(statement, blocks, either).catch((error: unknown) => {
      failed.abort()
      throw error
    }),
  )
  // All must have ended before the draft can go; the first failure is the one that says why.
  const results = await Promise.allSettled(workers)
  const failures = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason)
  const first = failures.find((error) => codeOf(error) !== 'RUN_INTERRUPTED') ?? failures[0]
  if (first !== undefined) throw loadError(first, load)
  return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0)
}

// The line that COPY counts is one of a block, of no use to anyone.
function loadError(error: unknown, {dataset, version}: SnapshotLoad): unknown {
  if (!(error instanceof HippoError) || error.code !== 'WAREHOUSE_LOAD_FAILED') return error
  const {column, sqlState} = error.details
  const where = typeof column === 'string' ? `column ${column} of ${dataset}` : dataset
  return new HippoError('WAREHOUSE_LOAD_FAILED', {
    message: `a value in ${where}${version < 0 ? '' : `, version ${version},`} does not fit its type in the warehouse (${String(sqlState)})`,
    details: {dataset, version, column, sqlState},
    cause: error,
  })
}

// Drafts of this dataset that are left while we hold its lock belong to processes that are gone.
async function dropDrafts(db: Database, dataset: string): Promise<void> {
  for (const draft of await draftsOf(db, dataset)) await db.query(raw(`drop table if exists ${quoteName(draft)}`))
}

// By their names: a process that died may have left one without a label.
async function draftsOf(db: Queryable, dataset: string): Promise<readonly RelationName[]> {
  const prefix = suffixed(dataset, `${draftMark}________`).slice(0, -8)
  const {rows} = await db.query<{relname: string}>(
    sql`select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'silver_data' and c.relkind = 'r' and starts_with(c.relname, ${prefix}) order by 1`,
  )
  return rows.map(({relname}) => ({schema: 'silver_data', name: relname}))
}

const draftMark = '__draft_'
const draftName = (dataset: string): string => suffixed(dataset, `${draftMark}${randomBytes(4).toString('hex')}`)

/** PostgreSQL's type for a column. */
export function postgresType(type: ScalarType): string {
  if (typeof type === 'object') return `numeric(${type.precision}, ${type.scale})`
  const types = {
    string: 'text',
    boolean: 'boolean',
    int64: 'bigint',
    float64: 'double precision',
    date: 'date',
    timestamp: 'timestamptz',
  } as const
  return types[type]
}
