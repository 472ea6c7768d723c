// Listing a local store in the byte order of whole keys, one folder at a time: only folders that can hold a key with the
// prefix and after `startAfter` are read.
import {type Dirent, promises as fs} from 'node:fs'
import {join} from 'node:path'
import {compareKeys, isForeignKey} from '../object-key.ts'
import type {ObjectInfo} from '../object-store.ts'
import {systemCode} from '../system-code.ts'

export interface ListRequest {
  readonly prefix: string
  readonly startAfter: string
}

const statsAtOnce = 64

/** Objects below `root`; what is no object (folders, links, names that are no keys) is passed over. */
export async function* listFolder(root: string, request: ListRequest): AsyncGenerator<ObjectInfo> {
  const slash = request.prefix.lastIndexOf('/')
  yield* walk(root, request.prefix.slice(0, slash + 1), request)
}

async function* walk(root: string, folderKey: string, request: ListRequest): AsyncGenerator<ObjectInfo> {
  let files: string[] = []
  for (const {key, isFolder} of await entriesOf(root, folderKey)) {
    if (!isFolder) {
      if (key.startsWith(request.prefix) && compareKeys(key, request.startAfter) > 0) files.push(key)
      if (files.length === statsAtOnce) {
        yield* infosOf(root, files)
        files = []
      }
    } else if (mayHoldKeys(key, request)) {
      yield* infosOf(root, files)
      files = []
      yield* walk(root, key, request)
    }
  }
  yield* infosOf(root, files)
}

function mayHoldKeys(folderKey: string, {prefix, startAfter}: ListRequest): boolean {
  const reachesPrefix = folderKey.startsWith(prefix) || prefix.startsWith(folderKey)
  return reachesPrefix && (compareKeys(folderKey, startAfter) > 0 || startAfter.startsWith(folderKey))
}

/** Folders count with their slash: that is what makes the order of names the order of the keys below them. */
async function entriesOf(root: string, folderKey: string): Promise<readonly {readonly key: string; readonly isFolder: boolean}[]> {
  let entries: Dirent[]
  try {
    entries = await fs.readdir(join(root, folderKey), {withFileTypes: true})
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw error
  }
  return entries
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && isForeignKey(folderKey + entry.name))
    .map((entry) => ({key: folderKey + entry.name + (entry.isDirectory() ? '/' : ''), isFolder: entry.isDirectory()}))
    .sort((a, b) => compareKeys(a.key, b.key))
}

async function* infosOf(root: string, keys: readonly string[]): AsyncGenerator<ObjectInfo> {
  const infos = await Promise.all(keys.map((key) => infoOf(root, key)))
  for (const info of infos) if (info !== undefined) yield info
}

/** Size and time of one object; undefined when there is none (any more). */
export async function infoOf(root: string, key: string): Promise<ObjectInfo | undefined> {
  try {
    const stats = await fs.stat(join(root, key))
    return stats.isFile() ? {key, sizeBytes: stats.size, modifiedAt: Math.trunc(stats.mtimeMs)} : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}
