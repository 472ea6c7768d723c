// Running lazy frames. Always asynchronous, so that the process keeps hearing its parent, and always on the streaming
// engine, so that memory does not grow with the file.
import type {DataFrame, LazyDataFrame} from 'nodejs-polars'
import {alias, rowCount} from './dsl.ts'
import {lower, type Polars} from './lower.ts'

export interface Materialized {
  readonly lazy: LazyDataFrame
  readonly rows: number
}

interface NativeFrame {
  optimizationToggle(
    typeCoercion: boolean,
    predicatePushdown: boolean,
    projectionPushdown: boolean,
    simplifyExpression: boolean,
    slicePushdown: boolean,
    commonSubplans: boolean,
    commonSubexpressions: boolean,
    streaming: boolean,
  ): NativeFrame
  collect(): Promise<unknown>
}

/** Runs sinks. `collect({streaming: true})` would switch off the sharing of common subplans, so the toggle is set here. */
export async function runSinks(lazy: LazyDataFrame): Promise<void> {
  const native: NativeFrame = lazy.inner()
  await native.optimizationToggle(true, true, true, true, true, true, true, true).collect()
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
  await runSinks(lazy.sinkParquet(path, {compression: 'lz4', statistics: false}))
  const open = (): LazyDataFrame => pl.scanParquet(path, {glob: false})
  return {lazy: open(), rows: await countRows(pl, open())}
}

/** Computes a frame into memory. */
export async function materializeToMemory(lazy: LazyDataFrame): Promise<Materialized> {
  const frame = await collect(lazy)
  return {lazy: frame.lazy(), rows: frame.height}
}
