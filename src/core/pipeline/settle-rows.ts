// Rows of quarantine under another state: the files that hold them are written anew, copy-on-write, every other row as it is. The
// values of a row as received never change.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import type {AddAction} from '../delta/actions.ts'
import {evolveFields, type Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {tableFiles} from '../delta/table-files.ts'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {column, type Expr, literal, text} from '../expr/expr.ts'
import type {DerivedColumn, Plan, PlanColumn} from '../expr/plan.ts'
import {quarantineField} from '../lake/quarantine-fields.ts'
import {quarantineColumns} from '../lake/reserved-columns.ts'
import type {RowPlace} from '../lake/review-documents.ts'
import {readableColumnsOf, scanTable, writableListsOf} from '../lake/scan-table.ts'
import {rowsWithoutKeys} from './rows-without-keys.ts'

export interface RowsToSettle {
  readonly engine: Engine
  readonly quarantine: Snapshot
  /** Rows by `placeColumns`. */
  readonly rows: Plan
  /** What becomes of their columns; the others stay. */
  readonly columns: readonly DerivedColumn[]
  /** Private folder; made when it is not there. */
  readonly directory: string
  readonly signal: AbortSignal
}

export interface SettledFiles {
  readonly remove: readonly AddAction[]
  /** All rows of the removed files, with `fields`. */
  readonly files: readonly WrittenFile[]
  readonly fields: readonly Field[]
}

/** Which row of quarantine. */
export const placeColumns: readonly PlanColumn[] = [
  {name: '_batch', type: 'int64'},
  {name: '_file', type: 'string'},
  {name: '_row', type: 'int64'},
]

export const placeNames = placeColumns.map(({name}) => name)

export interface QuarantinedPlace extends RowPlace {
  readonly batch: number
}

export const placesPlan = (places: readonly QuarantinedPlace[]): Plan => ({
  kind: 'values',
  columns: placeColumns,
  rows: places.map(({batch, file, row}) => [BigInt(batch), file, BigInt(row)]),
})

/** True for a row whose place is among those of a relation. */
export const isAmong = (relation: Plan): Expr => ({kind: 'existsIn', key: placeNames.map(column), relation, on: placeNames})

/** The value that a relation has for the row. */
export const valueAmong = (relation: Plan, take: string): Expr => ({
  kind: 'lookup',
  key: placeNames.map(column),
  relation,
  on: placeNames,
  take,
})

export interface Decision {
  /** Number of the batch that carries it. */
  readonly batch: number
  readonly by: string
  readonly reason?: string
  readonly at: string
}

/** What a decision says of the rows it is about. */
export const stateColumnsOf = (state: Expr, {batch, by, reason, at}: Decision): readonly DerivedColumn[] => [
  {name: '_state', expr: state},
  {name: '_state_batch', expr: literal(BigInt(batch), 'int64')},
  {name: '_state_by', expr: text(by)},
  {name: '_state_reason', expr: text(reason ?? null)},
  {name: '_state_at', expr: literal(at, 'timestamp')},
]

export async function settleRows({engine, quarantine, rows, columns, directory, signal}: RowsToSettle): Promise<SettledFiles> {
  const fields = evolveFields(quarantine.fields, [...quarantine.fields, ...missingFields(quarantine)])
  const replaced = await rowsWithoutKeys({engine, snapshot: quarantine, key: placeNames, keys: rows, fields, directory, signal})
  if (replaced.remove.length === 0) return {remove: [], files: [], fields}
  const settled = path.join(directory, 'settled')
  await mkdir(settled, {recursive: true, mode: 0o700})
  const after = {...quarantine, fields}
  const all = readableColumnsOf(after)
  const input = scanTable(quarantine, {columns: all, onlyKeys: keysOf(quarantine, replaced.remove)})
  const changed = new Map(columns.map(({name, expr}) => [name, expr]))
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input, where: isAmong(rows)},
    columns: all.map(({name}) => ({name, expr: changed.get(name) ?? column(name)})),
  }
  const lists = writableListsOf(after)
  const {outputs} = await engine.write([{name: 'settled', plan, columns: all, format: 'parquet', directory: settled, lists}], {
    signal,
    stagingDirectory: settled,
  })
  return {remove: replaced.remove, files: [...replaced.files, ...outputs.flatMap(({files}) => files)], fields}
}

const missingFields = ({fields}: Snapshot): readonly Field[] =>
  quarantineColumns.filter(({name}) => !fields.some((field) => field.name === name)).map(quarantineField)

function keysOf(snapshot: Snapshot, adds: readonly AddAction[]): ReadonlySet<string> {
  const entries = [...snapshot.files.values()]
  return new Set(
    tableFiles(snapshot)
      .filter((_, index) => adds.some((add) => add === entries[index]))
      .map(({key}) => key),
  )
}
