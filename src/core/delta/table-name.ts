// What a table may be called: the name is its folder in the store. Other tools name folders after anything; those are read. hippo
// writes under a small alphabet, and never a table into the folder of another one, where a vacuum would take its files for leftovers.
import {HippoError} from '../errors/hippo-error.ts'
import {isForeignKey, isObjectKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {invalidRequest} from './table-errors.ts'

/** Folders that a table keeps for itself. */
const ownFolders: ReadonlySet<string> = new Set(['_delta_log', '_change_data'])

/** Throws TABLE_UNSUPPORTED for what no folder of a table can be called. */
export function assertTableName(table: string): void {
  if (!isForeignKey(table))
    throw unusable(table, 'no folder of a store has such a name: names are joined by single slashes, none in front or behind')
  if (table.split('/').some((segment) => ownFolders.has(segment))) throw unusable(table, 'this is a folder inside a table, and no table')
}

/** Throws TABLE_UNSUPPORTED for a name that hippo does not write under. */
export function assertWritableName(table: string): void {
  assertTableName(table)
  if (!isObjectKey(table)) throw unusable(table, 'hippo cannot write it: its name has other characters than A-Z a-z 0-9 . _ = % - and /')
}

/** Throws TABLE_REQUEST_INVALID when a folder around the table's own is a table. */
export async function assertOwnFolder(store: ObjectStore, table: string): Promise<void> {
  const segments = table.split('/')
  for (let depth = 1; depth < segments.length; depth++) {
    const around = segments.slice(0, depth).join('/')
    for await (const _ of store.list(`${around}/_delta_log/`)) throw invalidRequest(table, `it would lie in the folder of table ${around}`)
  }
}

const unusable = (table: string, why: string): HippoError =>
  new HippoError('TABLE_UNSUPPORTED', {message: `table ${JSON.stringify(table)}: ${why}`, details: {table}})
