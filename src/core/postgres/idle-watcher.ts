// A process of its own (`node idle-watcher <home> <minutes>`): stops the embedded server after so many minutes without a client.
// An advisory lock keeps it the only one; when the server goes away it goes too. It asks for a smart shutdown, so a
// client that comes in the last instant finishes its work.
import {setTimeout as sleep} from 'node:timers/promises'
import pg from 'pg'
import {serverLayout, socketPort} from './server-layout.ts'
import {stopServer} from './server-process.ts'
import {watcherLock} from './start-idle-watcher.ts'

const [home = '', minutes = '0'] = process.argv.slice(2)
const idleMs = Number(minutes) * 60_000
const layout = serverLayout(home, process.env)

if (await watch()) await stopServer(layout, 'smart', 10_000)

/** True once the server was idle for long enough; false when this process is not needed. */
async function watch(): Promise<boolean> {
  const client = new pg.Client({
    host: layout.socketFolder,
    port: socketPort,
    user: 'hippo',
    database: 'postgres',
    application_name: 'hippo idle watcher',
  })
  client.on('error', () => undefined)
  const gone = new AbortController()
  client.on('end', () => gone.abort())
  try {
    await client.connect()
    const lock = await client.query('select pg_try_advisory_lock($1, $2) as held', [...watcherLock])
    if (lock.rows[0]?.held !== true) return false
    let lastSeen = ''
    const rest = () => sleep(Math.min(idleMs / 4, 10_000), undefined, {signal: gone.signal})
    for (let idleSince = performance.now(); performance.now() - idleSince < idleMs; await rest()) {
      // Clients that came and went between two looks show in the count of sessions.
      const {rows} = await client.query(`
        select count(*)::int as others, (select sum(sessions) from pg_stat_database)::text as sessions from pg_stat_activity
        where backend_type in ('client backend', 'walsender') and pid <> pg_backend_pid()`)
      const {others, sessions} = rows[0] as {others: number; sessions: string}
      if (others > 0 || sessions !== lastSeen) idleSince = performance.now()
      lastSeen = sessions
    }
    return true
  } catch {
    return false // The server went away first.
  } finally {
    await client.end().catch(() => undefined)
  }
}
