// Starts the process that stops an idle server, unless one is at work: it holds a lock in the server for as long as it lives, so
// asking for the lock is asking for the process.
import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import type {ClientBase} from 'pg'
import type {ServerLayout} from './server-layout.ts'
import {serverEnvironment} from './server-process.ts'

/** The two halves of the advisory lock that the one watcher of a server holds ("hipp", 1). */
export const watcherLock = [0x68697070, 1] as const

/** Makes sure that a watcher is at work; starting one takes it about 100 ms, in a process of its own. */
export async function startIdleWatcher(
  client: ClientBase,
  layout: ServerLayout,
  idleMinutes: number,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const {rowCount} = await client.query(
    "select 1 from pg_locks where locktype = 'advisory' and classid = $1 and objid = $2 and objsubid = 2 and granted",
    [...watcherLock],
  )
  if (rowCount !== 0) return
  const entry = new URL(import.meta.url.endsWith('.ts') ? './idle-watcher.ts' : './idle-watcher.js', import.meta.url)
  const watcher = spawn(process.execPath, [fileURLToPath(entry), layout.home, String(idleMinutes)], {
    detached: true,
    cwd: '/',
    stdio: 'ignore',
    env: {
      ...serverEnvironment(env),
      ...(env.XDG_RUNTIME_DIR && {XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR}),
      ...(env.TMPDIR && {TMPDIR: env.TMPDIR}),
    },
  })
  // Without a watcher the server merely stays up.
  watcher.on('error', () => undefined)
  watcher.unref()
}
