// A second reader of Delta tables, apart from src/core/delta: replays the log's JSON entries in order and reads the Parquet
// files with hyparquet. Slow and obvious; it holds what hippo wrote against what another tool would see.
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {asyncBufferFromFile, parquetReadObjects} from 'hyparquet'
import {compressors} from 'hyparquet-compressors'

export type DeltaRow = Readonly<Record<string, unknown>>

export interface DeltaTable {
  readonly version: number
  readonly columns: readonly string[]
  readonly rows: readonly DeltaRow[]
}

interface Action {
  readonly add?: {readonly path: string}
  readonly remove?: {readonly path: string}
  readonly metaData?: {readonly schemaString: string}
}

/** The newest version of the table in a folder, or undefined when there is none. Dates come as `YYYY-MM-DD`, times as ISO text. */
export async function readDelta(folder: string): Promise<DeltaTable | undefined> {
  const log = path.join(folder, '_delta_log')
  if (!existsSync(log)) return undefined
  const entries = readdirSync(log)
    .filter((name) => /^[0-9]{20}\.json$/.test(name))
    .sort()
  const files = new Set<string>()
  let columns: {readonly name: string; readonly type: unknown}[] = []
  for (const entry of entries) {
    for (const line of readFileSync(path.join(log, entry), 'utf8').trim().split('\n')) {
      const {add, remove, metaData} = JSON.parse(line) as Action
      if (remove) files.delete(decodeURIComponent(remove.path))
      if (add) files.add(decodeURIComponent(add.path))
      if (metaData) columns = (JSON.parse(metaData.schemaString) as {fields: typeof columns}).fields
    }
  }
  const rows: DeltaRow[] = []
  for (const file of files) {
    const found = await parquetReadObjects({file: await asyncBufferFromFile(path.join(folder, file)), compressors})
    for (const row of found) rows.push(Object.fromEntries(columns.map(({name, type}) => [name, plain(row[name], type)])))
  }
  return {version: entries.length - 1, columns: columns.map(({name}) => name), rows}
}

function plain(value: unknown, type: unknown): unknown {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return type === 'date' ? value.toISOString().slice(0, 10) : value.toISOString()
  return typeof value === 'bigint' ? Number(value) : value
}
