// Where an embedded server keeps its things, and the socket's address. The socket's path has a limit (107 bytes on Linux, 103 on
// macOS), so a workspace deep in the tree gets a private folder in the temporary directory instead.
import {createHash} from 'node:crypto'
import {chownSync, lstatSync, mkdirSync, realpathSync, rmdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'

export interface ServerLayout {
  /** Absolute, without symbolic links: equal for all processes that share the server. */
  readonly home: string
  readonly data: string
  readonly log: string
  /** Folder of the socket `.s.PGSQL.5432`. */
  readonly socketFolder: string
}

export const socketPort = 5432
const longestSocketPath = process.platform === 'darwin' ? 103 : 107

/** Makes the home (mode 0700) and says where things are in it. STORE_UNWRITABLE when it cannot be made. */
export function serverLayout(folder: string, env: NodeJS.ProcessEnv): ServerLayout {
  const home = makeHome(folder)
  const near = join(home, 'socket')
  // The lock file beside the socket has the longest name.
  const fits = Buffer.byteLength(join(near, `.s.PGSQL.${socketPort}.lock`)) <= longestSocketPath
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12)
  const socketFolder = fits ? near : join(env.XDG_RUNTIME_DIR || tmpdir(), `hippo-${hash}`)
  return {home, data: join(home, 'data'), log: join(home, 'server.log'), socketFolder}
}

export const socketFile = ({socketFolder}: ServerLayout): string => join(socketFolder, `.s.PGSQL.${socketPort}`)

/** Makes the socket's folder for the account that runs the server; refuses one that others could have planted. */
export function makeSocketFolder({socketFolder, home}: ServerLayout): void {
  const owner = lstatSync(home)
  mkdirSync(socketFolder, {recursive: true, mode: 0o700})
  const found = lstatSync(socketFolder)
  const mine = process.getuid?.() ?? 0
  if (found.uid !== owner.uid && found.uid === mine) chownSync(socketFolder, owner.uid, owner.gid)
  const trusted = found.isDirectory() && (found.uid === mine || found.uid === owner.uid) && (found.mode & 0o077) === 0
  if (trusted) return
  throw new HippoError('CATALOG_MISCONFIGURED', {
    message: `${socketFolder} is not a private folder of this user; the embedded PostgreSQL keeps its socket there`,
    hint: 'remove it, or set XDG_RUNTIME_DIR to a private folder',
  })
}

/** Removes a socket folder outside the home once it is empty. */
export function removeSocketFolder({home, socketFolder}: ServerLayout): void {
  if (dirname(socketFolder) === home) return
  try {
    rmdirSync(socketFolder)
  } catch {
    // Not there, or still in use: the next start makes or takes it as it is.
  }
}

function makeHome(folder: string): string {
  try {
    // Only the home itself is private: another account may have to pass through the folders above it.
    mkdirSync(dirname(folder), {recursive: true})
    mkdirSync(folder, {recursive: true, mode: 0o700})
    return realpathSync(folder)
  } catch (cause) {
    throw new HippoError('STORE_UNWRITABLE', {message: `cannot make ${folder} for the embedded PostgreSQL`, cause})
  }
}
