// The value of the row before, among those of the same key in the order of a column; nulls sort first. One sort over the few columns concerned puts each
// row behind its predecessor; the answers come back by row number.
import type {LazyDataFrame} from 'nodejs-polars'
import type {ScalarType, SetExpr} from '../../expr/expr.ts'
import {compileExprs} from './compile-expr.ts'
import {all, binary, bool, call, col, type Dsl, fillNull, int64, isNotNull, nullOf, ternary} from './dsl.ts'
import {type EngineContext, type Frame, filter, leftJoin, named, select, selectNames, withColumns} from './frame.ts'

type Previous = Extract<SetExpr, {readonly kind: 'previous'}>

const before = (of: Dsl): Dsl => call('Shift', of, int64(1))

/** Adds the column `name` of this type. `input` has the columns concerned; `lazy` perhaps more. */
export function addPrevious(
  context: EngineContext,
  input: Frame,
  lazy: LazyDataFrame,
  {expr, name, type}: {readonly expr: Previous; readonly name: string; readonly type: ScalarType},
): LazyDataFrame {
  context.enter('compare rows')
  const keys = named(context, expr.key)
  const [index, order, value, condition] = [context.newName(), context.newName(), context.newName(), context.newName()]
  const [where = null] = expr.where === undefined ? [bool(true)] : compileExprs([expr.where], input.columns)
  const considered = select(context, input.lazy.withRowIndex(index), [
    ...keys,
    {name: order, of: col(expr.by)},
    {name: value, of: col(expr.of)},
    {name: index, of: col(index)},
    {name: condition, of: fillNull(where, bool(false))},
  ])
  const names = keys.map((key) => key.name)
  const rows = filter(context, considered, all([...[...names, order].map((one) => isNotNull(col(one))), col(condition)]))
  const isSameKey = all(names.map((one) => fillNull(binary(before(col(one)), 'Eq', col(one)), bool(false))))
  const taken = {name, of: ternary(isSameKey, before(col(value)), nullOf(type))}
  const behind = withColumns(context, rows.sort([...names, order, value, index]), [taken])
  const found = context.materialize(filter(context, selectNames(context, behind, [index, name]), isNotNull(col(name))))
  const number = context.newName()
  return leftJoin(context, lazy.withRowIndex(number), named(context, [number]), found.lazy, [index])
}
