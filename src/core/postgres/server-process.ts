// The server's process: which one it is, starting one, stopping one. PostgreSQL's own postmaster.pid and shared-memory
// interlock decide who lives; a recorded pid is only believed when that process is this server.
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from './connection-errors.ts'
import {asAccount, type ServerAccount} from './server-account.ts'
import {type ServerLayout, socketPort} from './server-layout.ts'

const largestLogBytes = 1 << 20

export interface StartedServer {
  readonly startedAtMs: number
  /** Size of the log when it started: what follows is its own. */
  readonly logOffset: number
  /** Exit code once it has ended (-1 when it could not be started or was killed); undefined while it lives. */
  exitCode(): number | undefined
}

/** The pid in postmaster.pid, and whether that process is this server. Undefined when there is no such file. */
export function recordedServer(layout: ServerLayout): {readonly pid: number; readonly isServer: boolean} | undefined {
  let pid: number
  try {
    pid = Number.parseInt(readFileSync(join(layout.data, 'postmaster.pid'), 'utf8'), 10)
  } catch {
    return undefined
  }
  return Number.isInteger(pid) && pid > 0 ? {pid, isServer: isServer(pid, layout.data)} : undefined
}

/** Whether a process with this id exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Spawns postgres in a session of its own, so that it outlives this process and its terminal. */
export function startServer(layout: ServerLayout, postgres: string, account: ServerAccount, env: NodeJS.ProcessEnv): StartedServer {
  const log = openLog(layout.log)
  const logOffset = fstatSync(log).size
  const recorded = recordedServer(layout)
  // After a reboot the recorded pid may belong to any process; postgres ignores the one named here and still makes its
  // shared-memory check.
  const reused = recorded !== undefined && !recorded.isServer ? {PG_GRANDPARENT_PID: String(recorded.pid)} : {}
  const settings = [
    '-D',
    layout.data,
    '-p',
    String(socketPort),
    '-c',
    `unix_socket_directories=${layout.socketFolder}`,
    '-c',
    'unix_socket_permissions=0700',
    // When recovery fails after a crash (a full disk) a server that restarts by itself stays up for ever and lets nobody in, also
    // once there is room: PostgreSQL 18.4. One that ends is started again by the next connection.
    '-c',
    'restart_after_crash=off',
  ]
  const {command, args, options} = asAccount(account, postgres, settings)
  let exitCode: number | undefined
  try {
    const child: ChildProcess = spawn(command, args, {
      ...options,
      detached: true,
      cwd: '/',
      stdio: ['ignore', log, log],
      env: {...serverEnvironment(env), ...reused},
    })
    child.on('error', () => {
      exitCode ??= -1
    })
    child.on('exit', (code) => {
      exitCode ??= code ?? -1
    })
    child.unref()
  } finally {
    closeSync(log)
  }
  return {startedAtMs: performance.now(), logOffset, exitCode: () => exitCode}
}

/**
 * Ends the server: `fast` breaks connections, `smart` lets them finish. True when there was one and it has ended, false when
 * none was running; waits up to `waitMs` and throws nothing when it is still going down then.
 */
export async function stopServer(layout: ServerLayout, mode: 'fast' | 'smart', waitMs: number): Promise<boolean> {
  const running = recordedServer(layout)
  if (running === undefined || !running.isServer) return false
  try {
    process.kill(running.pid, mode === 'fast' ? 'SIGINT' : 'SIGTERM')
  } catch {
    return false
  }
  const startedAt = performance.now()
  while (performance.now() - startedAt < waitMs && recordedServer(layout)?.pid === running.pid && isAlive(running.pid)) await sleep(5)
  return true
}

/** Only what PostgreSQL needs: secrets of the caller's environment stay out of a process that outlives it. */
export function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {LC_ALL: 'C', TZ: 'UTC', ...(env.PATH && {PATH: env.PATH}), ...(env.LD_LIBRARY_PATH && {LD_LIBRARY_PATH: env.LD_LIBRARY_PATH})}
}

function isServer(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false
  try {
    const commandLine =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {encoding: 'utf8'})
    return commandLine.includes('postgres') && commandLine.includes(` ${data} `)
  } catch {
    return false
  }
}

function openLog(path: string): number {
  try {
    if (existsSync(path) && statSync(path).size > largestLogBytes) renameSync(path, `${path}.1`)
    return openSync(path, 'a', 0o600)
  } catch (cause) {
    const code = codeOf(cause)
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    throw new HippoError(isFull ? 'STORE_FULL' : 'STORE_UNWRITABLE', {
      message: `the embedded PostgreSQL cannot start: ${path} cannot be written (${code ?? 'unknown'})`,
      cause,
    })
  }
}
