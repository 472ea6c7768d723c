// Rows that disagree with most rows of their key. Keys and values are counted together first, so what is held grows with
// their combinations, not with the rows; the value that won a key is then joined to its rows.
import type {LazyDataFrame} from 'nodejs-polars'
import type {SetExpr} from '../../expr/expr.ts'
import {alias, all, any, binary, bool, cast, col, type Dsl, int64, isNotNull, isNull, rowCount, sum} from './dsl.ts'
import {type EngineContext, type Frame, filter, leftJoin, named, select, selectNames, withColumns} from './frame.ts'
import {lower} from './lower.ts'

type Outvoted = Extract<SetExpr, {readonly kind: 'isOutvoted'}>

/** Adds the column `name`: whether the row's value lost the vote of its key. `input` has the columns that are compared. */
export function addOutvoted(
  context: EngineContext,
  input: Frame,
  lazy: LazyDataFrame,
  {expr, name}: {readonly expr: Outvoted; readonly name: string},
): LazyDataFrame {
  context.enter('compare keys')
  const {keys, winner, variants, votes} = votesOf(context, input, expr)
  const joined = leftJoin(context, lazy, named(context, expr.key), context.materialize(votes).lazy, keys)
  const differs = any([isNull(col(expr.of)), binary(col(expr.of), 'NotEq', col(winner))])
  const isLost = all([isNotNull(col(winner)), differs])
  const isUndecided = all([isNotNull(col(variants)), isNull(col(winner)), isNotNull(col(expr.of))])
  return withColumns(context, joined, [{name, of: any([isLost, isUndecided])}])
}

interface Votes {
  readonly keys: readonly string[]
  /** The column with the value that won; null where none did. */
  readonly winner: string
  /** The column with the number of values. */
  readonly variants: string
  /** Each key of which some rows may be bad, once. */
  readonly votes: LazyDataFrame
}

function votesOf(context: EngineContext, input: Frame, {key, of, minRows, percent, undecidedAreBad}: Outvoted): Votes {
  const {pl} = context
  const keyed = named(context, key)
  const keys = keyed.map(({name}) => name)
  const [winner, own, rows, variants] = [context.newName(), context.newName(), context.newName(), context.newName()]
  const by = (names: readonly string[]) => names.map((name) => lower(pl, col(name)))
  const complete = filter(
    context,
    select(context, input.lazy, [...keyed, {name: winner, of: col(of)}]),
    all(keys.map((name) => isNotNull(col(name)))),
  )
  const counted = complete.groupBy(by([...keys, winner]), false).agg(lower(pl, alias(rowCount, own)))
  const totals = counted
    .groupBy(by(keys), false)
    .agg(lower(pl, alias(sum(col(own)), rows)), lower(pl, alias(sum(cast(isNotNull(col(winner)), 'Int64')), variants)))
  const enough = filter(context, totals, binary(col(rows), 'GtEq', int64(minRows)))
  const both = counted.join(enough, {leftOn: [...keys], rightOn: [...keys], how: 'inner'})
  const isWon: Dsl = binary(times(col(own), 100), 'GtEq', times(col(rows), percent))
  const won = selectNames(context, filter(context, both, all([isNotNull(col(winner)), isWon])), [...keys, winner])
  const withWinner = enough.join(won, {leftOn: [...keys], rightOn: [...keys], how: 'left', coalesce: true})
  const isUndecided = undecidedAreBad === true ? binary(col(variants), 'Gt', int64(1)) : bool(false)
  const votes = filter(context, withWinner, any([isNotNull(col(winner)), isUndecided]))
  return {keys, winner, variants, votes: selectNames(context, votes, [...keys, winner, variants])}
}

/** Counts are 32 bits wide until they are multiplied. */
const times = (of: Dsl, factor: number): Dsl => binary(cast(of, 'Int64'), 'Multiply', int64(factor))
