// Insert or update by primary key: rows whose key the batch carries leave the files they are in, copy-on-write, and only files
// that hold such a key are rewritten. The batch's own rows are already free of repeats and of rows that change nothing.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import type {AddAction} from '../delta/actions.ts'
import type {Field} from '../delta/schema.ts'
import {type Snapshot, tableFiles} from '../delta/snapshot.ts'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {column, type Expr, not} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {scanTable} from '../lake/scan-table.ts'
import {primaryKey} from '../model/contract.ts'
import type {BatchWork} from './promote-batch.ts'

export interface Replaced {
  /** Files of the snapshot that hold a row to replace. */
  readonly remove: readonly AddAction[]
  /** Their other rows, written anew. */
  readonly files: readonly WrittenFile[]
}

export async function mergeInto(
  work: BatchWork,
  silver: Snapshot,
  accepted: readonly WrittenFile[],
  fields: readonly Field[],
): Promise<Replaced> {
  if (accepted.length === 0 || silver.files.size === 0) return {remove: [], files: []}
  const engine = await work.context.workspace.engine()
  const columns = fields.flatMap(({name, type}): PlanColumn[] => (typeof type === 'object' && type.kind === 'list' ? [] : [{name, type}]))
  const isReplaced = keyIsIn(work, scanFiles(accepted, columns))
  const touched = await touchedFiles(engine, silver, columns, isReplaced, work.context.run.signal)
  if (touched.length === 0) return {remove: [], files: []}
  const directory = path.join(work.staging, 'survivors')
  await mkdir(directory, {recursive: true, mode: 0o700})
  const plan: Plan = {
    kind: 'filter',
    input: scanTable(silver, {columns, onlyKeys: new Set(touched.map((file) => file.key))}),
    where: not(isReplaced),
  }
  const {outputs} = await engine.write([{name: 'survivors', plan, columns, format: 'parquet', directory}], {
    signal: work.context.run.signal,
    stagingDirectory: directory,
  })
  return {remove: touched.map((file) => file.add), files: outputs.flatMap((output) => output.files)}
}

function keyIsIn({pins}: BatchWork, relation: Plan): Expr {
  const key = primaryKey(pins.contract)
  return {kind: 'existsIn', key: key.map(column), relation, on: key}
}

/** Rows that the engine wrote, before anything refers to the files. */
export function scanFiles(files: readonly WrittenFile[], columns: readonly PlanColumn[]): Plan {
  const binding = Object.fromEntries(columns.map(({name}) => [name, name]))
  return {kind: 'scan', columns, files: files.map((file) => ({path: file.path, format: {kind: 'parquet'}, binding, constants: {}}))}
}

async function touchedFiles(engine: Engine, silver: Snapshot, columns: readonly PlanColumn[], isReplaced: Expr, signal: AbortSignal) {
  const adds = [...silver.files.values()]
  const files = tableFiles(silver).flatMap((file, index) => {
    const add = adds[index]
    return add ? [{key: file.key, add}] : []
  })
  const counts = await engine.measure(
    files.map((file) => ({
      id: file.key,
      input: scanTable(silver, {columns, onlyKeys: new Set([file.key])}),
      aggregates: [{name: 'replaced', function: 'countIf', of: isReplaced}],
    })),
    {signal},
  )
  const hit = new Set(counts.filter((count) => Number(count.values.replaced) > 0).map((count) => count.id))
  return files.filter((file) => hit.has(file.key))
}
