// Polars does not say which file it could not read. When a plan fails on Parquet, the table files it named are read once more,
// one by one, until one fails by itself.
import {HippoError} from '../../errors/hippo-error.ts'
import type {ScanFile} from '../../expr/plan.ts'
import {damagedFile} from '../table-file.ts'
import type {Polars} from './load-polars.ts'
import {collect} from './run.ts'

/** The error that names the damaged file, or undefined when the failure has another cause. */
export function damagedFileIn(pl: Polars, files: readonly ScanFile[], error: unknown): HippoError | undefined {
  if (error instanceof HippoError || !(error instanceof Error) || !/parquet|thrift|out of spec|compress|zstd|snappy/i.test(error.message))
    return undefined
  for (const {path, origin} of files) {
    if (origin === undefined) continue
    try {
      collect(pl.scanParquet(path, {glob: false, hivePartitioning: false}).select(pl.all().nullCount()))
    } catch (cause) {
      return damagedFile(origin, 'its Parquet pages are damaged', cause)
    }
  }
  return undefined
}
