// Expressions about other rows. Each becomes one more column before the expression that holds it is compiled, by a left
// join with something that has every key once, so that no row is ever multiplied.
import {column, type Expr, type ScalarType, type SetExpr} from '../../expr/expr.ts'
import {rewrite} from '../../expr/walk.ts'
import {compileExprs} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {all, any, binary, bool, col, type Dsl, isNotNull, isNull, nullOf, ternary} from './dsl.ts'
import {type Frame, filter, type NamedDsl, select, withColumns} from './frame.ts'
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
  const rewritten = exprs.map((expr) => rewrite(expr, (node) => (isSetExpression(node) ? column(nameOf(compiler, wanted, node)) : node)))
  let frame = input
  const lookups = groupLookups(wanted)
  for (const want of wanted) {
    const group = lookups.get(want)
    if (group === undefined) frame = await addOwnRows(compiler, input, frame, want)
    else if (group[0] === want) frame = await addLookups(compiler, frame, group)
  }
  return {frame, exprs: rewritten}
}

/** A set expression whose keys are free of others, and the column that gets its values. */
interface Wanted {
  readonly expr: SetExpr
  readonly name: string
  readonly identity: string
}

const setKinds: ReadonlySet<string> = new Set<SetExpr['kind']>(['isDuplicated', 'isRepeat', 'existsIn', 'lookup', 'isSameIn'])

function isSetExpression(expr: Expr): expr is SetExpr {
  return setKinds.has(expr.kind)
}

/** The column for a set expression; equal ones share it. `rewrite` comes from the leaves up, so keys are wanted first. */
function nameOf(compiler: PlanCompiler, wanted: Wanted[], expr: SetExpr): string {
  const identity = describe(expr)
  const known = wanted.find((want) => want.identity === identity)
  if (known !== undefined) return known.name
  const name = compiler.context.newName()
  wanted.push({expr, name, identity})
  return name
}

function describe(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))
}

type Lookup = Extract<SetExpr, {readonly kind: 'existsIn' | 'lookup' | 'isSameIn'}>

interface WantedLookup extends Wanted {
  readonly expr: Lookup
}

/** Lookups of one key in one relation, which share a join, under each of them. */
function groupLookups(wanted: readonly Wanted[]): ReadonlyMap<Wanted, readonly WantedLookup[]> {
  const groups = new Map<string, WantedLookup[]>()
  const byWant = new Map<Wanted, readonly WantedLookup[]>()
  for (const want of wanted) {
    if (!isLookup(want)) continue
    const identity = describe([keysOf(want.expr), onOf(want.expr), want.expr.relation])
    const group = groups.get(identity) ?? []
    groups.set(identity, group)
    group.push(want)
    byWant.set(want, group)
  }
  return byWant
}

function isLookup(want: Wanted): want is WantedLookup {
  return want.expr.kind !== 'isDuplicated' && want.expr.kind !== 'isRepeat'
}

function keysOf(expr: Lookup): readonly Expr[] {
  return expr.kind === 'isSameIn' ? expr.key.map(column) : expr.key
}

function onOf(expr: Lookup): readonly string[] {
  return expr.kind === 'isSameIn' ? expr.key : expr.on
}

function takesOf(expr: Lookup): readonly string[] {
  return expr.kind === 'lookup' ? [expr.take] : expr.kind === 'isSameIn' ? expr.columns : []
}

/** Joins one relation by one key and adds a column for each expression that asked for it. */
async function addLookups(compiler: PlanCompiler, frame: Frame, group: readonly WantedLookup[]): Promise<Frame> {
  const [first] = group
  if (first === undefined) return frame
  const {context} = compiler
  const on = onOf(first.expr).map((name) => ({name: context.newName(), of: col(name)}))
  const takes = [...new Set(group.flatMap(({expr}) => takesOf(expr)))].map((take) => ({take, name: context.newName()}))
  const found = context.newName()
  const relation = await compiler.compile(first.expr.relation)
  const columns = [...on, ...takes.map(({take, name}) => ({name, of: col(take)})), {name: found, of: bool(true)}]
  const present = filter(context, select(context, relation.lazy, columns), all(on.map(({name}) => isNotNull(col(name)))))
  const once = present.unique({subset: on.map(({name}) => name), keep: 'first'})
  const keys = compileExprs(keysOf(first.expr), frame.columns).map((of) => ({name: context.newName(), of}))
  const joined = leftJoin(
    compiler,
    frame.lazy,
    keys,
    once,
    on.map(({name}) => name),
  )
  const taken = (take: string): Dsl => col(takes.find((candidate) => candidate.take === take)?.name ?? '')
  const values = group.map(({expr, name}) => ({
    name,
    of: lookedUp(
      expr,
      keys.map((key) => col(key.name)),
      col(found),
      taken,
    ),
  }))
  const added = group.map(({expr, name}) => ({name, type: typeOfLookup(expr, relation)}))
  return {lazy: withColumns(context, joined, values), columns: [...frame.columns, ...added]}
}

function lookedUp(expr: Lookup, keys: readonly Dsl[], found: Dsl, taken: (take: string) => Dsl): Dsl {
  switch (expr.kind) {
    case 'lookup':
      return taken(expr.take)
    case 'existsIn':
      return ternary(any(keys.map(isNull)), nullOf('boolean'), isNotNull(found))
    case 'isSameIn':
      return all([isNotNull(found), ...expr.columns.map((name) => binary(col(name), 'EqValidity', taken(name)))])
  }
}

function typeOfLookup(expr: Lookup, relation: Frame): ScalarType {
  if (expr.kind !== 'lookup') return 'boolean'
  return relation.columns.find(({name}) => name === expr.take)?.type ?? 'string'
}

/** Keeps the order and the number of rows: `right` has every key once. */
function leftJoin(
  compiler: PlanCompiler,
  left: Frame['lazy'],
  keys: readonly NamedDsl[],
  right: Frame['lazy'],
  on: readonly string[],
  nullsEqual = false,
): Frame['lazy'] {
  const withKeys = withColumns(compiler.context, left, keys)
  return withKeys.join(right, {
    leftOn: keys.map(({name}) => name),
    rightOn: [...on],
    how: 'left',
    coalesce: true,
    nullsEqual,
    maintainOrder: 'left',
  })
}

/** Adds the column of an expression about the input's own rows. */
async function addOwnRows(compiler: PlanCompiler, input: Frame, frame: Frame, {expr, name}: Wanted): Promise<Frame> {
  const {context} = compiler
  const columns = [...frame.columns, {name, type: 'boolean'} as const]
  const repeated =
    expr.kind === 'isDuplicated'
      ? await findDuplicates(context, input, expr.key, expr.unlessSame)
      : expr.kind === 'isRepeat'
        ? await findRepeats(context, input, expr.key, expr.columns)
        : undefined
  if (repeated === undefined) return {lazy: withColumns(context, frame.lazy, [{name, of: bool(false)}]), columns}
  const found = context.newName()
  const right = withColumns(context, repeated.lazy, [{name: found, of: bool(true)}])
  const number = context.newName()
  const left = expr.kind === 'isRepeat' ? frame.lazy.withRowIndex(number) : frame.lazy
  const keys = (expr.kind === 'isDuplicated' ? expr.key : [number]).map((key) => ({name: context.newName(), of: col(key)}))
  const joined = leftJoin(compiler, left, keys, right, repeated.names)
  return {lazy: withColumns(context, joined, [{name, of: isNotNull(col(found))}]), columns}
}
