// What a compiled plan is inside the engine process: a lazy Polars frame and the columns it is known to yield.
import type {LazyDataFrame} from 'nodejs-polars'
import type {PlanColumn, ScanFile} from '../../expr/plan.ts'
import {alias, col, type Dsl} from './dsl.ts'
import type {Polars} from './load-polars.ts'
import {lower} from './lower.ts'
import type {Materialized} from './run.ts'
import {shareParts} from './share.ts'

export interface Frame {
  /** Has these columns, and perhaps others beside them under names that no plan uses. */
  readonly lazy: LazyDataFrame
  readonly columns: readonly PlanColumn[]
}

/** What compiling plans needs of the process it runs in. */
export interface EngineContext {
  readonly pl: Polars
  /** Computes a frame now, so that several passes can use it and its size is known. */
  materialize(lazy: LazyDataFrame): Materialized
  /** The same for several at once; what they share is computed once. */
  materializeAll(lazies: readonly LazyDataFrame[]): readonly Materialized[]
  /** A column name that no plan uses. */
  newName(): string
  /** The input is so large that keys are compared by their hashes first. */
  readonly isLarge: boolean
  /** Of the files that the task scans, relations left out. */
  readonly inputBytes: number
  /** Notes a file that a plan reads, to be asked when the plan fails. */
  reads(file: ScanFile): void
  /** Says what the engine is about to do; the last phase is named in errors. */
  enter(phase: string): void
}

export interface NamedDsl {
  readonly name: string
  readonly of: Dsl
}

/** The columns once more, under names that no plan uses. */
export function named(context: EngineContext, columns: readonly string[]): readonly NamedDsl[] {
  return columns.map((column) => ({name: context.newName(), of: col(column)}))
}

/** Exactly these columns. */
export function select(context: EngineContext, lazy: LazyDataFrame, columns: readonly NamedDsl[]): LazyDataFrame {
  const {staged, trees} = stage(
    context,
    lazy,
    columns.map(({of}) => of),
  )
  return staged.select(columns.map(({name}, index) => lower(context.pl, alias(trees[index] ?? null, name))))
}

/** Exactly these columns of the frame, under their own names. */
export function selectNames(context: EngineContext, lazy: LazyDataFrame, names: readonly string[]): LazyDataFrame {
  return lazy.select(names.map((name) => lower(context.pl, col(name))))
}

/** Adds or replaces columns; columns for common parts stay beside them until the next selection. */
export function withColumns(context: EngineContext, lazy: LazyDataFrame, columns: readonly NamedDsl[]): LazyDataFrame {
  const {staged, trees} = stage(
    context,
    lazy,
    columns.map(({of}) => of),
  )
  return add(
    context,
    staged,
    columns.map(({name}, index) => ({name, of: trees[index] ?? null})),
  )
}

/** Rows where the condition is true; columns for common parts stay beside the others until the next selection. */
export function filter(context: EngineContext, lazy: LazyDataFrame, condition: Dsl): LazyDataFrame {
  const {staged, trees} = stage(context, lazy, [condition])
  return staged.filter(lower(context.pl, trees[0] ?? null))
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

export interface KeyColumns {
  readonly lazy: LazyDataFrame
  /** Names of the columns that make the key. */
  readonly on: readonly string[]
}

/** The rows of `left`, in their order, whose key is one of those of `right` (semi), or is none (anti); null equals nothing. */
export function keepByKeys(left: KeyColumns, right: KeyColumns, how: 'semi' | 'anti'): LazyDataFrame {
  // Asked for no order Polars held all rows to find out which side is smaller: 1,091 instead of 391 MB.
  return left.lazy.join(right.lazy, {leftOn: [...left.on], rightOn: [...right.on], how, maintainOrder: 'left'})
}

/** The frame with what the expressions have in common, and the expressions in terms of it. */
function stage(
  context: EngineContext,
  lazy: LazyDataFrame,
  trees: readonly Dsl[],
): {readonly staged: LazyDataFrame; readonly trees: readonly Dsl[]} {
  const shared = shareParts(trees, () => context.newName())
  return {staged: shared.steps.reduce((frame, step) => add(context, frame, step), lazy), trees: shared.trees}
}

function add(context: EngineContext, lazy: LazyDataFrame, columns: readonly NamedDsl[]): LazyDataFrame {
  return columns.length === 0 ? lazy : lazy.withColumns(...columns.map(({name, of}) => lower(context.pl, alias(of, name))))
}
