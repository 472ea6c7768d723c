// Rows that others with the same key show to be wrong: an older version, a span in which another lies.
// Each is found in a pass of its own over the few columns concerned, and comes back as keys or as row numbers, of which there are few
// while data is sound.
import type {LazyDataFrame} from 'nodejs-polars'
import type {Expr, SetExpr} from '../../expr/expr.ts'
import {compileExprs} from './compile-expr.ts'
import {alias, all, any, binary, bool, call, cast, col, type Dsl, fillNull, int64, isNotNull} from './dsl.ts'
import {type FoundKeys, materializeKeys} from './found-keys.ts'
import {type EngineContext, type Frame, filter, type NamedDsl, named, select, selectNames, withColumns} from './frame.ts'
import {lower} from './lower.ts'

type Overlaps = Extract<SetExpr, {readonly kind: 'overlaps'}>

/** Keys together with the `by` of rows that are not the latest of their key. */
export function findSuperseded(context: EngineContext, input: Frame, key: readonly string[], by: string): FoundKeys | undefined {
  context.enter('compare keys')
  const [keys, own, first, last] = [named(context, key), ...namesFor(context, 3)]
  const names = keys.map(({name}) => name)
  const rows = present(context, input.lazy, [...keys, {name: own, of: col(by)}])
  const ends = grouped(context, rows, names, [
    {name: first, of: extreme('Min', own)},
    {name: last, of: extreme('Max', own)},
  ])
  const many = context.materialize(filter(context, ends, binary(col(first), 'Lt', col(last))))
  if (many.rows === 0) return undefined
  const older = filter(context, joined(rows, many.lazy, names), binary(col(own), 'Lt', col(last)))
  return materializeKeys(context, {lazy: selectNames(context, older, [...names, own]).unique(), names: [...names, own]})
}

/** Later than any time that there is. */
const forEver = int64(2n ** 62n)

/** 0-based row numbers of spans that meet another one of their key; however many meet, each is compared with its neighbours only. */
export function findOverlaps(context: EngineContext, input: Frame, {key, start, end, where, unlessSame}: Overlaps): FoundKeys | undefined {
  context.enter('compare spans')
  const [index, from, to, condition] = namesFor(context, 4)
  const [keys, same] = [named(context, key), named(context, unlessSame ?? [])]
  const names = keys.map(({name}) => name)
  const spans = select(context, input.lazy.withRowIndex(index), [
    ...keys,
    ...same,
    {name: index, of: col(index)},
    {name: from, of: cast(col(start), 'Int64')},
    {name: to, of: fillNull(cast(col(end), 'Int64'), forEver)},
    {name: condition, of: conditionOf(where, input)},
  ])
  const isSpan = all([...[...names, from].map((name) => isNotNull(col(name))), binary(col(from), 'LtEq', col(to)), col(condition)])
  const rows = filter(context, spans, isSpan)
  const whole = [...names, from, to, ...same.map(({name}) => name)]
  const apart = unlessSame === undefined ? rows : grouped(context, rows, whole, [{name: index, of: col(index)}])
  const suspects = context.materialize(keysWithMeetingNeighbours(context, apart, {names, from, to}))
  if (suspects.rows === 0) return undefined
  const few = apart.join(suspects.lazy, {leftOn: [...names], rightOn: [...names], how: 'semi'})
  const found = selectNames(context, meetingSpans(context, few, {names, from, to}), [index])
  return materializeKeys(context, {lazy: unlessSame === undefined ? found : found.explode(index), names: [index]})
}

interface Spans {
  readonly names: readonly string[]
  readonly from: string
  readonly to: string
}

const shifted = (of: Dsl, by: number): Dsl => call('Shift', of, int64(by))

/** Where any two spans of a key meet, two that follow each other do: one comparison with the next row finds the keys, without groups. */
function keysWithMeetingNeighbours(context: EngineContext, spans: LazyDataFrame, {names, from, to}: Spans): LazyDataFrame {
  const sorted = spans.sort([...names, from, to])
  const isSameKey = names.map((name) => binary(shifted(col(name), -1), 'Eq', col(name)))
  const [flag] = namesFor(context, 1)
  const flagged = withColumns(context, sorted, [{name: flag, of: all([...isSameKey, binary(shifted(col(from), -1), 'Lt', col(to))])}])
  return selectNames(context, filter(context, flagged, fillNull(col(flag), bool(false))), names).unique()
}

/** Sorted by start, a span meets an earlier one when it begins before the latest end so far, and a later one when the next begins before its own. */
function meetingSpans(context: EngineContext, spans: LazyDataFrame, {names, from, to}: Spans): LazyDataFrame {
  const overKey = (of: Dsl): Dsl => ({Over: {function: of, partition_by: names.map(col), order_by: null, mapping: 'GroupsToRows'}})
  const before = overKey(shifted(call({CumMax: {reverse: false}}, col(to)), 1))
  const after = overKey(shifted(col(from), -1))
  const meets = any([binary(before, 'Gt', col(from)), binary(after, 'Lt', col(to))])
  const [flag] = namesFor(context, 1)
  const flagged = withColumns(context, spans.sort([...names, from, to]), [{name: flag, of: fillNull(meets, bool(false))}])
  return filter(context, flagged, col(flag))
}

function conditionOf(where: Expr | undefined, {columns}: Frame): Dsl {
  const [condition = null] = where === undefined ? [bool(true)] : compileExprs([where], columns)
  return fillNull(condition, bool(false))
}

type FiveNames = readonly [string, string, string, string, string]

function namesFor(context: EngineContext, count: number): FiveNames {
  const name = (place: number): string => (place < count ? context.newName() : '')
  return [name(0), name(1), name(2), name(3), name(4)]
}

const extreme = (kind: 'Min' | 'Max', name: string): Dsl => ({Agg: {[kind]: {input: col(name), propagate_nans: false}}})

/** Rows without a null in any of the columns. */
function present(context: EngineContext, lazy: LazyDataFrame, columns: readonly NamedDsl[]): LazyDataFrame {
  return filter(context, select(context, lazy, columns), all(columns.map(({name}) => isNotNull(col(name)))))
}

function grouped(context: EngineContext, rows: LazyDataFrame, by: readonly string[], into: readonly NamedDsl[]): LazyDataFrame {
  return rows
    .groupBy(
      by.map((name) => lower(context.pl, col(name))),
      false,
    )
    .agg(...into.map(({name, of}) => lower(context.pl, alias(of, name))))
}

function joined(left: LazyDataFrame, right: LazyDataFrame, on: readonly string[]): LazyDataFrame {
  return left.join(right, {leftOn: [...on], rightOn: [...on], how: 'inner'})
}
