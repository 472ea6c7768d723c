// A decision about rejected rows as a batch: what it refers to is stored first, then it gets the next number. From then on it
// happens, whoever promotes next.
import {commitReview} from '../../lake/bronze.ts'
import {type Correction, storeCorrections, storePlaces} from '../../lake/review-documents.ts'
import type {Review, ReviewBatch} from '../../model/capture.ts'
import type {RejectedRow} from '../open-rows.ts'
import type {DatasetContext} from '../promote-dataset.ts'

export interface ReviewDraft extends Pick<Review, 'action' | 'of' | 'actor' | 'reason' | 'approvedBy' | 'checks' | 'until'> {
  /** All of the delivery `of`. */
  readonly rows: readonly RejectedRow[]
  readonly corrections?: readonly Correction[]
}

export async function makeReview(
  {workspace, run, contract, batches}: Pick<DatasetContext, 'workspace' | 'run' | 'contract' | 'batches'>,
  {rows, corrections, ...draft}: ReviewDraft,
): Promise<ReviewBatch> {
  const store = await workspace.store()
  const review: Review = {
    dataset: contract.dataset,
    ...draft,
    rows: rows.length,
    places: await storePlaces(store, rows),
    ...(corrections ? {corrections: await storeCorrections(store, corrections)} : {}),
  }
  return commitReview(store, batches.at(-1)?.number ?? 0, {run: run.id, createdAt: run.startedAt.toISOString(), review})
}
