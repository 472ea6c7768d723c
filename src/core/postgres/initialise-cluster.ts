// Makes the data folder once, however many processes want it at the same time: each makes its own and renames it into place;
// renaming onto a folder with something in it fails, so exactly one wins and the others remove theirs. Those of killed processes are
// left to remove-dead-drafts.ts.
import {spawn} from 'node:child_process'
import {appendFileSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from './connection-errors.ts'
import {asAccount, type ServerAccount} from './server-account.ts'
import type {ServerBinaries} from './server-binaries.ts'
import type {ServerLayout} from './server-layout.ts'
import {isAlive, serverEnvironment} from './server-process.ts'

// Sorting does not depend on the machine's libc, and upper/lower know Unicode.
const initdbFlags =
  '-U hippo -A trust -E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --no-instructions'.split(' ')

const longestCourtesyMs = 10_000 // a pid may have been reused by a process that initialises nothing

// The log level keeps statements and the values in their errors out of server.log: patient data must never be logged.
const settings = `
listen_addresses = ''
max_connections = 100
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_level = logical
max_slot_wal_keep_size = 2GB
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = fatal
log_min_error_statement = panic
client_connection_check_interval = 1s
`

/** Makes the data folder unless it is there. CATALOG_MISCONFIGURED or STORE_FULL when initdb fails. */
export async function initialiseCluster(
  layout: ServerLayout,
  binaries: ServerBinaries,
  account: ServerAccount,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const isDone = (): boolean => existsSync(join(layout.data, 'PG_VERSION'))
  // A courtesy, not a lock: ten first runs at once take 1.5 s with it and 5 s without.
  const startedAt = performance.now()
  while (!isDone() && otherDrafts(layout).some(isAlive) && performance.now() - startedAt < longestCourtesyMs) await sleep(20)
  if (isDone()) return
  const draft = `${layout.data}.init.${process.pid}`
  rmSync(draft, {recursive: true, force: true})
  try {
    mkdirSync(draft, {mode: 0o700})
    if (account.owner !== undefined) chownSync(draft, account.owner.uid, account.owner.gid)
    await runInitdb(draft, binaries, account, env)
    appendFileSync(join(draft, 'postgresql.conf'), settings)
    renameSync(draft, layout.data)
  } catch (error) {
    const lost = codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST'
    if (!lost) throw initialisationError(layout, error)
  } finally {
    rmSync(draft, {recursive: true, force: true})
  }
}

/** Refuses a data folder that these binaries cannot open. */
export function checkClusterVersion(layout: ServerLayout, binariesMajor: string): void {
  const found = readFileSync(join(layout.data, 'PG_VERSION'), 'utf8').trim()
  if (found === binariesMajor) return
  throw new HippoError('CATALOG_MISCONFIGURED', {
    message: `${layout.data} was made by PostgreSQL ${found}, this hippo brings PostgreSQL ${binariesMajor}`,
    hint: `set HIPPO_PG_BIN to the programs of PostgreSQL ${found}, or move ${layout.home} away and make the catalog again with hippo doctor --rebuild-catalog`,
  })
}

function otherDrafts(layout: ServerLayout): readonly number[] {
  const prefix = `${basename(layout.data)}.init.`
  return readdirSync(dirname(layout.data))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
}

async function runInitdb(draft: string, binaries: ServerBinaries, account: ServerAccount, env: NodeJS.ProcessEnv): Promise<void> {
  const {command, args, options} = asAccount(account, binaries.initdb, ['-D', draft, ...initdbFlags])
  const child = spawn(command, args, {...options, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], env: serverEnvironment(env)})
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const exitCode = await new Promise<number | null>((done, fail) => {
    child.on('error', fail)
    child.on('close', done)
  })
  if (exitCode === 0) return
  const reason = complaints.split('\n').find((line) => /error|could not|cannot/i.test(line))
  throw new Error(reason ?? `initdb ended with ${exitCode ?? 'a signal'}`)
}

function initialisationError(layout: ServerLayout, error: unknown): HippoError {
  const reason = error instanceof Error ? error.message : ''
  const message = `the embedded PostgreSQL could not be set up in ${layout.home}: ${reason}`
  if (codeOf(error) === 'ENOSPC' || /No space left/.test(reason)) return new HippoError('STORE_FULL', {message, cause: error})
  return new HippoError('CATALOG_MISCONFIGURED', {message, cause: error})
}
