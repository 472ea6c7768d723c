// Running lazy frames, always on the streaming engine, so that memory does not grow with the file.
import type {DataFrame, LazyDataFrame} from 'nodejs-polars'
import {alias, rowCount} from './dsl.ts'
import {lower, type Polars} from './lower.ts'

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

/** Collects a frame that is known to be small. */
export function collect(lazy: LazyDataFrame): Promise<DataFrame> {
  return lazy.collect({streaming: true})
}

/** Rows of a frame; of a Parquet file from its footer. */
export async function countRows(pl: Polars, lazy: LazyDataFrame): Promise<number> {
  const [rows] = (await collect(lazy.select(lower(pl, alias(rowCount, 'rows'))))).row(0)
  return Number(rows)
}

/** Computes a frame into a file, so that memory does not hold it. */
export async function materializeToFile(pl: Polars, lazy: LazyDataFrame, path: string): Promise<Materialized> {
  runSinks(lazy.sinkParquet(path, {compression: 'lz4', statistics: false}))
  const open = (): LazyDataFrame => pl.scanParquet(path, {glob: false})
  return {lazy: open(), rows: await countRows(pl, open())}
}

/** Computes a frame into memory. */
export async function materializeToMemory(lazy: LazyDataFrame): Promise<Materialized> {
  const frame = await collect(lazy)
  return {lazy: frame.lazy(), rows: frame.height}
}
