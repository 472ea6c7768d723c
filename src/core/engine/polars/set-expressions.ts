// Expressions about other rows. Each becomes one more column before the expression that holds it is compiled; equal ones
// share it, and lookups of one key in one relation share the reading of the relation.
import {column, type Expr, type SetExpr} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {identityOf, isSetExpression, rewriteAll, typeOf} from '../../expr/walk.ts'
import {findOverlaps, findSuperseded} from './compared-rows.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {addFarOut} from './far-rows.ts'
import {addForeseen, type ForeseenKeys, foreseeKeys} from './foresee-keys.ts'
import {type FoundKeys, markKeys} from './found-keys.ts'
import {type EngineContext, type Frame, named} from './frame.ts'
import {inlineSmallRelations} from './inline-small-relations.ts'
import {addLookups, keysOf, type Lookup, onOf} from './lookups.ts'
import {addOutvoted} from './outvoted-rows.ts'
import {addPrevious} from './previous-rows.ts'
import {findDuplicates, findRepeats} from './repeated-rows.ts'

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
  const rewritten = rewriteAll(await inlineSmallRelations(compiler, exprs), replace)
  const groups = groupsOf(wanted)
  const foreseen = await foreseeKeys(
    compiler,
    input,
    groups.flatMap(([first, ...others]) => (first !== undefined && others.length === 0 ? [first.expr] : [])),
  )
  let frame = input
  for (const group of groups) frame = await addGroup(compiler, {input, frame, foreseen}, group)
  return {frame, exprs: rewritten}
}

/** A set expression whose keys are free of others, and the column that gets its values. */
interface Wanted<E extends SetExpr = SetExpr> {
  readonly expr: E
  readonly name: string
  readonly identity: string
}

type IsIn = Extract<Expr, {readonly kind: 'isIn'}>

/** Longer lists of texts and whole numbers are looked up: comparing with each costs 5 ms a value and million rows. */
const maxCompared = 40

function isLongList(expr: Expr): expr is IsIn {
  return expr.kind === 'isIn' && (expr.type === 'string' || expr.type === 'int64') && expr.values.length > maxCompared
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

/** Lookups of one key in one relation, or one expression about the input's own rows. */
type Group = readonly Wanted<Lookup>[] | readonly [Wanted<OwnRows>]
type OwnRows = Exclude<SetExpr, Lookup>

function isLookup(expr: SetExpr): expr is Lookup {
  return expr.kind === 'existsIn' || expr.kind === 'lookup' || expr.kind === 'isSameIn'
}

function isOfLookups(group: Group): group is readonly Wanted<Lookup>[] {
  return group[0] !== undefined && isLookup(group[0].expr)
}

/** In the order of the first of each, so that what a key needs comes before it. */
function groupsOf(wanted: readonly Wanted[]): readonly Group[] {
  const groups: Group[] = []
  const lookups = new Map<string, Wanted<Lookup>[]>()
  for (const {expr, name, identity} of wanted) {
    if (!isLookup(expr)) {
      groups.push([{expr, name, identity}])
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

interface Joining {
  readonly input: Frame
  /** The input with what was joined before. */
  readonly frame: Frame
  readonly foreseen: ForeseenKeys
}

function addGroup(compiler: PlanCompiler, {input, frame, foreseen}: Joining, group: Group): Promise<Frame> | Frame {
  const [first] = group
  const keys = first && foreseen.get(first.expr)
  if (keys !== undefined && first !== undefined) return addForeseen(compiler.context, frame, keys, first.name)
  return isOfLookups(group) ? addLookups(compiler, frame, group) : addOwnRows(compiler.context, input, frame, group[0])
}

/** Adds the column of an expression about the input's own rows. */
async function addOwnRows(context: EngineContext, input: Frame, frame: Frame, {expr, name}: Wanted<OwnRows>): Promise<Frame> {
  if (expr.kind === 'previous') {
    const type = typeOf(expr, input.columns)
    return {lazy: addPrevious(context, input, frame.lazy, {expr, name, type}), columns: [...frame.columns, {name, type}]}
  }
  const columns = [...frame.columns, {name, type: 'boolean'} as const]
  if (expr.kind === 'isFarOut') return {lazy: addFarOut(context, input, frame, {expr, name}), columns}
  if (expr.kind === 'isOutvoted') return {lazy: addOutvoted(context, input, frame.lazy, {expr, name}), columns}
  const {keys, found} = await findOwnRows(context, input, expr)
  if (keys !== 'row numbers') return {lazy: markKeys(context, frame.lazy, {keys: named(context, keys), found, name}), columns}
  const number = context.newName()
  return {lazy: markKeys(context, frame.lazy.withRowIndex(number), {keys: named(context, [number]), found, name}), columns}
}

interface FoundRows {
  readonly found: FoundKeys | undefined
  /** Columns of the input whose values are found. */
  readonly keys: readonly string[] | 'row numbers'
}

async function findOwnRows(
  context: EngineContext,
  input: Frame,
  expr: Exclude<OwnRows, {readonly kind: 'isOutvoted' | 'isFarOut' | 'previous'}>,
): Promise<FoundRows> {
  switch (expr.kind) {
    case 'isDuplicated':
      return {keys: expr.key, found: await findDuplicates(context, input, expr.key, expr.unlessSame)}
    case 'isRepeat':
      return {keys: 'row numbers', found: await findRepeats(context, input, expr.key, expr.columns)}
    case 'isSuperseded':
      return {keys: [...expr.key, expr.by], found: findSuperseded(context, input, expr.key, expr.by)}
    case 'overlaps':
      return {keys: 'row numbers', found: findOverlaps(context, input, expr)}
  }
}
