// Keys that a pass of their own has found, and the column that says which rows have one of them. They are few while data is
// sound, so joining them costs little. (Comparing with a list of them took 2 % less time and a third more memory.)
import type {LazyDataFrame} from 'nodejs-polars'
import {bool, col, isNotNull} from './dsl.ts'
import {type EngineContext, leftJoin, type NamedDsl, withColumns} from './frame.ts'
import type {Materialized} from './run.ts'

/** Keys, each once, in columns of these names. */
export interface KeyFrame {
  readonly lazy: LazyDataFrame
  readonly names: readonly string[]
}

/** Computed; at least one. */
export type FoundKeys = KeyFrame & Materialized

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
  const mark = context.newName()
  const right = withColumns(context, found.lazy, [{name: mark, of: bool(true)}])
  return withColumns(context, leftJoin(context, lazy, keys, right, found.names), [{name, of: isNotNull(col(mark))}])
}
