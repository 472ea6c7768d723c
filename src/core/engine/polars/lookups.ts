// Values and presence of keys in other relations. A relation is reduced to each key once (its first row counts), so that no
// row is ever multiplied, and joined. (Measured against it for presence alone, `is_in` with the keys as a literal took as
// much time and more memory, and `replace_strict` held all rows.)
import type {LazyDataFrame} from 'nodejs-polars'
import {column, type Expr, type ScalarType, type SetExpr} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {compileExprs} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {all, any, binary, bool, col, type Dsl, isNotNull, isNull, nullOf, ternary} from './dsl.ts'
import {type EngineContext, type Frame, filter, type KeyColumns, keepByKeys, leftJoin, select, withColumns} from './frame.ts'
import {inputSizeBytes} from './input-size.ts'

export type Lookup = Extract<SetExpr, {readonly kind: 'existsIn' | 'lookup' | 'isSameIn'}>

export interface WantedLookup {
  readonly expr: Lookup
  /** The column that gets its values. */
  readonly name: string
}

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
  const keys = compileExprs(keysOf(first.expr), frame.columns)
  const table = await readTable(compiler, group, (await isLargerThanInput(context, first.expr.relation)) ? {frame, keys} : undefined)
  const added = group.map(({expr, name}) => ({name, type: expr.kind === 'lookup' ? table.typeOf(expr.take) : ('boolean' as const)}))
  const columns = [...frame.columns, ...added]
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

/** Judged by the size of its files: those of tables are compressed, so it has several times the rows before this says so. */
const isLargerThanInput = async ({inputBytes}: EngineContext, relation: Plan): Promise<boolean> =>
  (await inputSizeBytes([relation])) > inputBytes

/** Rows that are about to be joined, and their keys. */
interface Asking {
  readonly frame: Frame
  readonly keys: readonly Dsl[]
}

/** `asking`: only what these rows ask for is read, at the price of computing their keys twice. Else memory holds all of the relation. */
async function readTable(compiler: PlanCompiler, group: readonly WantedLookup[], asking: Asking | undefined): Promise<KeyTable> {
  const [first] = group
  if (first === undefined) throw new TypeError('a group has members')
  const {context} = compiler
  const relation = await compiler.compile(first.expr.relation)
  const on = onOf(first.expr).map((name) => ({name: context.newName(), of: col(name)}))
  const taken = new Map([...new Set(group.flatMap(({expr}) => takesOf(expr)))].map((take) => [take, context.newName()]))
  const columns = [...on, ...[...taken].map(([take, name]) => ({name, of: col(take)}))]
  const names = on.map(({name}) => name)
  const present = filter(context, select(context, relation.lazy, columns), all(names.map((name) => isNotNull(col(name)))))
  const asked = asking === undefined ? present : keepByKeys({lazy: present, on: names}, keysAsked(context, asking), 'semi')
  const {lazy, rows} = context.materialize(asked.unique({subset: names, keep: 'first'}))
  return {
    lazy,
    rows,
    on: names,
    columnOf: (take) => taken.get(take) ?? '',
    typeOf: (take) => relation.columns.find(({name}) => name === take)?.type ?? 'string',
  }
}

function keysAsked(context: EngineContext, {frame, keys}: Asking): KeyColumns {
  const asked = keys.map((of) => ({name: context.newName(), of}))
  return {lazy: select(context, frame.lazy, asked), on: asked.map(({name}) => name)}
}

function takesOf(expr: Lookup): readonly string[] {
  return expr.kind === 'lookup' ? [expr.take] : expr.kind === 'isSameIn' ? expr.columns : []
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
