// Database over a pool of pg connections. Locks and notifications have connections of their own; everything else shares the
// pool. A connection is only ever handed back in a known state: a transaction that failed is rolled back, a connection that broke or failed in COPY is thrown away.
import type {Client, Pool, PoolClient} from 'pg'
import {HippoError} from '../errors/hippo-error.ts'
import {connectionError, isBroken} from './connection-errors.ts'
import {copyIn} from './copy-in.ts'
import type {Database, Queryable, QueryOptions, QueryResult, Statement, TableResult} from './database.ts'
import {listenOn} from './listen.ts'
import {holdLock} from './lock.ts'
import {runQuery, runTable} from './run-query.ts'
import {reach, type ServerAccess} from './server-access.ts'
import {openClient} from './session.ts'

export class PoolDatabase implements Database {
  readonly #server: ServerAccess
  readonly #pool: Pool
  readonly #closing = new Set<() => Promise<void>>()
  #closed: Promise<void> | undefined

  constructor(server: ServerAccess, pool: Pool) {
    this.#server = server
    this.#pool = pool
  }

  query<R>(statement: Statement, options?: QueryOptions): Promise<QueryResult<R>> {
    return this.#withClient((client) => runQuery<R>(client, statement, {...options, cancel: this.#cancel}))
  }

  table(statement: Statement, options?: QueryOptions): Promise<TableResult> {
    return this.#withClient((client) => runTable(client, statement, {...options, cancel: this.#cancel}))
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#withClient(async (client) => {
      await client.query('begin')
      try {
        const result = await work({
          query: (statement, options) => runQuery(client, statement, {...options, cancel: this.#cancel}),
          table: (statement, options) => runTable(client, statement, {...options, cancel: this.#cancel}),
        })
        const {command} = await client.query('commit')
        // A failed statement that `work` swallowed turns commit into rollback; silence would lose what it wrote.
        if (command !== 'COMMIT')
          throw new HippoError('RUN_INTERNAL', {message: 'a transaction was rolled back: one of its statements failed'})
        return result
      } catch (error) {
        if (!isBroken(error)) await client.query('rollback')
        throw error
      }
    })
  }

  withLock<T>(
    name: string,
    options: {readonly waitMs: number; readonly what: string; readonly signal?: AbortSignal | undefined},
    work: (lost: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return holdLock({open: () => this.#open(), where: this.#server.where}, {name, ...options}, work)
  }

  copyIn(statement: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number> {
    return this.#withClient((client) => copyIn(client, statement, body, signal), {keepAfterError: false})
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    const stop = await listenOn(() => this.#open(), channel, onNotify)
    const stopOnce = async (): Promise<void> => {
      this.#closing.delete(stopOnce)
      await stop()
    }
    this.#closing.add(stopOnce)
    return stopOnce
  }

  async describe(): Promise<{where: string; version: string; embedded: boolean}> {
    const {rows} = await this.query<{version: string}>({text: "select current_setting('server_version') as version", values: []})
    return {where: this.#server.where, version: rows[0]?.version ?? '', embedded: this.#server.embedded}
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      await Promise.all([...this.#closing].map((stop) => stop()))
      await this.#pool.end()
    })()
    return this.#closed
  }

  #open(): Promise<Client> {
    return reach(this.#server, () => openClient(this.#server))
  }

  readonly #cancel = async (processId: number): Promise<void> => {
    await this.#withClient((client) => client.query('select pg_cancel_backend($1)', [processId])).catch(() => undefined)
  }

  // Throwing a client away ends its session and with it whatever was left open in it.
  async #withClient<T>(work: (client: PoolClient) => Promise<T>, {keepAfterError = true} = {}): Promise<T> {
    const client = await reach(this.#server, () => this.#pool.connect())
    let discard = false
    try {
      return await work(client)
    } catch (error) {
      discard = !keepAfterError || isBroken(error)
      throw connectionError(error, this.#server.where)
    } finally {
      client.release(discard)
    }
  }
}
