// What promotions said of themselves in commits that a log clean-up takes away: which batches a table is made of, who left what
// out and why. Kept beside the table, for rebuilds and a new catalog read it back to the first batch.
import {changesRows, history, readCommitDetails} from '../delta/history.ts'
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'

interface KeptRecord {
  readonly details?: unknown
  readonly changesRows: boolean
  /** Rows in the table after the commit. */
  readonly rows?: number
}

const recordKey = (table: string, version: number): string => `records/${table}/${String(version).padStart(20, '0')}.json`

/** Keeps the records of versions whose commits are about to go; those that are kept already stay as they are. */
export async function keepRecords(store: ObjectStore, table: string, versions: readonly number[]): Promise<void> {
  if (versions.length === 0) return
  const rowsOf = new Map((await history(store, table)).map(({version, rows}) => [version, rows]))
  for (const version of versions) {
    const [details, rows] = [await readCommitDetails(store, table, version), rowsOf.get(version)]
    const kept: KeptRecord = {
      changesRows: await changesRows(store, table, version),
      ...(details === undefined ? {} : {details}),
      ...(rows === undefined ? {} : {rows}),
    }
    await store.putIfAbsent(recordKey(table, version), new TextEncoder().encode(JSON.stringify(kept)))
  }
}

/** `readCommitDetails`, of cleaned-up commits too. */
export async function commitDetails(store: ObjectStore, table: string, version: number): Promise<unknown> {
  return orKept(store, table, version, readCommitDetails, ({details}) => details)
}

/** `changesRows`, of cleaned-up commits too. */
export async function commitChangesRows(store: ObjectStore, table: string, version: number): Promise<boolean> {
  return orKept(store, table, version, changesRows, (kept) => kept.changesRows)
}

/** Rows in the table after each version, of cleaned-up commits too; versions whose writer did not say are left out. */
export async function rowsByVersion(store: ObjectStore, table: string): Promise<ReadonlyMap<number, number>> {
  const rows = new Map<number, number>()
  for await (const {key} of store.list(`records/${table}/`)) {
    const kept = JSON.parse(new TextDecoder().decode(await store.get(key))) as KeptRecord
    if (kept.rows !== undefined) rows.set(Number(key.slice(-25, -5)), kept.rows)
  }
  for (const entry of await history(store, table)) if (entry.rows !== undefined) rows.set(entry.version, entry.rows)
  return rows
}

async function orKept<T>(
  store: ObjectStore,
  table: string,
  version: number,
  read: (store: ObjectStore, table: string, version: number) => Promise<T>,
  take: (kept: KeptRecord) => T,
): Promise<T> {
  try {
    return await read(store, table, version)
  } catch (error) {
    if (!isMissingKey(error)) throw error
    const bytes = await store.get(recordKey(table, version)).catch((missing: unknown) => {
      throw isMissingKey(missing) ? error : missing
    })
    return take(JSON.parse(new TextDecoder().decode(bytes)) as KeptRecord)
  }
}
