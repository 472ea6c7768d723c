// Tables as other writers lay them out, written by hand: log entries line by line, Parquet files of integers and text.
import {mkdir, writeFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {expect} from 'vitest'
import {readRows, type TableRow} from '../../../src/core/delta/read-rows.ts'
import {readSnapshot} from '../../../src/core/delta/snapshot.ts'
import type {Row} from '../../../src/core/engine/engine.ts'
import {scanTable} from '../../../src/core/lake/scan-table.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import {referenceEngine} from '../../support/reference-engine.ts'

type Action = Readonly<Record<string, unknown>>

interface ForeignColumn {
  readonly name: string
  readonly type: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

export const plainProtocol: Action = {protocol: {minReaderVersion: 1, minWriterVersion: 2}}

/** A protocol with these features, which readers must know. */
export const featureProtocol = (...features: readonly string[]): Action => ({
  protocol: {minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features},
})

export function metaData(columns: readonly ForeignColumn[], more: Readonly<Record<string, unknown>> = {}): Action {
  const fields = columns.map(({name, type, metadata = {}}) => ({name, type, nullable: true, metadata}))
  const schemaString = JSON.stringify({type: 'struct', fields})
  const format = {provider: 'parquet', options: {}}
  return {metaData: {id: 'foreign', format, schemaString, partitionColumns: [], configuration: {}, ...more}}
}

/** Writes a data file of whole numbers and gives its add action; `path` as the log has it. */
export async function addFile(
  folder: string,
  path: string,
  columns: Readonly<Record<string, readonly (number | null)[]>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Action> {
  const decoded = decodeURIComponent(path)
  const file = decoded.startsWith('file:') ? decoded.slice('file:'.length) : join(folder, decoded)
  const columnData = Object.entries(columns).map(([name, data]) => ({
    name,
    data: data.map((value) => (value === null ? null : BigInt(value))),
    type: 'INT64' as const,
  }))
  const bytes = new Uint8Array(parquetWriteBuffer({columnData}))
  await mkdir(dirname(file), {recursive: true})
  await writeFile(file, bytes)
  const stats = JSON.stringify({numRecords: columnData[0]?.data.length ?? 0})
  return {add: {path, partitionValues: {}, size: bytes.byteLength, modificationTime: 0, dataChange: true, stats, ...more}}
}

export const logPath = (folder: string, version: number, suffix = 'json') =>
  join(folder, '_delta_log', `${String(version).padStart(20, '0')}.${suffix}`)

export async function writeLog(folder: string, version: number, actions: readonly Action[], suffix = 'json'): Promise<void> {
  await mkdir(join(folder, '_delta_log'), {recursive: true})
  await writeFile(logPath(folder, version, suffix), actions.map((action) => `${JSON.stringify(action)}\n`).join(''))
}

export async function openTable(folder: string, choice: Parameters<typeof readSnapshot>[2] = {}) {
  const snapshot = await readSnapshot(await openLocalStore(dirname(folder)), basename(folder), choice)
  if (snapshot === undefined) throw new Error('there is no table')
  return snapshot
}

/** What the table holds, through the snapshot, the plan and the reference engine; the module's own reading must be the same. */
export async function rowsOf(folder: string, choice: Parameters<typeof readSnapshot>[2] = {}): Promise<readonly Row[]> {
  const snapshot = await openTable(folder, choice)
  const rows = await referenceEngine().rows(scanTable(snapshot), 1_000_000)
  const byItself: TableRow[] = []
  for await (const row of readRows(snapshot)) byItself.push(row)
  expect(byItself).toEqual(rows)
  return rows
}
