// Running lazy frames, always on the streaming engine, so that memory does not grow with the file.
import type {DataFrame, LazyDataFrame} from 'nodejs-polars'
import {alias, rowCount} from './dsl.ts'
import type {Polars} from './load-polars.ts'
import {lower, sinkAll} from './lower.ts'

export interface Materialized {
  readonly lazy: LazyDataFrame
  readonly rows: number
}

/**
 * Runs sinks. Only the blocking call has the streaming engine share what the sinks have in common (2.6 times the work
 * otherwise, with three sinks), and it turns a panic into an error; `watch-parent.ts` covers for the deaf event loop.
 */
export function runSinks(lazy: LazyDataFrame): void {
  lazy.collectSync({engine: 'streaming'})
}

/**
 * Collects a frame that is known to be small. The blocking call again: the asynchronous one was measured to hold the whole
 * input (1,158 MB against 397 MB when profiling 740,000 rows).
 */
export function collect(lazy: LazyDataFrame): DataFrame {
  return lazy.collectSync({engine: 'streaming'})
}

/** Rows of a frame; of a Parquet file from its footer. */
export function countRows(pl: Polars, lazy: LazyDataFrame): number {
  const [rows] = collect(lazy.select(lower(pl, alias(rowCount, 'rows')))).row(0)
  return Number(rows)
}

/** Computes frames into files, so that memory does not hold them. */
export function materializeToFiles(
  pl: Polars,
  frames: readonly {readonly lazy: LazyDataFrame; readonly path: string}[],
): readonly Materialized[] {
  const sinks = frames.map(({lazy, path}) => lazy.sinkParquet(path, {compression: 'lz4', statistics: false}))
  const [only] = sinks
  if (only !== undefined) runSinks(sinks.length === 1 ? only : sinkAll(pl, sinks))
  return frames.map(({path}) => {
    const open = (): LazyDataFrame => pl.scanParquet(path, {glob: false})
    return {lazy: open(), rows: countRows(pl, open())}
  })
}

/** Computes a frame into memory. */
export function materializeToMemory(lazy: LazyDataFrame): Materialized {
  const frame = collect(lazy)
  return {lazy: frame.lazy(), rows: frame.height}
}
