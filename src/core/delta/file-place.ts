// Where an object that a log names lies: below the table in its store, or, when the log gives an absolute URI, elsewhere. hippo
// reads what the table's own store holds, and files of this machine; anything further is refused.
import {open} from 'node:fs/promises'
import {resolve} from 'node:path'
import {isForeignKey, missingKey} from '../store/object-key.ts'
import type {ByteRange, ObjectStore} from '../store/object-store.ts'
import {unsupportedTable} from './table-errors.ts'

export interface TablePlace {
  readonly store: ObjectStore
  readonly table: string
  readonly version: number
}

export interface FilePlace {
  /** Below the table: its key. Elsewhere: its URI. Names the file in messages. */
  readonly key: string
  /** The key is one of the store. */
  readonly isStored: boolean
  /** Where an engine can read it, when that is on this machine. */
  readonly localPath?: string
}

/** The place of a decoded path; TABLE_UNSUPPORTED for another store, and for paths that lead out of the table. */
export function placeOf({store, table, version}: TablePlace, decodedPath: string): FilePlace {
  if (/^(?:[A-Za-z][A-Za-z0-9+.-]+:|\/)/.test(decodedPath)) return placeOfUri({store, table, version}, decodedPath)
  if (decodedPath.split('/').some((segment) => segment === '..' || segment === '.' || segment === '')) {
    throw unsupportedTable(table, version, 'it has data files outside its folder')
  }
  const key = `${table}/${decodedPath}`
  if (!isForeignKey(key)) throw unsupportedTable(table, version, 'it has data files under names that no object of a store can have')
  return stored(store, key)
}

/** One text for one file, however a log writes its path: where it lies on this machine, else its key. */
export function wholePlace(of: TablePlace, decodedPath: string): string {
  const {key, localPath} = placeOf(of, decodedPath)
  return localPath === undefined ? key : resolve(localPath)
}

/** Whether a path below a table is one of rows of its versions: underscores mark what is none. */
export const isRowFile = (path: string): boolean => !path.startsWith('_')

/** Those, and change data, which holds rows as well. */
export const isDataFile = (path: string): boolean => isRowFile(path) || path.startsWith('_change_data/')

function stored(store: ObjectStore, key: string): FilePlace {
  const localPath = store.localPath(key)
  return {key, isStored: true, ...(localPath === undefined ? {} : {localPath})}
}

function placeOfUri({store, table, version}: TablePlace, uri: string): FilePlace {
  const path = /^(?:file:(?:\/\/(?:localhost)?)?)?(\/.*)$/.exec(uri)?.[1]
  if (path !== undefined && store.kind === 'local') return {key: uri, isStored: false, localPath: path}
  const root = `${store.uri.replace(/\/+$/, '')}/`
  const plain = uri.replace(/^s3[an]:/, 's3:')
  const key = plain.startsWith(root) ? plain.slice(root.length) : ''
  if (isForeignKey(key)) return stored(store, key)
  throw unsupportedTable(table, version, 'it has data files in another store')
}

/** Bytes of the file from `start` up to but without `end`; STORE_KEY_MISSING when there is no file. */
export async function readRange(
  store: ObjectStore,
  {key, isStored, localPath}: FilePlace,
  range: Required<ByteRange>,
): Promise<Uint8Array> {
  if (isStored || localPath === undefined) return store.get(key, {range})
  const file = await open(localPath, 'r').catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT' ? missingKey(key) : error
  })
  try {
    const {buffer, bytesRead} = await file.read(new Uint8Array(range.end - range.start), 0, range.end - range.start, range.start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
