// Giving a finished file its key. `publish` is the commit point of a local lake: link(2) is atomic, fails when the key is
// taken, and the name is on disk before it returns. A file system without hard links is refused: every substitute for
// link shows half a file, or lets two writers win.
import {chmod, link, open, rename, rmdir, stat, unlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {HippoError} from '../../errors/hippo-error.ts'
import {nestedKey} from '../object-key.ts'
import {bodyError, fileSource} from '../sized-source.ts'
import {systemCode} from '../system-code.ts'
import {makeFolder, syncFolder} from './durable-folder.ts'
import {writeFile} from './write-file.ts'

/** A folder may be removed by a delete between its making and the link; more often than this it is something else. */
const maxTries = 8

/** Makes the file read-only and links it to its key. The caller removes `path`. */
export async function publish(path: string, root: string, key: string): Promise<'created' | 'exists'> {
  const target = join(root, key)
  const {mode} = await stat(path)
  await chmod(path, mode & 0o444)
  for (let tries = 1; ; tries++) {
    await makeFolder(dirname(target))
    const outcome = await tryLink(path, target, key)
    if (outcome === 'again' && tries < maxTries) continue
    if (outcome === 'again') throw nestedKey(key)
    await syncFolder(dirname(target))
    return outcome
  }
}

async function tryLink(path: string, target: string, key: string): Promise<'created' | 'exists' | 'again'> {
  try {
    await link(path, target)
    return 'created'
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') {
      // Either the folder was just removed, or the unfinished file was: the latter fails here.
      await stat(path)
      return 'again'
    }
    if (code !== 'EEXIST') throw withoutLinks(error, code, key)
  }
  // Over NFS a link can succeed and its answer be lost; then the file has two names.
  if ((await stat(path)).nlink > 1) return 'created'
  const taken = await stat(target).catch(() => undefined)
  if (!taken?.isDirectory()) return 'exists'
  await rmdir(target).catch(() => {
    throw nestedKey(key)
  })
  return 'again'
}

function withoutLinks(error: unknown, code: string | undefined, key: string): unknown {
  if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS' && code !== 'EXDEV') return error
  return new HippoError('STORE_UNWRITABLE', {
    message: `object ${key} cannot be written: the file system has no hard links (${code}), which commits need`,
    hint: 'put the lake on a local disk',
    cause: error,
  })
}

/** Puts the file in the place of whatever has the key. */
export async function replace(path: string, root: string, key: string): Promise<void> {
  const target = join(root, key)
  for (let tries = 1; ; tries++) {
    await makeFolder(dirname(target))
    try {
      await rename(path, target)
      break
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || tries >= maxTries) throw error
      // Either the folder was just removed, or the unfinished file was: the latter fails here.
      await stat(path)
    }
  }
  await syncFolder(dirname(target))
}

/** Moves a file that nobody writes any more to `to`, on disk; across file systems by copying and removing it. */
export async function takeOver(from: string, to: string, key: string): Promise<void> {
  await syncFile(from, key)
  try {
    await rename(from, to)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    await writeFile(await fileSource(from), {path: to, key})
    await unlink(from)
  }
}

async function syncFile(path: string, key: string): Promise<void> {
  try {
    const file = await open(path, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw bodyError(error, key)
  }
}

/** Removes folders that a delete left empty, upwards to the root, so that their names can be keys again. */
export async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let path = folder; path !== root && path.startsWith(root); path = dirname(path)) {
    const removed = await rmdir(path).then(
      () => true,
      () => false,
    )
    if (!removed) return
  }
}
