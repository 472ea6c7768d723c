// A table of the reference engine: columns of values, all in memory.
import type {ScalarValue} from '../../../src/core/expr/expr.ts'
import type {PlanColumn} from '../../../src/core/expr/plan.ts'
import {fromScalar, toScalar, type Value} from './values.ts'

export interface Table {
  readonly columns: readonly PlanColumn[]
  readonly length: number
  readonly data: ReadonlyMap<string, readonly Value[]>
}

export type Rows = readonly Readonly<Record<string, ScalarValue>>[]

/** A missing key is null. */
export function tableOf(rows: Rows, columns: readonly PlanColumn[]): Table {
  const entries = columns.map(({name, type}) => [name, rows.map((row) => fromScalar(row[name] ?? null, type))] as const)
  return {columns, length: rows.length, data: new Map(entries)}
}

export function rowsOf(table: Table): Rows {
  return Array.from({length: table.length}, (_, index) =>
    Object.fromEntries(table.columns.map(({name, type}) => [name, toScalar(valuesOf(table, name)[index] ?? null, type)])),
  )
}

export function valuesOf(table: Table, name: string): readonly Value[] {
  const values = table.data.get(name)
  if (values === undefined) throw new Error(`no column ${name}`)
  return values
}

/** The rows for which `keep` says so, in order. */
export function keepRows(table: Table, keep: (index: number) => boolean): Table {
  const kept = Array.from({length: table.length}, (_, index) => index).filter(keep)
  const data = new Map([...table.data].map(([name, values]) => [name, kept.map((index) => values[index] ?? null)]))
  return {columns: table.columns, length: kept.length, data}
}
