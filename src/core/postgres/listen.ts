// LISTEN on a connection of its own that comes back by itself. A notification sent while it was away is lost, so after
// each return the listener is told once, with an empty payload, to read the state again.
import {setTimeout as sleep} from 'node:timers/promises'
import type {Client} from 'pg'
import {ident} from './sql.ts'

const longestPauseMs = 5_000

/** Listens until the returned function is called. Throws when the first connection cannot be made. */
export async function listenOn(
  open: () => Promise<Client>,
  channel: string,
  onNotify: (payload: string) => void,
): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  let client: Client | undefined

  const attach = async (): Promise<void> => {
    const fresh = await open()
    try {
      fresh.on('notification', (message) => {
        if (message.channel === channel) onNotify(message.payload ?? '')
      })
      await fresh.query(`listen ${ident(channel).text}`)
      stopping.signal.throwIfAborted()
    } catch (error) {
      await fresh.end().catch(() => undefined)
      throw error
    }
    fresh.once('end', () => void comeBack())
    client = fresh
  }
  const comeBack = async (): Promise<void> => {
    for (let pauseMs = 50; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await sleep(pauseMs, undefined, {signal: stopping.signal, ref: false})
        await attach()
        onNotify('')
        return
      } catch {
        // Still away, or stopped: the loop's condition tells.
      }
    }
  }

  await attach()
  return async () => {
    stopping.abort()
    await client?.end().catch(() => undefined)
  }
}
