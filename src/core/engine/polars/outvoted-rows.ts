// Rows that disagree with most rows of their key. Keys and values are counted together first, so what is held grows with
// their combinations, not with the rows; the value that won a key is then joined to its rows.
import type {LazyDataFrame} from 'nodejs-polars'
import type {SetExpr} from '../../expr/expr.ts'
import {alias, all, any, binary, cast, col, type Dsl, int64, isNotNull, isNull, rowCount, sum} from './dsl.ts'
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
  const {keys, winner, winners} = winnersOf(context, input, expr)
  const joined = leftJoin(context, lazy, named(context, expr.key), context.materialize(winners).lazy, keys)
  const differs = any([isNull(col(expr.of)), binary(col(expr.of), 'NotEq', col(winner))])
  return withColumns(context, joined, [{name, of: all([isNotNull(col(winner)), differs])}])
}

/** The keys whose vote is won, each once, and the winning value. */
function winnersOf(
  context: EngineContext,
  input: Frame,
  {key, of, minRows, percent}: Outvoted,
): {readonly keys: readonly string[]; readonly winner: string; readonly winners: LazyDataFrame} {
  const {pl} = context
  const keyed = named(context, key)
  const keys = keyed.map(({name}) => name)
  const [winner, votes, rows] = [context.newName(), context.newName(), context.newName()]
  const by = (names: readonly string[]) => names.map((name) => lower(pl, col(name)))
  const complete = filter(
    context,
    select(context, input.lazy, [...keyed, {name: winner, of: col(of)}]),
    all(keys.map((name) => isNotNull(col(name)))),
  )
  const counted = complete.groupBy(by([...keys, winner]), false).agg(lower(pl, alias(rowCount, votes)))
  const totals = counted.groupBy(by(keys), false).agg(lower(pl, alias(sum(col(votes)), rows)))
  const both = counted.join(totals, {leftOn: [...keys], rightOn: [...keys], how: 'inner'})
  const isWon: Dsl = binary(times(col(votes), 100), 'GtEq', times(col(rows), percent))
  const won = filter(context, both, all([isNotNull(col(winner)), binary(col(rows), 'GtEq', int64(minRows)), isWon]))
  return {keys, winner, winners: selectNames(context, won, [...keys, winner])}
}

/** Counts are 32 bits wide until they are multiplied. */
const times = (of: Dsl, factor: number): Dsl => binary(cast(of, 'Int64'), 'Multiply', int64(factor))
