// The embedded PostgreSQL: started on demand, shared by all processes of a workspace, reached over a private socket, outliving
// the process that started it. There is no lock file of ours: rename decides who initialises, PostgreSQL decides who serves.
// It does not stop by itself unless idle minutes are set (see idle-watcher.ts).
import {closeSync, existsSync, openSync, readSync, statfsSync, statSync} from 'node:fs'
import {HippoError} from '../errors/hippo-error.ts'
import {checkClusterVersion, initialiseCluster} from './initialise-cluster.ts'
import {removeDeadDrafts} from './remove-dead-drafts.ts'
import type {ServerAccess} from './server-access.ts'
import {serverAccount} from './server-account.ts'
import {serverBinaries} from './server-binaries.ts'
import {makeSocketFolder, removeSocketFolder, type ServerLayout, serverLayout, socketFile, socketPort} from './server-layout.ts'
import {recordedServer, type StartedServer, startServer, stopServer} from './server-process.ts'
import {startIdleWatcher} from './start-idle-watcher.ts'

export interface EmbeddedOptions {
  readonly home: string
  readonly idleMinutes: number
  readonly env: NodeJS.ProcessEnv
}

const restartPauseMs = 250
const patienceMs = {nobody: 30_000, busy: 300_000}
const mostFailedStarts = 3
const leastRoomBytes = 1 << 20
const forgetAfterMs = 60_000
/** Between writing its pid and opening its socket a server needs far less, also on a busy machine. */
const unreachableAfterMs = 5_000

/** Access to the embedded server of a home; nothing is started before the first connection fails. */
export function embeddedServer({home, idleMinutes, env}: EmbeddedOptions): ServerAccess {
  if (process.platform === 'win32') {
    throw new HippoError('CATALOG_MISCONFIGURED', {
      message: 'the embedded PostgreSQL does not run on Windows yet',
      hint: 'set HIPPO_DATABASE_URL',
    })
  }
  const layout = serverLayout(home, env)
  const waker = new Waker(layout, env)
  return {
    embedded: true,
    config: {host: layout.socketFolder, port: socketPort, user: 'hippo', database: 'postgres', password: ''},
    where: `embedded PostgreSQL in ${layout.home}`,
    patienceMs,
    wake: () => waker.wake(),
    onFirstConnection: async (client) => {
      if (idleMinutes > 0) await startIdleWatcher(client, layout, idleMinutes, env)
    },
  }
}

/** Stops the embedded server of a home (`hippo down`); false when none was running. Connections are broken, nothing committed is lost. */
export async function stopEmbeddedServer({home, env}: Pick<EmbeddedOptions, 'home' | 'env'>): Promise<boolean> {
  if (!existsSync(home)) return false
  const layout = serverLayout(home, env)
  const stopped = await stopServer(layout, 'fast', 60_000)
  removeSocketFolder(layout)
  if (stopped && recordedServer(layout)?.isServer) {
    throw new HippoError('CATALOG_UNREACHABLE', {
      message: `the embedded PostgreSQL in ${layout.home} is still going down`,
      hint: 'try again shortly',
    })
  }
  return stopped
}

/** Pid of the running embedded server of a home, or undefined. */
export function runningServer({home, env}: Pick<EmbeddedOptions, 'home' | 'env'>): number | undefined {
  if (!existsSync(home)) return undefined
  const found = recordedServer(serverLayout(home, env))
  return found?.isServer ? found.pid : undefined
}

// What one process knows of its own attempts to start the server.
class Waker {
  readonly #layout: ServerLayout
  readonly #env: NodeJS.ProcessEnv
  #started: StartedServer | undefined
  #failures = 0
  #pauseUntilMs = 0
  #heldSinceMs: number | undefined
  #unreachableSinceMs: number | undefined
  #waking: Promise<void> | undefined

  constructor(layout: ServerLayout, env: NodeJS.ProcessEnv) {
    this.#layout = layout
    this.#env = env
  }

  /** Starts a server unless one of ours is on its way. Several callers at once share one attempt. */
  wake(): Promise<void> {
    this.#waking ??= this.#wakeOnce().finally(() => {
      this.#waking = undefined
    })
    return this.#waking
  }

  async #wakeOnce(): Promise<void> {
    await this.#endUnreachable()
    const ours = this.#started
    if (ours !== undefined && ours.exitCode() === undefined && performance.now() - ours.startedAtMs < 10_000) return
    if (ours !== undefined && performance.now() - ours.startedAtMs > forgetAfterMs) this.#failures = 0
    if (ours?.exitCode() !== undefined) this.#judge(ours)
    if (performance.now() < this.#pauseUntilMs) return
    const account = serverAccount(this.#layout.home, this.#env)
    const binaries = serverBinaries(this.#layout.home, account, this.#env)
    await initialiseCluster(this.#layout, binaries, account, this.#env)
    checkClusterVersion(this.#layout, binaries.major)
    makeSocketFolder(this.#layout)
    removeDeadDrafts(this.#layout)
    this.#started = startServer(this.#layout, binaries.postgres, account, this.#env)
  }

  // A server whose socket file is gone serves nobody and keeps its successor from starting. It happens when a workspace is
  // deleted while its server runs and made again in the same place: the old server removes the new one's socket when it ends.
  async #endUnreachable(): Promise<void> {
    const isUnreachable = recordedServer(this.#layout)?.isServer === true && !existsSync(socketFile(this.#layout))
    if (!isUnreachable) this.#unreachableSinceMs = undefined
    else this.#unreachableSinceMs ??= performance.now()
    if (this.#unreachableSinceMs === undefined || performance.now() - this.#unreachableSinceMs < unreachableAfterMs) return
    this.#unreachableSinceMs = undefined
    this.#started = undefined
    await stopServer(this.#layout, 'fast', 10_000)
  }

  // Ours ended. That is how it should be when another process was first; without one, trying again for ever would hide why.
  #judge(ended: StartedServer): void {
    this.#started = undefined
    this.#pauseUntilMs = ended.startedAtMs + restartPauseMs
    if (recordedServer(this.#layout)?.isServer) {
      this.#failures = 0
      return
    }
    const reason = lastFatal(this.#layout.log, ended.logOffset)
    if (/pre-existing shared memory block/.test(reason)) {
      this.#awaitHolders()
      return
    }
    this.#heldSinceMs = undefined
    this.#failures += 1
    if (this.#failures < mostFailedStarts) return
    const full = /No space left/.test(reason) || hasNoRoom(this.#layout.home)
    throw new HippoError(full ? 'STORE_FULL' : 'CATALOG_MISCONFIGURED', {
      message: `the embedded PostgreSQL in ${this.#layout.home} does not start: ${reason}`,
      hint: `see ${this.#layout.log}, or set HIPPO_DATABASE_URL to use another server`,
    })
  }

  // Processes of a server that was killed finish the statement they are at before they go; PostgreSQL lets no other in before.
  #awaitHolders(): void {
    this.#heldSinceMs ??= performance.now()
    // A little less than callers wait, so that they hear why.
    if (performance.now() - this.#heldSinceMs < patienceMs.nobody - 1_000) return
    throw new HippoError('CATALOG_UNREACHABLE', {
      message: `the embedded PostgreSQL in ${this.#layout.home} cannot start yet: statements of the server that was killed still go on`,
      hint: 'try again shortly',
    })
  }
}

/** On a full disk the server cannot even write down why it does not start. */
function hasNoRoom(folder: string): boolean {
  const {bavail, bsize} = statfsSync(folder)
  return bavail * bsize < leastRoomBytes
}

// Start-up messages name files and limits, never data.
function lastFatal(log: string, offset: number): string {
  const size = Math.min(statSync(log).size - offset, 64_000)
  if (size <= 0) return 'it left no message'
  const file = openSync(log, 'r')
  const tail = Buffer.alloc(size)
  readSync(file, tail, 0, size, offset)
  closeSync(file)
  const lines = tail.toString('utf8').trim().split('\n')
  const fatal = lines.findLast((line) => /FATAL|PANIC|error while loading|cannot|could not/.test(line)) ?? lines.at(-1) ?? ''
  return fatal.replace(/^.*?(FATAL|PANIC):\s*/, '')
}
