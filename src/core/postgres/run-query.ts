// One statement on one client, as rows or as a grid, cancelled on the server when its signal aborts.
import type {ClientBase, QueryArrayConfig, QueryConfig} from 'pg'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from './connection-errors.ts'
import type {QueryOptions, QueryResult, Statement, TableResult} from './database.ts'

interface RunOptions extends QueryOptions {
  readonly cancel: (processId: number) => Promise<void>
}

/** Rows as plain objects. Text without parameters may hold several statements; the result is then the last one's. */
export async function runQuery<R>(client: ClientBase, statement: Statement, options: RunOptions): Promise<QueryResult<R>> {
  const config: QueryConfig = {text: statement.text, values: [...statement.values]}
  const result = await cancellable(client, options, () => client.query(config))
  const last = Array.isArray(result) ? (result.at(-1) as typeof result) : result
  return {rows: last.rows as R[], rowCount: last.rowCount ?? 0}
}

/** Rows as arrays with their column names and types; the extended protocol refuses a second statement. */
export async function runTable(client: ClientBase, statement: Statement, options: RunOptions): Promise<TableResult> {
  const config: QueryArrayConfig & {queryMode: 'extended'} = {
    text: statement.text,
    values: [...statement.values],
    rowMode: 'array',
    queryMode: 'extended',
  }
  const result = await cancellable(client, options, () => client.query(config))
  const names = await typeNames(
    client,
    result.fields.map((field) => field.dataTypeID),
  )
  return {columns: result.fields.map((field) => ({name: field.name, type: names.get(field.dataTypeID) ?? 'unknown'})), rows: result.rows}
}

async function typeNames(client: ClientBase, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map()
  const {rows} = await client.query<{oid: number; typname: string}>('select oid, typname from pg_type where oid = any($1::oid[])', [
    [...new Set(ids)],
  ])
  return new Map(rows.map((row) => [row.oid, row.typname]))
}

async function cancellable<T>(client: ClientBase, {signal, cancel}: RunOptions, query: () => Promise<T>): Promise<T> {
  if (signal === undefined) return query()
  if (signal.aborted) throw new HippoError('RUN_INTERRUPTED', {message: 'interrupted'})
  const {processID} = client as ClientBase & {readonly processID: number}
  let cancelling: Promise<void> | undefined
  const onAbort = (): void => {
    cancelling = cancel(processID)
  }
  signal.addEventListener('abort', onAbort, {once: true})
  try {
    return await query()
  } catch (error) {
    if (signal.aborted && codeOf(error) === '57014') throw new HippoError('RUN_INTERRUPTED', {message: 'interrupted', cause: error})
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    // The client must not go back to the pool while a cancel is under way: it would hit the next statement.
    await cancelling
  }
}
