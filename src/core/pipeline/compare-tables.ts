// What a rebuilt table has that the present one lacks, and the other way round: counts only. Rows are the same row when their
// key is, or for tables without one, when they come from the same record of the same file.

import type {Snapshot} from '../delta/snapshot.ts'
import {rowCount, tableFiles} from '../delta/table-files.ts'
import type {Engine} from '../engine/engine.ts'
import {column, type Expr, not} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import type {RowDifference} from '../model/run.ts'

const originKey = ['_batch', '_file', '_row']

export interface ComparedTables {
  readonly engine: Engine
  readonly signal: AbortSignal
  /** Undefined where there is no table. */
  readonly before: Snapshot | undefined
  readonly after: Snapshot | undefined
  /** Empty: where each row came from. */
  readonly key: readonly string[]
  /** Columns that tell nothing about the row itself. */
  readonly ignored: readonly string[]
}

/** Only the rows before and after when the present table's files cannot all be found: then nothing can be compared with them. */
export async function compareTables({engine, signal, before, after, key, ignored}: ComparedTables): Promise<RowDifference> {
  const rows = {before: before ? (rowCount(before) ?? 0) : 0, after: after ? (rowCount(after) ?? 0) : 0}
  if (!before || !after || rows.before === 0 || rows.after === 0) return {...rows, added: rows.after, removed: rows.before, changed: 0}
  if (!(await hasAllFiles(before))) return rows
  const shapes = compareColumns(before, after, ignored)
  const isKeyShared = key.length > 0 && key.every((name) => shapes.shared.some((one) => one.name === name))
  const on = isKeyShared ? key : originKey
  const [old, now] = [scanTable(before, {columns: shapes.shared}), scanTable(after, {columns: shapes.shared})]
  const same: Expr = {kind: 'isSameIn', key: on, relation: old, columns: shapes.shared.map(({name}) => name)}
  const [inNew, inOld] = await engine.measure(
    [
      {id: 'new', input: now, aggregates: [countIf('added', not(isIn(on, old))), countIf('same', same)]},
      {id: 'old', input: old, aggregates: [countIf('removed', not(isIn(on, now)))]},
    ],
    {signal},
  )
  const added = Number(inNew?.values.added ?? 0)
  const unchanged = shapes.isSameShape ? Number(inNew?.values.same ?? 0) : 0
  return {...rows, added, removed: Number(inOld?.values.removed ?? 0), changed: rows.after - added - unchanged}
}

const countIf = (name: string, of: Expr) => ({name, function: 'countIf', of}) as const
const isIn = (key: readonly string[], relation: Plan): Expr => ({kind: 'existsIn', key: key.map(column), relation, on: key})

async function hasAllFiles(snapshot: Snapshot): Promise<boolean> {
  for (const {key} of tableFiles(snapshot)) if (!(await snapshot.store.head(key))) return false
  return true
}

/** Columns that both have with one type. A column that only one has, or that changed its type, makes every row another one. */
function compareColumns(before: Snapshot, after: Snapshot, ignored: readonly string[]) {
  const counts = ({name}: PlanColumn) => !ignored.includes(name)
  const old = new Map(
    readableColumnsOf(before)
      .filter(counts)
      .map((one) => [one.name, JSON.stringify(one.type)]),
  )
  const now = readableColumnsOf(after).filter(counts)
  const shared = now.filter(({name, type}) => old.get(name) === JSON.stringify(type))
  return {shared, isSameShape: shared.length === now.length && now.length === old.size}
}
