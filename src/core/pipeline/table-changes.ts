// What the change data feed of a table tells: rows by kind of change and version and, on demand, a few of them, in which protected
// columns are masked. Reads only.
import {changeTypeField} from '../delta/add-files.ts'
import {changesByVersion, rowsOfChanges, type VersionChanges} from '../delta/read-changes.ts'
import type {TableRow} from '../delta/read-rows.ts'
import {countRows} from '../delta/stats.ts'
import {masked} from '../model/masked.ts'
import type {ChangeCounts, TableChanges} from '../model/table.ts'
import {type LakeTable, lakeTable, openColumns} from './lake-table.ts'
import {shownSnapshotOf} from './lost-versions.ts'
import type {Workspace} from './ports.ts'

export interface ChangesRequest {
  /** As `lakeTable` understands it. */
  readonly table: string
  /** `to` alone when absent. */
  readonly from?: number
  /** The newest when absent. */
  readonly to?: number
  /** How many rows of the feed to show. */
  readonly rows?: number
}

const none: ChangeCounts = {insert: 0, update_preimage: 0, update_postimage: 0, delete: 0}

/** TABLE_VERSION_UNKNOWN for versions at which no feed was kept, or whose files a vacuum took. */
export async function tableChanges(
  workspace: Workspace,
  request: ChangesRequest,
  signal = new AbortController().signal,
): Promise<TableChanges> {
  const of = await lakeTable(workspace, request.table)
  const to = request.to ?? (await shownSnapshotOf(workspace, of)).version
  const from = request.from ?? to
  const versions: TableChanges['versions'][number][] = []
  const items: Readonly<Record<string, string | null>>[] = []
  const shown = await rowShower(of)
  for await (const changes of changesByVersion(of.store, of.table, {from, to})) {
    const counts = await count(changes, signal)
    const committedAt = changes.committedAt.toISOString()
    if (Object.values(counts).some((rows) => rows > 0)) versions.push({version: changes.version, committedAt, ...counts})
    if (items.length >= (request.rows ?? 0)) continue
    for await (const row of rowsOfChanges(changes, {signal})) {
      items.push({...shown(row), _commit_version: String(changes.version), _commit_timestamp: committedAt})
      if (items.length === request.rows) break
    }
  }
  const counts = versions.reduce((sum, one) => added(sum, one), none)
  return {table: of.name, from, to, counts, versions, ...(request.rows ? {items} : {})}
}

const added = (a: ChangeCounts, b: ChangeCounts): ChangeCounts => ({
  insert: a.insert + b.insert,
  update_preimage: a.update_preimage + b.update_preimage,
  update_postimage: a.update_postimage + b.update_postimage,
  delete: a.delete + b.delete,
})

/** By the statistics of whole files where they say it, else by the rows. */
async function count(changes: VersionChanges, signal: AbortSignal): Promise<ChangeCounts> {
  let counts = none
  const unread = changes.files.filter(({change, file}) => {
    const rows = countRows(file)
    if (change === undefined || rows === undefined) return true
    counts = {...counts, [change]: counts[change] + rows}
    return false
  })
  for await (const row of rowsOfChanges({...changes, files: unread}, {columns: [], signal})) {
    const change = row[changeTypeField.name] as keyof ChangeCounts
    counts = {...counts, [change]: counts[change] + 1}
  }
  return counts
}

async function rowShower(of: LakeTable): Promise<(row: TableRow) => Readonly<Record<string, string | null>>> {
  const isOpen = await openColumns(of)
  const show = (name: string, value: TableRow[string]): string | null => {
    if (value === null || value === undefined) return null
    return name === changeTypeField.name || isOpen(name) ? String(value) : masked
  }
  return (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, show(name, value)]))
}
