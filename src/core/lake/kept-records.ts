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
  /** As Delta names it: MERGE, OPTIMIZE, … */
  readonly operation?: string
}

const recordKey = (table: string, version: number): string => `records/${table}/${String(version).padStart(20, '0')}.json`

/** Keeps the records of versions whose commits are about to go; those that are kept already stay as they are. */
export async function keepRecords(store: ObjectStore, table: string, versions: readonly number[]): Promise<void> {
  if (versions.length === 0) return
  const entries = new Map((await history(store, table)).map((entry) => [entry.version, entry]))
  for (const version of versions) {
    const details = await readCommitDetails(store, table, version)
    const {rows, operation} = entries.get(version) ?? {}
    const kept: KeptRecord = {
      changesRows: await changesRows(store, table, version),
      ...(details === undefined ? {} : {details}),
      ...(rows === undefined ? {} : {rows}),
      ...(operation === undefined ? {} : {operation}),
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
  for await (const [version, kept] of keptRecords(store, table)) if (kept.rows !== undefined) rows.set(version, kept.rows)
  for (const entry of await history(store, table)) if (entry.rows !== undefined) rows.set(entry.version, entry.rows)
  return rows
}

/** What each cleaned-up commit did, as Delta names it. */
export async function keptOperations(store: ObjectStore, table: string): Promise<ReadonlyMap<number, string>> {
  const operations = new Map<number, string>()
  for await (const [version, {operation}] of keptRecords(store, table)) if (operation !== undefined) operations.set(version, operation)
  return operations
}

async function* keptRecords(store: ObjectStore, table: string): AsyncGenerator<readonly [version: number, KeptRecord]> {
  for await (const {key} of store.list(`records/${table}/`))
    yield [Number(key.slice(-25, -5)), JSON.parse(new TextDecoder().decode(await store.get(key))) as KeptRecord]
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
