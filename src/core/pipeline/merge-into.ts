// Insert or update by primary key: rows whose key the batch carries leave the files they are in, copy-on-write, and only files
// that hold such a key are rewritten. The batch's own rows are already free of repeats and of rows that change nothing.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import type {AddAction} from '../delta/actions.ts'
import {boundsAny, hasExactBounds, type KeyBounds, mayHold} from '../delta/prune-files.ts'
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
  const touched = await touchedFiles(work, silver, accepted, columns)
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

interface HeldFile {
  readonly key: string
  readonly add: AddAction
}

/** Files that hold a row to replace: those whose statistics rule that out are not read, of the others the key columns alone. */
async function touchedFiles(work: BatchWork, silver: Snapshot, accepted: readonly WrittenFile[], columns: readonly PlanColumn[]) {
  const engine = await work.context.workspace.engine()
  const {signal} = work.context.run
  const key = primaryKey(work.pins.contract)
  const keyColumns = columns.filter(({name}) => key.includes(name))
  const files = await filesToRead(engine, silver, accepted, {columns: keyColumns, signal})
  const isReplaced = keyIsIn(work, scanFiles(accepted, keyColumns))
  const counts = await engine.measure(
    files.map((file) => ({
      id: file.key,
      input: scanTable(silver, {columns: keyColumns, onlyKeys: new Set([file.key])}),
      aggregates: [{name: 'replaced', function: 'countIf', of: isReplaced}],
    })),
    {signal},
  )
  const hit = new Set(counts.filter((count) => Number(count.values.replaced) > 0).map((count) => count.id))
  return files.filter((file) => hit.has(file.key))
}

interface KeyScan {
  readonly columns: readonly PlanColumn[]
  readonly signal: AbortSignal
}

async function filesToRead(
  engine: Engine,
  silver: Snapshot,
  accepted: readonly WrittenFile[],
  {columns, signal}: KeyScan,
): Promise<readonly HeldFile[]> {
  const adds = [...silver.files.values()]
  const files = tableFiles(silver).flatMap((file, index) => {
    const add = adds[index]
    return add ? [{key: file.key, add}] : []
  })
  const exact = columns.filter(({type}) => hasExactBounds(type))
  const names = exact.map(({name}) => name)
  if (!adds.some((add) => boundsAny(add, names))) return files
  const aggregates = names.flatMap((name) => [
    {name: `min ${name}`, function: 'min' as const, of: column(name)},
    {name: `max ${name}`, function: 'max' as const, of: column(name)},
  ])
  const [measured] = await engine.measure([{id: 'key bounds', input: scanFiles(accepted, columns), aggregates}], {signal})
  const bounds = exact.map(({name, type}): KeyBounds => {
    const at = (side: 'min' | 'max') => measured?.values[`${side} ${name}`] ?? null
    return {column: name, type, min: at('min'), max: at('max')}
  })
  return files.filter(({add}) => mayHold(add, bounds))
}
