// Keys that a pass of their own has found, and the column that says which rows have one of them. Where they are few, as they
// are while data is sound, rows are compared with a list of them: a join copies every column of the row and costs ten times
// as much.
import type {LazyDataFrame} from 'nodejs-polars'
import {bool, col, fillNull, isNotNull} from './dsl.ts'
import {type EngineContext, leftJoin, type NamedDsl, selectNames, withColumns} from './frame.ts'
import {isListed} from './load-polars.ts'
import {lower} from './lower.ts'
import {collect, type Materialized} from './run.ts'

/** Keys, each once, in columns of these names. */
export interface KeyFrame {
  readonly lazy: LazyDataFrame
  readonly names: readonly string[]
}

/** Computed; at least one. */
export type FoundKeys = KeyFrame & Materialized

/** Each block of rows makes the list searchable anew: with four times as many keys a join is cheaper. */
const maxListed = 16_384

/** Undefined when there are none. */
export function materializeKeys(context: EngineContext, keys: KeyFrame): FoundKeys | undefined {
  const [only] = materializeAllKeys(context, [keys])
  return only
}

/** The same for several at once: what they read is read once. */
export function materializeAllKeys(context: EngineContext, all: readonly KeyFrame[]): readonly (FoundKeys | undefined)[] {
  const found = context.materializeAll(all.map(({lazy}) => lazy))
  return found.map((one, index) => (one.rows === 0 ? undefined : {...one, names: all[index]?.names ?? []}))
}

/** Adds the column `name`: whether the row's key, complete, is one of those found. */
export function markKeys(
  context: EngineContext,
  lazy: LazyDataFrame,
  {keys, found, name}: {readonly keys: readonly NamedDsl[]; readonly found: FoundKeys | undefined; readonly name: string},
): LazyDataFrame {
  if (found === undefined) return withColumns(context, lazy, [{name, of: bool(false)}])
  const [key, ...others] = keys
  if (key !== undefined && others.length === 0 && found.rows <= maxListed) return markListed(context, lazy, {key, found, name})
  const mark = context.newName()
  const right = withColumns(context, found.lazy, [{name: mark, of: bool(true)}])
  return withColumns(context, leftJoin(context, lazy, keys, right, found.names), [{name, of: isNotNull(col(mark))}])
}

function markListed(
  context: EngineContext,
  lazy: LazyDataFrame,
  {key, found, name}: {readonly key: NamedDsl; readonly found: FoundKeys; readonly name: string},
): LazyDataFrame {
  const list = collect(selectNames(context, found.lazy, found.names)).toSeries(0)
  const isIn = isListed(context.pl, lower(context.pl, col(key.name)), list, name)
  return withColumns(context, withColumns(context, lazy, [key]).withColumns(isIn), [{name, of: fillNull(col(name), bool(false))}])
}
