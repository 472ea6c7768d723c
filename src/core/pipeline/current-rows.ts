// What silver holds under the keys of a delivery, which its rows are compared with. Where the table is larger than the delivery,
// the delivery's keys are read first: files whose statistics rule them out are not read then, nor copied from a bucket.
import type {Snapshot} from '../delta/snapshot.ts'
import type {Engine} from '../engine/engine.ts'
import {column} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {scanTable} from '../lake/scan-table.ts'
import {filesThatMayHold} from './files-that-may-hold.ts'
import {headersIn, type PromotionInput, typedRows} from './plan-promotion.ts'

export interface ComparedTable {
  readonly engine: Engine
  readonly silver: Snapshot
  readonly input: PromotionInput
  readonly signal: AbortSignal
}

/** At least the rows of silver that have a key of the delivery, with the contract's columns. */
export async function currentRows({engine, silver, input, signal}: ComparedTable): Promise<Plan> {
  const {columns, keyColumns} = input.compiled
  const delivered = input.ready.reduce((sum, {record}) => sum + record.sizeBytes, 0)
  const held = [...silver.files.values()].reduce((sum, {size}) => sum + size, 0)
  if (silver.files.size < 2 || held <= delivered) return scanTable(silver, {columns})
  const rows = typedRows(input, headersIn(input))
  const keys: Plan = {kind: 'select', input: rows, columns: keyColumns.map((name) => ({name, expr: column(name)}))}
  const wanted = columns.filter(({name}) => keyColumns.includes(name))
  const files = await filesThatMayHold({engine, snapshot: silver, keys, signal}, wanted)
  return scanTable(silver, {columns, onlyKeys: new Set(files.map(({key}) => key))})
}
