// Copy-on-write by key: the files of a table that hold one of the given keys, and all other rows of those files, written anew with
// every column the table has. Files whose statistics rule the keys out are not read; of the others the key columns alone, once.
import type {AddAction} from '../delta/actions.ts'
import type {Field} from '../delta/schema.ts'
import type {WrittenFile} from '../engine/engine.ts'
import {column, compare, type Expr, literal} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import {filesThatMayHold, type HeldFile, type WantedKeys} from './files-that-may-hold.ts'
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

export interface KeyedRows extends WantedKeys {
  /** Columns of the table that make the key. */
  readonly key: readonly string[]
  /** Columns of the rows that are written anew. */
  readonly fields: readonly Field[]
  /** Private folder for them; made when it is not there. */
  readonly directory: string
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

/** One pass over the key columns of all files that may hold a key: each row that has one says which file it is of. */
async function filesWithKeys(request: KeyedRows): Promise<readonly HeldFile[]> {
  const {engine, snapshot, key, signal} = request
  const columns = readableColumnsOf(snapshot).filter(({name}) => key.includes(name))
  const files = await filesThatMayHold(request, columns)
  if (files.length === 0) return []
  const numbers = new Map(files.map((file, index) => [file.key, BigInt(index)]))
  const rows = scanTable(snapshot, {columns, onlyKeys: new Set(numbers.keys()), numbered: {as: fileNumber, numbers}})
  const having: Plan = {kind: 'filter', input: rows, where: keyIsIn(request)}
  const aggregates = [...numbers].map(([name, number]) => ({
    name,
    function: 'countIf' as const,
    of: compare(column(fileNumber), '=', literal(number, 'int64')),
  }))
  const [found] = await engine.measure([{id: 'files with keys', input: having, aggregates}], {signal})
  return files.filter((file) => Number(found?.values[file.key]) > 0)
}

/** No column of a table has this name. */
const fileNumber = '\u0000number of the file'
