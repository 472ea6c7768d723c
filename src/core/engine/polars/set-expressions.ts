// Expressions about other rows. Each becomes one more column before the expression that holds it is compiled; equal ones
// share it, and lookups of one key in one relation share the reading of the relation.
import {column, type Expr, type SetExpr} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {identityOf, isSetExpression, rewrite} from '../../expr/walk.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {bool, col, isNotNull} from './dsl.ts'
import {type Frame, withColumns} from './frame.ts'
import {inlineSmallRelations} from './inline-small-relations.ts'
import {addLookups, keysOf, type Lookup, leftJoin, onOf} from './lookups.ts'
import {findDuplicates, findRepeats, type RepeatedRows} from './repeated-rows.ts'

export interface Prepared {
  /** The input's rows in order, with the columns that `exprs` look at beside its own. */
  readonly frame: Frame
  /** The expressions without set expressions. */
  readonly exprs: readonly Expr[]
}

/** Replaces every set expression by a column of its values. */
export async function joinSetExpressions(compiler: PlanCompiler, input: Frame, exprs: readonly Expr[]): Promise<Prepared> {
  const wanted: Wanted[] = []
  const replace = (node: Expr): Expr => {
    const wide = isLongList(node) ? asRelation(node) : node
    return isSetExpression(wide) ? column(nameOf(compiler, wanted, wide)) : wide
  }
  const rewritten = (await inlineSmallRelations(compiler, exprs)).map((expr) => rewrite(expr, replace))
  let frame = input
  for (const group of groupsOf(wanted)) {
    frame = isOfLookups(group) ? await addLookups(compiler, frame, group) : await addOwnRows(compiler, input, frame, group)
  }
  return {frame, exprs: rewritten}
}

/** A set expression whose keys are free of others, and the column that gets its values. */
interface Wanted<E extends SetExpr = SetExpr> {
  readonly expr: E
  readonly name: string
  readonly identity: string
}

type IsIn = Extract<Expr, {readonly kind: 'isIn'}>

/** Longer lists of texts are joined: comparing with each costs 5 ms a value and million rows, a join about 300. */
const maxCompared = 40

function isLongList(expr: Expr): expr is IsIn {
  return expr.kind === 'isIn' && expr.type === 'string' && expr.values.length > maxCompared
}

function asRelation({of, values, type}: IsIn): Expr {
  const relation: Plan = {kind: 'values', columns: [{name: 'value', type}], rows: values.map((value) => [value])}
  return {kind: 'existsIn', key: [of], relation, on: ['value']}
}

/** The column for a set expression. `rewrite` comes from the leaves up, so those inside keys are wanted first. */
function nameOf(compiler: PlanCompiler, wanted: Wanted[], expr: SetExpr): string {
  const identity = identityOf(expr)
  const known = wanted.find((want) => want.identity === identity)
  if (known !== undefined) return known.name
  const name = compiler.context.newName()
  wanted.push({expr, name, identity})
  return name
}

type Group = readonly Wanted<Lookup>[] | Wanted<Exclude<SetExpr, Lookup>>

function isOfLookups(group: Group): group is readonly Wanted<Lookup>[] {
  return Array.isArray(group)
}

/** In the order of the first of each, so that what a key needs comes before it. */
function groupsOf(wanted: readonly Wanted[]): readonly Group[] {
  const groups: Group[] = []
  const lookups = new Map<string, Wanted<Lookup>[]>()
  for (const {expr, name, identity} of wanted) {
    if (expr.kind === 'isDuplicated' || expr.kind === 'isRepeat') {
      groups.push({expr, name, identity})
      continue
    }
    const place = identityOf([keysOf(expr), onOf(expr), expr.relation])
    const known = lookups.get(place)
    if (known === undefined) {
      const group = [{expr, name, identity}]
      lookups.set(place, group)
      groups.push(group)
    } else known.push({expr, name, identity})
  }
  return groups
}

/** Adds the column of an expression about the input's own rows. */
async function addOwnRows(
  compiler: PlanCompiler,
  input: Frame,
  frame: Frame,
  {expr, name}: Wanted<Exclude<SetExpr, Lookup>>,
): Promise<Frame> {
  const {context} = compiler
  const columns = [...frame.columns, {name, type: 'boolean'} as const]
  const repeated =
    expr.kind === 'isDuplicated'
      ? await findDuplicates(context, input, expr.key, expr.unlessSame)
      : await findRepeats(context, input, expr.key, expr.columns)
  if (repeated === undefined) return {lazy: withColumns(context, frame.lazy, [{name, of: bool(false)}]), columns}
  const number = context.newName()
  const left = expr.kind === 'isRepeat' ? frame.lazy.withRowIndex(number) : frame.lazy
  const keys = expr.kind === 'isDuplicated' ? expr.key : [number]
  return {lazy: mark(compiler, left, keys, repeated, name), columns}
}

function mark(compiler: PlanCompiler, left: Frame['lazy'], keys: readonly string[], repeated: RepeatedRows, name: string): Frame['lazy'] {
  const {context} = compiler
  const found = context.newName()
  const right = withColumns(context, repeated.lazy, [{name: found, of: bool(true)}])
  const named = keys.map((own) => ({name: context.newName(), of: col(own)}))
  return withColumns(context, leftJoin(context, left, named, right, repeated.names), [{name, of: isNotNull(col(found))}])
}
