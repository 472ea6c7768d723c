// A named lock that lives as long as a connection: the server frees it when the process that holds it dies, so there are no
// stale locks to break. Waiters queue in the server; nothing polls.
import type {Client} from 'pg'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf, connectionError} from './connection-errors.ts'

export interface LockRequest {
  readonly name: string
  /** For people: what is held, as in "dataset patient". */
  readonly what: string
  readonly waitMs: number
  readonly signal?: AbortSignal | undefined
}

interface LockConnections {
  readonly open: () => Promise<Client>
  readonly where: string
}

/** Runs `work` under the lock; RUN_LOCKED when it is not free within `waitMs`, RUN_INTERRUPTED when the signal ends the wait. */
export async function holdLock<T>(connections: LockConnections, request: LockRequest, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const client = await connections.open()
  const lost = new AbortController()
  client.on('end', () => lost.abort())
  try {
    await acquire(client, request).catch((error: unknown) => {
      throw request.signal?.aborted
        ? new HippoError('RUN_INTERRUPTED', {message: `interrupted while waiting for ${request.what}`, cause: error})
        : connectionError(error, connections.where)
    })
    return await work(lost.signal)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function acquire(client: Client, {name, what, waitMs, signal}: LockRequest): Promise<void> {
  const locked = (): HippoError => new HippoError('RUN_LOCKED', {message: `${what} is held by another run`, details: {lock: name}})
  signal?.throwIfAborted()
  const {rows} = await client.query<{held: boolean}>('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [name])
  if (rows[0]?.held === true) return
  if (waitMs <= 0) throw locked()

  const giveUp = (): void => void client.end().catch(() => undefined)
  signal?.addEventListener('abort', giveUp, {once: true})
  try {
    await client.query("select set_config('lock_timeout', $1, false)", [`${Math.ceil(waitMs)}ms`])
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name])
  } catch (error) {
    throw codeOf(error) === '55P03' ? locked() : error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}
