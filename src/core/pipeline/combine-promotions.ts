// What one run did with a dataset, from what it did with each of its batches. Pure.
import type {Snapshot} from '../delta/snapshot.ts'
import type {ErrorJson} from '../errors/hippo-error.ts'
import type {DatasetPromotion, RowCounts, TableRebuild} from '../model/run.ts'
import {combineChecks, combineCounts, combineReasons, combineSettled, noRows} from './combine-batches.ts'
import type {Rebuilt} from './rebuild-dataset.ts'

/** Batches that were committed before one failed are counted all the same. */
export function combinePromotions(
  dataset: string,
  silver: Snapshot | undefined,
  done: readonly Rebuilt[],
  failure: ErrorJson | undefined,
): DatasetPromotion {
  const rows: RowCounts = done.map((one) => one.rows).reduce(combineCounts, noRows)
  const last = done.at(-1)
  const score = last?.score
  const error = failure ?? last?.error
  const notes = done.flatMap((one) => one.notes ?? [])
  const skipped = done.find((one) => one.skipped)?.skipped
  const settled = combineSettled(done.map((one) => one.settled))
  const rebuild: TableRebuild | undefined = done.find((one) => one.rebuild)?.rebuild
  return {
    dataset,
    version: silver?.version ?? -1,
    state: failure ? 'failed' : last === undefined || last.state === 'judged' ? 'noop' : last.state,
    ...(error ? {error} : {}),
    rows,
    reasons: done.map((one) => one.reasons).reduce(combineReasons, {}),
    drift: done.flatMap((one) => one.drift),
    ...(notes.length > 0 ? {notes} : {}),
    checks: combineChecks(done.map((one) => one.checks)),
    ...(score === undefined ? {} : {score}),
    ...(rebuild ? {rebuild} : {}),
    ...(skipped ? {skipped} : {}),
    ...(settled ? {settled} : {}),
  }
}
