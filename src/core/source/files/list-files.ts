// Files below a folder, in order of their paths. Names that say "not finished" or "not for you" are left out: hidden files,
// and what editors, browsers and transfer programs write until they are done. Links to files inside the folder count as
// files; links that lead out of it, and linked folders, are not followed.
import type {Stats} from 'node:fs'
import {readdir, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import {HippoError} from '../../errors/hippo-error.ts'

export interface ListedFile {
  /** Relative to the folder, `/`-separated. */
  readonly path: string
  readonly localPath: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  readonly changedAtMs: number
}

/** All files below `folder`; throws SOURCE_UNREADABLE when the folder or one below it cannot be read. */
export async function listFiles(folder: string): Promise<readonly ListedFile[]> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause)
  })
  const found: ListedFile[] = []
  await collect(root, '', found)
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** Whether a name belongs to a file that is hidden or still being written. */
function isUnfinishedName(name: string): boolean {
  return /^[.#]|^~\$|~$|\.(part|partial|filepart|tmp|temp|crdownload|download|swp|lock)$/i.test(name)
}

async function collect(root: string, below: string, found: ListedFile[]): Promise<void> {
  const folder = path.join(root, below)
  const entries = await readdir(folder, {withFileTypes: true}).catch((cause: unknown) => {
    throw unreadable(root, cause)
  })
  for (const entry of entries) {
    if (isUnfinishedName(entry.name)) continue
    const relative = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) await collect(root, relative, found)
    else {
      const localPath = path.join(folder, entry.name)
      const stats = entry.isFile() ? await statOf(localPath) : entry.isSymbolicLink() ? await statOfLink(root, localPath) : undefined
      if (stats?.isFile()) found.push({path: relative, localPath, ...stateOf(stats)})
    }
  }
}

/** Size and times as they are listed. */
export function stateOf({size, mtimeMs, ctimeMs}: Stats): Pick<ListedFile, 'sizeBytes' | 'modifiedAtMs' | 'changedAtMs'> {
  return {sizeBytes: size, modifiedAtMs: Math.trunc(mtimeMs), changedAtMs: Math.ceil(ctimeMs)}
}

/** State of a file, or undefined when it is gone by now. */
export async function statOf(localPath: string): Promise<Stats | undefined> {
  return stat(localPath).catch(() => undefined)
}

async function statOfLink(root: string, localPath: string): Promise<Stats | undefined> {
  const target = await realpath(localPath).catch(() => undefined)
  return target?.startsWith(root + path.sep) ? statOf(target) : undefined
}

function unreadable(folder: string, cause: unknown): HippoError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const what = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
  return new HippoError('SOURCE_UNREADABLE', {
    message: `the source folder ${folder} ${what}`,
    hint: 'make the folder or correct `path` in hippo.yaml',
    cause,
  })
}
