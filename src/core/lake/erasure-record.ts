// What an erasure says of itself in the commits it makes: that rows are gone on purpose, and how many. Never whose.

import {listLog} from '../delta/log-files.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {commitDetails} from './kept-records.ts'

export interface ErasureRecord {
  readonly erased: {readonly rows: number}
}

export function isErasure(details: unknown): details is ErasureRecord {
  return typeof details === 'object' && details !== null && 'erased' in details
}

/** The newest version of the table that an erasure made; undefined when none did. */
export async function newestErasure(store: ObjectStore, table: string): Promise<number | undefined> {
  const {commits} = await listLog(store, table, 0)
  for (const version of [...commits.keys()].reverse()) {
    if (isErasure(await commitDetails(store, table, version))) return version
  }
  return undefined
}
