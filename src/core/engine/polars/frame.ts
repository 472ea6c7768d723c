// What a compiled plan is inside the engine process: a lazy Polars frame and the columns it is known to yield.
import type {LazyDataFrame} from 'nodejs-polars'
import type {PlanColumn} from '../../expr/plan.ts'
import {alias, col, type Dsl} from './dsl.ts'
import {lower, type Polars} from './lower.ts'

export interface Frame {
  readonly lazy: LazyDataFrame
  readonly columns: readonly PlanColumn[]
}

/** What compiling plans needs of the process it runs in. */
export interface EngineContext {
  readonly pl: Polars
  /** Computes a frame now, so that several passes can use it and its size is known. */
  materialize(lazy: LazyDataFrame): Promise<{readonly lazy: LazyDataFrame; readonly rows: number}>
  /** A column name that no plan uses. */
  newName(): string
  /** Says what the engine is about to do; the last phase is named in errors. */
  enter(phase: string): void
}

export interface NamedDsl {
  readonly name: string
  readonly of: Dsl
}

/** Exactly these columns. */
export function select(pl: Polars, lazy: LazyDataFrame, columns: readonly NamedDsl[]): LazyDataFrame {
  return lazy.select(columns.map(({name, of}) => lower(pl, alias(of, name))))
}

/** Exactly these columns of the frame, under their own names. */
export function selectNames(pl: Polars, lazy: LazyDataFrame, names: readonly string[]): LazyDataFrame {
  return lazy.select(names.map((name) => lower(pl, col(name))))
}

/** Adds or replaces columns. */
export function withColumns(pl: Polars, lazy: LazyDataFrame, columns: readonly NamedDsl[]): LazyDataFrame {
  return columns.length === 0 ? lazy : lazy.withColumns(...columns.map(({name, of}) => lower(pl, alias(of, name))))
}

export function filter(pl: Polars, lazy: LazyDataFrame, condition: Dsl): LazyDataFrame {
  return lazy.filter(lower(pl, condition))
}
