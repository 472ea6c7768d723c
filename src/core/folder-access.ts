// Whether the folders of a workspace can be used by whoever runs hippo; said before anything is tried in them, with their owner,
// because what fails later only knows a code of the operating system.
import {access, constants, stat} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {HippoError} from './errors/hippo-error.ts'

/** STORE_UNWRITABLE when the folder, or the one it would be made in, is somebody else's, closed to us, or no folder. */
export async function assertUsable(folder: string): Promise<void> {
  const stats = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code)
  if (stats === 'ENOENT' && path.dirname(folder) !== folder) return assertUsable(path.dirname(folder))
  if (typeof stats !== 'object') return
  if (!stats.isDirectory())
    throw new HippoError('STORE_UNWRITABLE', {message: `${folder} is not a folder`, hint: `move it away: hippo makes a folder there`})
  const denied = await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => false,
    // What else there is (a read-only disk) says itself when it is written to.
    ({code}: NodeJS.ErrnoException) => code === 'EACCES' || code === 'EPERM',
  )
  if (denied) throw notOurs(folder, stats)
}

function notOurs(folder: string, {uid, mode}: {readonly uid: number; readonly mode: number}): HippoError {
  const own = process.getuid?.()
  const user = userName()
  if (uid === own) {
    const bits = (mode & 0o777).toString(8).padStart(4, '0')
    return new HippoError('STORE_UNWRITABLE', {
      message: `the folder ${folder} is closed to its owner ${user} (mode ${bits}); hippo must read and write there`,
      hint: `open it: chmod u+rwx ${folder}`,
    })
  }
  const owner = uid === 0 ? 'root' : `user id ${uid}`
  return new HippoError('STORE_UNWRITABLE', {
    message: `the folder ${folder} belongs to ${owner}; ${user} must read and write there`,
    hint: `run hippo as ${owner}, or let ${owner} hand it over: chown -R ${user} ${folder}`,
  })
}

/** The operating system's user. */
export function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
