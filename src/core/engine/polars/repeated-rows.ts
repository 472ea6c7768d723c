// Finds rows that repeat others, in passes of their own over the few columns concerned. Where whole rows are compared, a
// 64-bit hash first picks the suspects (8 bytes a row instead of the row) and then the rows themselves decide; so it is for the
// keys of a large input, at the cost of reading them once more.
import type {LazyDataFrame} from 'nodejs-polars'
import {alias, all, binary, col, hash, int64, isNotNull, rowCount, struct} from './dsl.ts'
import {type FoundKeys, type KeyFrame, materializeKeys} from './found-keys.ts'
import {type EngineContext, type Frame, filter, type NamedDsl, named, select, selectNames, withColumns} from './frame.ts'
import {lower} from './lower.ts'

/** Keys that two or more rows share; undefined when there are none. Rows equal in all `unlessSame` columns count once. */
export async function findDuplicates(
  context: EngineContext,
  input: Frame,
  key: readonly string[],
  unlessSame: readonly string[] | undefined,
): Promise<FoundKeys | undefined> {
  context.enter('compare keys')
  if (unlessSame === undefined && !context.isLarge) return materializeKeys(context, duplicatedKeys(context, input, key))
  const keys = named(context, key)
  const others = named(context, unlessSame ?? [])
  const keyNames = keys.map(({name}) => name)
  const candidates = await suspects(context, keyed(context, input.lazy, keys, others), keyNames)
  if (candidates === undefined) return undefined
  const distinct = unlessSame === undefined ? candidates : candidates.unique({subset: [...keyNames, ...others.map(({name}) => name)]})
  return materializeKeys(context, {lazy: repeated(context, distinct, keyNames), names: keyNames})
}

/** The keys that two or more rows share, not computed yet; memory holds all keys while they are. */
export function duplicatedKeys(context: EngineContext, input: Frame, key: readonly string[]): KeyFrame {
  const keys = named(context, key)
  const names = keys.map(({name}) => name)
  return {lazy: repeated(context, keyed(context, input.lazy, keys, []), names), names}
}

/** 0-based row numbers of all rows but the first among those with the same non-null key and equal columns. */
export async function findRepeats(
  context: EngineContext,
  input: Frame,
  key: readonly string[],
  columns: readonly string[],
): Promise<FoundKeys | undefined> {
  context.enter('compare rows')
  const {pl} = context
  const index = context.newName()
  const keys = named(context, key)
  const all = [...keys, ...named(context, columns)]
  const names = all.map(({name}) => name)
  const rows = keyed(context, input.lazy.withRowIndex(index), keys, [...all.slice(keys.length), {name: index, of: col(index)}])
  const candidates = await suspects(context, rows, names)
  if (candidates === undefined) return undefined
  const few = context.materialize(candidates).lazy
  const first = context.newName()
  const firsts = few
    .groupBy(
      names.map((name) => lower(pl, col(name))),
      false,
    )
    .agg(lower(pl, alias({Agg: {Min: {input: col(index), propagate_nans: false}}}, first)))
  const later = selectNames(context, few, [index]).join(selectNames(context, firsts, [first]), {
    leftOn: [index],
    rightOn: [first],
    how: 'anti',
  })
  return materializeKeys(context, {lazy: later, names: [index]})
}

/** Rows whose key is complete, narrowed to what is compared. */
function keyed(context: EngineContext, lazy: LazyDataFrame, keys: readonly NamedDsl[], others: readonly NamedDsl[]): LazyDataFrame {
  return filter(context, select(context, lazy, [...keys, ...others]), all(keys.map(({name}) => isNotNull(col(name)))))
}

/** Rows that share the hash of `names` with another row; undefined when there are none. */
async function suspects(context: EngineContext, rows: LazyDataFrame, names: readonly string[]): Promise<LazyDataFrame | undefined> {
  const mark = context.newName()
  const hashed = withColumns(context, rows, [{name: mark, of: hash(struct(...names.map(col)))}])
  const shared = context.materialize(repeated(context, selectNames(context, hashed, [mark]), [mark]))
  return shared.rows === 0 ? undefined : hashed.join(shared.lazy, {leftOn: [mark], rightOn: [mark], how: 'semi'})
}

/** The combinations of `names` that occur more than once, each once. */
function repeated(context: EngineContext, rows: LazyDataFrame, names: readonly string[]): LazyDataFrame {
  const count = context.newName()
  const counted = rows
    .groupBy(
      names.map((name) => lower(context.pl, col(name))),
      false,
    )
    .agg(lower(context.pl, alias(rowCount, count)))
  return selectNames(context, filter(context, counted, binary(col(count), 'Gt', int64(1))), names)
}
