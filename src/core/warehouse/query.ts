// Answers one question of a person: read only, within a time, so many rows. Several statements in one text are refused by the
// protocol; what would write is refused by the server.
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database, TableResult} from '../postgres/database.ts'
import {raw} from '../postgres/sql.ts'
import {ensureReaderRole, readerRole} from './reader-role.ts'

export interface WarehouseQuery {
  readonly sql: string
  /** Most rows to bring back. */
  readonly limit: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface WarehouseAnswer extends TableResult {
  /** There were more rows than `limit`. */
  readonly truncated: boolean
}

/** Runs one query; WAREHOUSE_QUERY_FAILED with PostgreSQL's words, which answer the person who wrote the text. */
export async function queryWarehouse(db: Database, {sql, limit, timeoutMs, signal}: WarehouseQuery): Promise<WarehouseAnswer> {
  const text = sql.trim().replace(/;\s*$/, '')
  const kind = kindOf(text)
  const becomeReader = (await ensureReaderRole(db)) ? `; set local role ${readerRole}` : ''
  return db.transaction(async (tx) => {
    await tx.query(raw(`set transaction read only; set local statement_timeout = ${Math.max(1, Math.trunc(timeoutMs))}${becomeReader}`))
    try {
      if (kind === 'plain') return cut(await tx.table(raw(text), {signal}), limit)
      // A cursor fetches no more than asked for.
      await tx.table(raw(`declare answer no scroll cursor for ${text}`), {signal})
      return cut(await tx.table(raw(`fetch forward ${limit + 1} from answer`), {signal}), limit)
    } catch (error) {
      throw queryError(error, timeoutMs)
    }
  })
}

// Anything else is refused although the transaction is read only: COPY could still write files of the server's machine.
function kindOf(text: string): 'cursor' | 'plain' {
  const word = /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/|\()*([a-z]*)/i.exec(text)?.[1]?.toLowerCase() ?? ''
  if (['select', 'with', 'values', 'table'].includes(word)) return 'cursor'
  if (['explain', 'show'].includes(word)) return 'plain'
  throw new HippoError('WAREHOUSE_QUERY_FAILED', {
    message: word === '' ? 'there is no query' : `"${word}" is not possible here: hippo query only reads`,
    hint: 'use select, with, values, table, explain or show',
  })
}

function cut({columns, rows}: TableResult, limit: number): WarehouseAnswer {
  return {columns, rows: rows.slice(0, limit), truncated: rows.length > limit}
}

function queryError(error: unknown, timeoutMs: number): unknown {
  const code = codeOf(error)
  if (error instanceof HippoError || code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code)) return error
  const said = error instanceof Error ? error.message : code
  // Class 22 is about values: what PostgreSQL quotes there may be one of a row.
  const isAboutValue = code.startsWith('22')
  const message = code === '57014' ? `the query took longer than ${timeoutMs} ms` : isAboutValue ? said.replace(/:? *".*$/s, '') : said
  const hint = code === '25006' ? 'hippo query only reads' : undefined
  return new HippoError('WAREHOUSE_QUERY_FAILED', {message: `${message} (${code})`, ...(hint === undefined ? {} : {hint}), cause: error})
}
