// Answers for few keys instead of for every row. Which keys repeat, and which a relation lacks, is found in one pass over the
// key columns alone, before the pass over the rows.
import type {SetExpr} from '../../expr/expr.ts'
import {columnsOf} from '../../expr/walk.ts'
import {compileExprs} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {col, type Dsl, isNotNull, isNull, not, nullOf, ternary} from './dsl.ts'
import {type FoundKeys, type KeyFrame, markKeys, materializeAllKeys} from './found-keys.ts'
import {type EngineContext, type Frame, filter, named, select, withColumns} from './frame.ts'
import {duplicatedKeys} from './repeated-rows.ts'

type Duplicated = Extract<SetExpr, {readonly kind: 'isDuplicated'}>
type ExistsIn = Extract<SetExpr, {readonly kind: 'existsIn'}>

interface Foreseen {
  readonly expr: Duplicated | ExistsIn
  readonly found: FoundKeys | undefined
}

/** By expression: for an `isDuplicated` the keys for which it is true; for an `existsIn` those for which it is false, or those in its list. */
export type ForeseenKeys = ReadonlyMap<SetExpr, Foreseen>

/** The keys of those expressions that can be answered so. */
export async function foreseeKeys(compiler: PlanCompiler, input: Frame, exprs: readonly SetExpr[]): Promise<ForeseenKeys> {
  const {context} = compiler
  const possible = exprs.filter((expr) => isPlainDuplicated(context, expr) || isOwnPresence(input, expr))
  if (possible.length === 0) return new Map()
  context.enter('compare keys')
  const frames = await Promise.all(possible.map((expr) => keysThatDecide(compiler, input, expr)))
  const found = materializeAllKeys(context, frames)
  return new Map(possible.map((expr, index) => [expr, {expr, found: found[index]}]))
}

/** Adds the column of an expression whose keys are known. */
export function addForeseen(context: EngineContext, {lazy, columns}: Frame, {expr, found}: Foreseen, name: string): Frame {
  const all = [...columns, {name, type: 'boolean'} as const]
  if (expr.kind === 'isDuplicated') return {lazy: markKeys(context, lazy, {keys: named(context, expr.key), found, name}), columns: all}
  const key = {name: context.newName(), of: keyOf(expr, columns)}
  const marked = markKeys(context, withColumns(context, lazy, [key]), {keys: named(context, [key.name]), found, name})
  const answer = isList(expr) ? col(name) : not(col(name))
  return {lazy: withColumns(context, marked, [{name, of: ternary(isNull(col(key.name)), nullOf('boolean'), answer)}]), columns: all}
}

function isPlainDuplicated({isLarge}: EngineContext, expr: SetExpr): expr is Duplicated {
  return expr.kind === 'isDuplicated' && expr.unlessSame === undefined && !isLarge
}

/** Of one column, and of nothing that still has to be joined. */
function isOwnPresence({columns}: Frame, expr: SetExpr): expr is ExistsIn {
  if (expr.kind !== 'existsIn' || expr.key.length !== 1) return false
  return columnsOf(expr).every((name) => columns.some((column) => column.name === name))
}

const isList = ({relation}: ExistsIn): boolean => relation.kind === 'values'

const keyOf = ({key: [key]}: ExistsIn, columns: Frame['columns']): Dsl => compileExprs(key === undefined ? [] : [key], columns)[0] ?? null

async function keysThatDecide(compiler: PlanCompiler, input: Frame, expr: Duplicated | ExistsIn): Promise<KeyFrame> {
  const {context} = compiler
  if (expr.kind === 'isDuplicated') return duplicatedKeys(context, input, expr.key)
  const relation = await compiler.compile(expr.relation)
  const there = keyFrame(context, relation, col(expr.on[0] ?? ''))
  if (isList(expr)) return distinct(there)
  const asked = keyFrame(context, input, keyOf(expr, input.columns))
  return distinct({...asked, lazy: asked.lazy.join(there.lazy, {leftOn: [...asked.names], rightOn: [...there.names], how: 'anti'})})
}

function keyFrame(context: EngineContext, {lazy}: Frame, of: Dsl): KeyFrame {
  const name = context.newName()
  return {lazy: filter(context, select(context, lazy, [{name, of}]), isNotNull(col(name))), names: [name]}
}

const distinct = ({lazy, names}: KeyFrame): KeyFrame => ({lazy: lazy.unique({subset: [...names], keep: 'any'}), names})
