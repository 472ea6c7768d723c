// What lies below a folder, in order of the paths. Links to files inside the folder count as files. Everything else is passed
// over with its reason and never opened: hidden files, what editors, browsers and transfer programs write until they are done,
// links that lead out of the folder or to folders, pipes, sockets and devices (a read of one may wait for ever), and names
// that are no UTF-8. A folder that is hidden or cannot be read is one entry.
import {isUtf8} from 'node:buffer'
import type {Dirent, Stats} from 'node:fs'
import {readdir, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import {HippoError} from '../../errors/hippo-error.ts'
import type {PassedOverReason} from '../source.ts'

export interface ListedFile {
  /** Relative to the folder, `/`-separated. */
  readonly path: string
  readonly localPath: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  readonly changedAtMs: number
}

export interface PassedOver {
  /** As for files; bytes that are no UTF-8 are written `\xNN`. */
  readonly path: string
  readonly reason: PassedOverReason
}

export interface Listing {
  readonly files: readonly ListedFile[]
  readonly passedOver: readonly PassedOver[]
}

/** All that lies below `folder`; SOURCE_UNREADABLE when the folder itself cannot be read. */
export async function listFiles(folder: string): Promise<Listing> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause)
  })
  const found = {files: [] as ListedFile[], passedOver: [] as PassedOver[]}
  const cause = await collect(root, '', found)
  if (cause !== undefined) throw unreadable(root, cause)
  const inOrder = (a: {readonly path: string}, b: {readonly path: string}) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
  return {files: found.files.sort(inOrder), passedOver: found.passedOver.sort(inOrder)}
}

interface Found {
  readonly files: ListedFile[]
  readonly passedOver: PassedOver[]
}

/** Keeps an empty inbox in version control; `hippo init` writes it. */
const placeholder = Buffer.from('.gitkeep')

/** Resolves to what kept the folder from being read, or to undefined. */
async function collect(root: string, below: string, found: Found): Promise<unknown> {
  let entries: readonly Dirent<Buffer>[]
  try {
    entries = await readdir(path.join(root, below), {withFileTypes: true, encoding: 'buffer'})
  } catch (cause) {
    return cause
  }
  for (const entry of entries) {
    if (placeholder.equals(entry.name)) continue
    const relative = below === '' ? textOf(entry.name) : `${below}/${textOf(entry.name)}`
    const reason = await collectEntry(root, relative, {entry, found})
    if (reason !== undefined) found.passedOver.push({path: relative, reason})
  }
  return undefined
}

/** Takes a file, or the files of a folder; resolves to the reason when the entry is passed over. */
async function collectEntry(
  root: string,
  relative: string,
  {entry, found}: {readonly entry: Dirent<Buffer>; readonly found: Found},
): Promise<PassedOverReason | undefined> {
  if (!isUtf8(entry.name)) return 'file.nameNotUtf8'
  const byName = unfinishedName(path.posix.basename(relative))
  if (byName !== undefined) return byName
  if (entry.isDirectory()) return (await collect(root, relative, found)) === undefined ? undefined : 'file.unreadable'
  const localPath = path.join(root, relative)
  if (entry.isSymbolicLink()) {
    const reason = await reasonAgainstLink(root, localPath)
    if (reason !== undefined) return reason
  } else if (!entry.isFile()) return 'file.special'
  const stats = await statOf(localPath)
  if (stats?.isFile()) found.files.push({path: relative, localPath, ...stateOf(stats)})
  return undefined
}

/** Whether a name belongs to a file that is hidden or still being written. */
function unfinishedName(name: string): PassedOverReason | undefined {
  if (name.startsWith('.')) return 'file.hidden'
  return /^#|^~\$|~$|\.(part|partial|filepart|tmp|temp|crdownload|download|swp|lock)$/i.test(name) ? 'file.unfinished' : undefined
}

async function reasonAgainstLink(root: string, localPath: string): Promise<PassedOverReason | undefined> {
  const target = await realpath(localPath).catch(() => undefined)
  if (target === undefined) return 'file.linkBroken'
  const stats = await statOf(target)
  if (stats?.isDirectory()) return 'file.linkToFolder'
  if (!target.startsWith(root + path.sep)) return 'file.linkOutside'
  return stats?.isFile() ? undefined : 'file.special'
}

/** The name as text; each byte of a name that is no UTF-8 stays visible. */
function textOf(name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8')
  return [...name].map((value) => (value < 0x80 ? String.fromCharCode(value) : `\\x${value.toString(16)}`)).join('')
}

/** Size and times as they are listed. */
export function stateOf({size, mtimeMs, ctimeMs}: Stats): Pick<ListedFile, 'sizeBytes' | 'modifiedAtMs' | 'changedAtMs'> {
  return {sizeBytes: size, modifiedAtMs: Math.trunc(mtimeMs), changedAtMs: Math.ceil(ctimeMs)}
}

/** State of a file, or undefined when it is gone by now. */
export async function statOf(localPath: string): Promise<Stats | undefined> {
  return stat(localPath).catch(() => undefined)
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
