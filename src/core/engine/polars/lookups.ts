// Values and presence of keys in other relations. A relation is reduced to each key once (its first row counts), so that no
// row is ever multiplied. Small ones become a table inside the expression, which leaves the other columns alone; a join
// copies every column of the row (0.3 against 0.05 CPU seconds for a million rows of 13 columns). Large ones are joined.
import type {LazyDataFrame} from 'nodejs-polars'
import {column, type Expr, type ScalarType, type SetExpr} from '../../expr/expr.ts'
import {compileExprs} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {all, any, binary, bool, booleanCall, call, col, type Dsl, isNotNull, isNull, nullOf, ternary} from './dsl.ts'
import {type EngineContext, type Frame, filter, type NamedDsl, select, withColumns} from './frame.ts'
import {collect} from './run.ts'

export type Lookup = Extract<SetExpr, {readonly kind: 'existsIn' | 'lookup' | 'isSameIn'}>

export interface WantedLookup {
  readonly expr: Lookup
  /** The column that gets its values. */
  readonly name: string
}

/** Keys that a table inside an expression may have: Polars hashes it anew for every batch of rows. */
const maxMembers = 250_000
const maxMapped = 1000

export function keysOf(expr: Lookup): readonly Expr[] {
  return expr.kind === 'isSameIn' ? expr.key.map(column) : expr.key
}

export function onOf(expr: Lookup): readonly string[] {
  return expr.kind === 'isSameIn' ? expr.key : expr.on
}

/** Adds a column for each of several lookups of one key in one relation. */
export async function addLookups(compiler: PlanCompiler, frame: Frame, group: readonly WantedLookup[]): Promise<Frame> {
  const [first] = group
  if (first === undefined) return frame
  const {context} = compiler
  context.enter('read relations')
  const table = await readTable(compiler, group)
  const keys = compileExprs(keysOf(first.expr), frame.columns)
  const added = group.map(({expr, name}) => ({name, type: expr.kind === 'lookup' ? table.typeOf(expr.take) : ('boolean' as const)}))
  const columns = [...frame.columns, ...added]
  const [key] = keys
  const inside = key !== undefined && keys.length === 1 ? await insideExpressions(context, table, key, group) : undefined
  if (inside !== undefined) return {lazy: withColumns(context, frame.lazy, inside), columns}
  return {lazy: joined(context, frame.lazy, table, keys, group), columns}
}

interface KeyTable {
  /** Each complete key once. */
  readonly lazy: LazyDataFrame
  readonly rows: number
  /** Columns of the key. */
  readonly on: readonly string[]
  columnOf(take: string): string
  typeOf(take: string): ScalarType
}

async function readTable(compiler: PlanCompiler, group: readonly WantedLookup[]): Promise<KeyTable> {
  const [first] = group
  if (first === undefined) throw new TypeError('a group has members')
  const {context} = compiler
  const relation = await compiler.compile(first.expr.relation)
  const on = onOf(first.expr).map((name) => ({name: context.newName(), of: col(name)}))
  const taken = new Map([...new Set(group.flatMap(({expr}) => takesOf(expr)))].map((take) => [take, context.newName()]))
  const columns = [...on, ...[...taken].map(([take, name]) => ({name, of: col(take)}))]
  const names = on.map(({name}) => name)
  const present = filter(context, select(context, relation.lazy, columns), all(names.map((name) => isNotNull(col(name)))))
  const {lazy, rows} = await context.materialize(present.unique({subset: names, keep: 'first'}))
  return {
    lazy,
    rows,
    on: names,
    columnOf: (take) => taken.get(take) ?? '',
    typeOf: (take) => relation.columns.find(({name}) => name === take)?.type ?? 'string',
  }
}

function takesOf(expr: Lookup): readonly string[] {
  return expr.kind === 'lookup' ? [expr.take] : expr.kind === 'isSameIn' ? expr.columns : []
}

/** The lookups as expressions that hold the table; undefined when it is too large or whole rows are compared. */
async function insideExpressions(
  context: EngineContext,
  table: KeyTable,
  key: Dsl,
  group: readonly WantedLookup[],
): Promise<readonly NamedDsl[] | undefined> {
  const most = group.some(({expr}) => expr.kind === 'lookup') ? maxMapped : maxMembers
  if (table.rows > most || group.some(({expr}) => expr.kind === 'isSameIn')) return undefined
  const frame = await collect(table.lazy)
  const held = (name: string): Dsl => new Uint8Array(context.pl.lit(frame.getColumn(name)).serialize('bincode'))
  const keys = held(table.on[0] ?? '')
  return group.map(({expr, name}) => {
    if (expr.kind !== 'lookup') return {name, of: isMember(key, keys)}
    const type = table.typeOf(expr.take)
    return {name, of: call({ReplaceStrict: {return_dtype: null}}, key, keys, held(table.columnOf(expr.take)), nullOf(type))}
  })
}

/** Null where the key is null. */
export function isMember(key: Dsl, keys: Dsl): Dsl {
  return booleanCall({IsIn: {nulls_equal: false}}, key, keys)
}

function joined(
  context: EngineContext,
  left: LazyDataFrame,
  table: KeyTable,
  keys: readonly Dsl[],
  group: readonly WantedLookup[],
): LazyDataFrame {
  const found = context.newName()
  const right = withColumns(context, table.lazy, [{name: found, of: bool(true)}])
  const named = keys.map((of) => ({name: context.newName(), of}))
  const joint = leftJoin(context, left, named, right, table.on)
  const values = group.map(({expr, name}) => ({
    name,
    of: valueAfterJoin(
      expr,
      named.map((key) => col(key.name)),
      col(found),
      table,
    ),
  }))
  return withColumns(context, joint, values)
}

function valueAfterJoin(expr: Lookup, keys: readonly Dsl[], found: Dsl, table: KeyTable): Dsl {
  switch (expr.kind) {
    case 'lookup':
      return col(table.columnOf(expr.take))
    case 'existsIn':
      return ternary(any(keys.map(isNull)), nullOf('boolean'), isNotNull(found))
    case 'isSameIn':
      return all([isNotNull(found), ...expr.columns.map((name) => binary(col(name), 'EqValidity', col(table.columnOf(name))))])
  }
}

/** Keeps the order and the number of rows: `right` has every key once. */
export function leftJoin(
  context: EngineContext,
  left: LazyDataFrame,
  keys: readonly NamedDsl[],
  right: LazyDataFrame,
  on: readonly string[],
): LazyDataFrame {
  return withColumns(context, left, keys).join(right, {
    leftOn: keys.map(({name}) => name),
    rightOn: [...on],
    how: 'left',
    coalesce: true,
    maintainOrder: 'left',
  })
}
