// A server one can connect to, and what to do when nobody answers there: nothing for a server given by URL, starting it for
// the embedded one. `reach` is the only place that retries a connection.
import {setTimeout as sleep} from 'node:timers/promises'
import type {ClientBase, ClientConfig} from 'pg'
import {connectionError, faultOf} from './connection-errors.ts'

export interface ServerAccess {
  readonly embedded: boolean
  readonly config: ClientConfig
  /** For people: host or socket and database; never a password. */
  readonly where: string
  /** How long to keep trying while nobody listens, and while the server says that it is starting. */
  readonly patienceMs: {readonly nobody: number; readonly busy: number}
  /** Called before each further try while nobody listens. */
  wake(): Promise<void>
  /** Called with the first connection that stands. */
  onFirstConnection(client: ClientBase): Promise<void>
}

/** Tries until a connection stands or patience ends; throws CATALOG_UNREACHABLE or CATALOG_MISCONFIGURED. */
export async function reach<T>(server: ServerAccess, attempt: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  for (let delayMs = 4; ; delayMs = Math.min(delayMs * 1.5, 60)) {
    try {
      return await attempt()
    } catch (error) {
      const fault = faultOf(error)
      const patienceMs = fault === 'nobody' || fault === 'busy' ? server.patienceMs[fault] : 0
      if (performance.now() - startedAt >= patienceMs) throw connectionError(error, server.where)
      if (fault === 'nobody') await server.wake()
    }
    await sleep(delayMs)
  }
}
