// The other half of every change that takes rows out of a table: those that stay, of the files that are touched, written anew with
// every column the table has. Nothing is committed here.
import {mkdir} from 'node:fs/promises'
import type {Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {bool, type Expr, not} from '../expr/expr.ts'
import {rowsPerFile} from '../lake/rows-per-file.ts'
import {readableColumnsOf, scanTable, writableListsOf} from '../lake/scan-table.ts'

export interface TouchedRows {
  readonly engine: Engine
  readonly snapshot: Snapshot
  /** Keys of the files that are touched. */
  readonly touched: ReadonlySet<string>
  /** True for rows that go; one about which it says nothing stays. */
  readonly where: Expr
  /** Columns of the rows that are written anew. */
  readonly fields: readonly Field[]
  /** Private folder for them; made when it is not there. */
  readonly directory: string
  readonly signal: AbortSignal
}

export async function writeSurvivors({
  engine,
  snapshot,
  touched,
  where,
  fields,
  directory,
  signal,
}: TouchedRows): Promise<readonly WrittenFile[]> {
  await mkdir(directory, {recursive: true, mode: 0o700})
  const after = {...snapshot, fields}
  const columns = readableColumnsOf(after)
  const goes: Expr = {kind: 'coalesce', of: [where, bool(false)]}
  const plan = {kind: 'filter' as const, input: scanTable(snapshot, {columns, onlyKeys: touched}), where: not(goes)}
  const output = {name: 'survivors', plan, columns, format: 'parquet' as const, directory, lists: writableListsOf(after), rowsPerFile}
  const {outputs} = await engine.write([output], {signal, stagingDirectory: directory})
  return outputs.flatMap(({files}) => files)
}
