// One version of a table of the lake as it is stored: columns, protocol, properties, files, and, when asked, some of its rows
// with protected columns masked.

import {history} from '../delta/history.ts'
import {listLog} from '../delta/log-files.ts'
import {printType} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {rowCount} from '../delta/table-files.ts'
import type {TimeTravel} from '../delta/time-travel.ts'
import type {ScalarValue} from '../expr/expr.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import {masked} from '../model/masked.ts'
import type {TableColumn, TableDescription} from '../model/table.ts'
import {assertReadableFiles} from './differing-files.ts'
import {type LakeTable, lakeTable, openColumns} from './lake-table.ts'
import {shownSnapshotOf} from './lost-versions.ts'
import type {Workspace} from './ports.ts'

export interface ShowRequest extends TimeTravel {
  /** As `lakeTable` understands it. */
  readonly table: string
  /** How many rows to show. */
  readonly rows?: number
}

/** Describes a version; the newest when none is named. */
export async function showTable(workspace: Workspace, request: ShowRequest, signal?: AbortSignal): Promise<TableDescription> {
  const of = await lakeTable(workspace, request.table)
  const snapshot = await shownSnapshotOf(workspace, of, request)
  const files = [...snapshot.files.values()]
  const rows = rowCount(snapshot)
  const isOpen = await openColumns(of)
  return {
    table: of.name,
    uri: `${of.store.uri}/${of.table}`,
    version: snapshot.version,
    ...(await commitOf(of, snapshot)),
    versions: await versionsOf(of, snapshot.version),
    ...(rows === undefined ? {} : {rows}),
    files: files.length,
    sizeBytes: files.reduce((sum, {size}) => sum + size, 0),
    ...(files.length === 0 ? {} : {largestFileBytes: Math.max(...files.map(({size}) => size))}),
    protocol: snapshot.protocol,
    properties: snapshot.metaData.configuration,
    columns: snapshot.fields.map(
      ({name, type, nullable}): TableColumn => ({name, type: printType(type), nullable, protected: !isOpen(name)}),
    ),
    ...(request.rows ? {items: await sampleRows(workspace, snapshot, {limit: request.rows, isOpen, signal})} : {}),
  }
}

/** When the version was committed and by what; nothing once its commit is cleaned up. */
async function commitOf({store, table}: LakeTable, {version}: Snapshot): Promise<Pick<TableDescription, 'committedAt' | 'operation'>> {
  const entry = (await history(store, table, {version, limit: 1})).find((one) => one.version === version)
  return entry === undefined ? {} : {committedAt: entry.timestamp, operation: entry.operation}
}

async function versionsOf({store, table}: LakeTable, shown: number): Promise<TableDescription['versions']> {
  const {commits, checkpoints} = await listLog(store, table, 0)
  const newest = Math.max(shown, ...commits.keys())
  const oldest = commits.has(0) ? 0 : Math.min(newest, ...checkpoints.map(({version}) => version))
  return {oldest, newest}
}

interface Sample {
  readonly limit: number
  readonly isOpen: (name: string) => boolean
  readonly signal: AbortSignal | undefined
}

async function sampleRows(
  workspace: Workspace,
  snapshot: Snapshot,
  {limit, isOpen, signal}: Sample,
): Promise<readonly Readonly<Record<string, string | null>>[]> {
  await assertReadableFiles(snapshot, snapshot.files.keys())
  const engine = await workspace.engine()
  const found = await engine.rows(scanTable(snapshot, {columns: readableColumnsOf(snapshot)}), limit, signal ? {signal} : {})
  const shown = ([name, value]: [string, ScalarValue]) => [name, value === null ? null : isOpen(name) ? String(value) : masked]
  return found.map((row) => Object.fromEntries(Object.entries(row).map(shown)))
}
