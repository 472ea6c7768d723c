// Copy-on-write by key: the files of a table that hold one of the given keys, and all other rows of those files, written anew with
// every column the table has. Files whose statistics rule the keys out are not read; of the others first the key columns alone.
import type {AddAction} from '../delta/actions.ts'
import {boundsAny, hasExactBounds, type KeyBounds, mayHold} from '../delta/prune-files.ts'
import type {Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {tableFiles} from '../delta/table-files.ts'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {column, type Expr} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import {writeSurvivors} from './write-survivors.ts'

export interface Replaced {
  /** Files of the snapshot that hold a row with one of the keys. */
  readonly remove: readonly AddAction[]
  /** Their other rows, written anew. */
  readonly files: readonly WrittenFile[]
  /** Keys of the files in `remove`. */
  readonly keys: ReadonlySet<string>
}

/** Nothing that is there has to go. */
export const nothingReplaced: Replaced = {remove: [], files: [], keys: new Set()}

export interface KeyedRows {
  readonly engine: Engine
  readonly snapshot: Snapshot
  /** Columns of the table that make the key. */
  readonly key: readonly string[]
  /** Rows that have the keys, under the same names. */
  readonly keys: Plan
  /** Columns of the rows that are written anew. */
  readonly fields: readonly Field[]
  /** Private folder for them; made when it is not there. */
  readonly directory: string
  readonly signal: AbortSignal
}

export async function rowsWithoutKeys(request: KeyedRows): Promise<Replaced> {
  const {engine, snapshot, fields, directory, signal} = request
  const touched = await filesWithKeys(request)
  if (touched.length === 0) return nothingReplaced
  const keys = new Set(touched.map((file) => file.key))
  const files = await writeSurvivors({engine, snapshot, touched: keys, where: keyIsIn(request), fields, directory, signal})
  return {remove: touched.map((file) => file.add), files, keys}
}

/** A key that is null is none of the given ones. */
const keyIsIn = ({key, keys}: KeyedRows): Expr => ({kind: 'existsIn', key: key.map(column), relation: keys, on: key})

interface HeldFile {
  readonly key: string
  readonly add: AddAction
}

async function filesWithKeys(request: KeyedRows): Promise<readonly HeldFile[]> {
  const {engine, snapshot, key, signal} = request
  const columns = readableColumnsOf(snapshot).filter(({name}) => key.includes(name))
  const files = await filesToRead(request, columns)
  const counts = await engine.measure(
    files.map((file) => ({
      id: file.key,
      input: scanTable(snapshot, {columns, onlyKeys: new Set([file.key])}),
      aggregates: [{name: 'found', function: 'countIf', of: keyIsIn(request)}],
    })),
    {signal},
  )
  const hit = new Set(counts.filter((count) => Number(count.values.found) > 0).map((count) => count.id))
  return files.filter((file) => hit.has(file.key))
}

/** Files that may hold a key by their statistics. */
async function filesToRead({engine, snapshot, keys, signal}: KeyedRows, columns: readonly PlanColumn[]): Promise<readonly HeldFile[]> {
  const adds = [...snapshot.files.values()]
  const files = tableFiles(snapshot).flatMap((file, index) => {
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
  const [measured] = await engine.measure([{id: 'key bounds', input: keys, aggregates}], {signal})
  const bounds = exact.map(({name, type}): KeyBounds => {
    const at = (side: 'min' | 'max') => measured?.values[`${side} ${name}`] ?? null
    return {column: name, type, min: at('min'), max: at('max')}
  })
  return files.filter(({add}) => mayHold(add, bounds))
}
