// Finds rows that repeat others, in passes of their own over the few columns concerned. Where whole rows are compared, a
// 64-bit hash first picks the suspects (8 bytes a row instead of the row) and then the rows themselves decide; so it is for the
// keys of a large input, at the cost of reading them once more.
import type {LazyDataFrame} from 'nodejs-polars'
import {alias, all, binary, col, hash, int64, isNotNull, rowCount, struct} from './dsl.ts'
import {type EngineContext, type Frame, filter, type NamedDsl, select, selectNames, withColumns} from './frame.ts'
import {lower} from './lower.ts'

/** Keys (or row numbers) of repeated rows, each once, under these names. */
export interface RepeatedRows {
  readonly lazy: LazyDataFrame
  readonly names: readonly string[]
}

async function repeatedRows(context: EngineContext, rows: LazyDataFrame, names: readonly string[]): Promise<RepeatedRows | undefined> {
  const {lazy, rows: count} = context.materialize(selectNames(context, rows, names))
  return count === 0 ? undefined : {lazy, names}
}

/** Keys that two or more rows share; undefined when there are none. Rows equal in all `unlessSame` columns count once. */
export async function findDuplicates(
  context: EngineContext,
  input: Frame,
  key: readonly string[],
  unlessSame: readonly string[] | undefined,
): Promise<RepeatedRows | undefined> {
  context.enter('find duplicates')
  const keys = renamed(context, key)
  const others = renamed(context, unlessSame ?? [])
  const keyNames = keys.map(({name}) => name)
  const rows = keyed(context, input.lazy, keys, others)
  const candidates = unlessSame === undefined && !context.isLarge ? rows : await suspects(context, rows, keyNames)
  if (candidates === undefined) return undefined
  const distinct = unlessSame === undefined ? candidates : candidates.unique({subset: [...keyNames, ...others.map(({name}) => name)]})
  return repeatedRows(context, countAbove1(context, distinct, keyNames), keyNames)
}

/** 0-based row numbers of all rows but the first among those with the same non-null key and equal columns. */
export async function findRepeats(
  context: EngineContext,
  input: Frame,
  key: readonly string[],
  columns: readonly string[],
): Promise<RepeatedRows | undefined> {
  context.enter('find repeated rows')
  const {pl} = context
  const index = context.newName()
  const keys = renamed(context, key)
  const all = [...keys, ...renamed(context, columns)]
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
  return repeatedRows(context, later, [index])
}

/** Rows whose key is complete, narrowed to what is compared. */
function keyed(context: EngineContext, lazy: LazyDataFrame, keys: readonly NamedDsl[], others: readonly NamedDsl[]): LazyDataFrame {
  return filter(context, select(context, lazy, [...keys, ...others]), all(keys.map(({name}) => isNotNull(col(name)))))
}

/** Rows that share the hash of `names` with another row; undefined when there are none. */
async function suspects(context: EngineContext, rows: LazyDataFrame, names: readonly string[]): Promise<LazyDataFrame | undefined> {
  const mark = context.newName()
  const hashed = withColumns(context, rows, [{name: mark, of: hash(struct(...names.map(col)))}])
  const shared = context.materialize(selectNames(context, countAbove1(context, selectNames(context, hashed, [mark]), [mark]), [mark]))
  return shared.rows === 0 ? undefined : hashed.join(shared.lazy, {leftOn: [mark], rightOn: [mark], how: 'semi'})
}

/** One row for each combination of `names` that occurs more than once. */
function countAbove1(context: EngineContext, rows: LazyDataFrame, names: readonly string[]): LazyDataFrame {
  const count = context.newName()
  const counted = rows
    .groupBy(
      names.map((name) => lower(context.pl, col(name))),
      false,
    )
    .agg(lower(context.pl, alias(rowCount, count)))
  return filter(context, counted, binary(col(count), 'Gt', int64(1)))
}

function renamed(context: EngineContext, names: readonly string[]): readonly NamedDsl[] {
  return names.map((name) => ({name: context.newName(), of: col(name)}))
}
