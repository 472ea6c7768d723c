// Rows whose number lies far from the others of their key. Each key's quantiles are found first, in passes over its numbers alone, and
// joined to its rows: what is held beside the numbers grows with the keys.
import type {LazyDataFrame} from 'nodejs-polars'
import type {SetExpr} from '../../expr/expr.ts'
import {quantile} from './aggregate.ts'
import {compileExprs} from './compile-expr.ts'
import {alias, all, any, binary, bool, call, cast, col, type Dsl, fillNull, float64, int64, isNotNull, rowCount} from './dsl.ts'
import {type EngineContext, type Frame, filter, leftJoin, type NamedDsl, named, select, withColumns} from './frame.ts'
import {lower} from './lower.ts'

type FarOut = Extract<SetExpr, {readonly kind: 'isFarOut'}>

/** Of a normal distribution, the standard deviation over the median distance to the median. */
const perMedianDistance = 1.4826

/** Adds the column `name`. `input` has the columns that are compared; `frame` perhaps more. */
export function addFarOut(
  context: EngineContext,
  input: Frame,
  frame: Frame,
  {expr, name}: {readonly expr: FarOut; readonly name: string},
): LazyDataFrame {
  context.enter('compare numbers')
  const keys = keysOf(context, expr)
  const [number, own] = [context.newName(), context.newName()]
  const isJudged = all([isNotNull(col(expr.of)), conditionOf(expr, frame)])
  const numbers = filter(
    context,
    select(context, input.lazy, [
      ...keys,
      {name: number, of: cast(col(expr.of), 'Float64')},
      {name: own, of: all([isNotNull(col(expr.of)), conditionOf(expr, input)])},
    ]),
    all([...keys.map((key) => isNotNull(col(key.name))), col(own)]),
  )
  const {bounds, isFar} = boundsOf(context, numbers, {keys: keys.map((key) => key.name), number, expr})
  const joined = leftJoin(
    context,
    frame.lazy,
    keysOf(context, expr),
    context.materialize(bounds).lazy,
    keys.map((key) => key.name),
  )
  return withColumns(context, joined, [{name, of: fillNull(all([isJudged, isFar(cast(col(expr.of), 'Float64'))]), bool(false))}])
}

/** Its key, or one that all rows share. */
const keysOf = (context: EngineContext, {key}: FarOut): readonly NamedDsl[] =>
  key.length === 0 ? [{name: context.newName(), of: int64(0)}] : named(context, key)

function conditionOf({where}: FarOut, {columns}: Frame): Dsl {
  const [condition = null] = where === undefined ? [bool(true)] : compileExprs([where], columns)
  return fillNull(condition, bool(false))
}

interface Numbers {
  readonly keys: readonly string[]
  readonly number: string
  readonly expr: FarOut
}

interface Bounds {
  /** The keys that are judged, each once, with their quantiles. */
  readonly bounds: LazyDataFrame
  /** Whether a number lies far out; null where its key is not judged. */
  isFar(number: Dsl): Dsl
}

function boundsOf(context: EngineContext, numbers: LazyDataFrame, of: Numbers): Bounds {
  return of.expr.method === 'iqr' ? betweenQuartiles(context, numbers, of) : aroundMedian(context, numbers, of)
}

function betweenQuartiles(context: EngineContext, numbers: LazyDataFrame, {keys, number, expr}: Numbers): Bounds {
  const [low, high, rows] = [context.newName(), context.newName(), context.newName()]
  const quartiles = grouped(context, numbers, keys, [
    {name: low, of: quantile(col(number), 0.25)},
    {name: high, of: quantile(col(number), 0.75)},
    {name: rows, of: rowCount},
  ])
  const bounds = filter(context, quartiles, all([atLeast(rows, expr.minRows), binary(col(low), 'Lt', col(high))]))
  const reach = binary(float64(expr.limit), 'Multiply', minus(col(high), col(low)))
  const isFar = (of: Dsl): Dsl => any([binary(minus(col(low), of), 'Gt', reach), binary(minus(of, col(high)), 'Gt', reach)])
  return {bounds, isFar}
}

function aroundMedian(context: EngineContext, numbers: LazyDataFrame, {keys, number, expr}: Numbers): Bounds {
  const [middle, usual, rows] = [context.newName(), context.newName(), context.newName()]
  const medians = grouped(context, numbers, keys, [
    {name: middle, of: quantile(col(number), 0.5)},
    {name: rows, of: rowCount},
  ])
  const judged = context.materialize(filter(context, medians, atLeast(rows, expr.minRows))).lazy
  const both = numbers.join(judged, {leftOn: [...keys], rightOn: [...keys], how: 'inner'})
  const apart = select(context, both, [
    ...[...keys, middle].map((name) => ({name, of: col(name)})),
    {name: number, of: distance(col(number), middle)},
  ])
  const distances = grouped(context, apart, [...keys, middle], [{name: usual, of: quantile(col(number), 0.5)}])
  const bounds = filter(context, distances, binary(col(usual), 'Gt', float64(0)))
  const reach = binary(float64(perMedianDistance * expr.limit), 'Multiply', col(usual))
  return {bounds, isFar: (of) => binary(distance(of, middle), 'Gt', reach)}
}

const minus = (left: Dsl, right: Dsl): Dsl => binary(left, 'Minus', right)
const distance = (of: Dsl, from: string): Dsl => call('Abs', minus(of, col(from)))
const atLeast = (rows: string, least: number): Dsl => binary(col(rows), 'GtEq', int64(least))

function grouped(context: EngineContext, rows: LazyDataFrame, by: readonly string[], into: readonly NamedDsl[]): LazyDataFrame {
  return rows
    .groupBy(
      by.map((name) => lower(context.pl, col(name))),
      false,
    )
    .agg(...into.map(({name, of}) => lower(context.pl, alias(of, name))))
}
