// What a rebuild must keep of decisions: a row that a person corrected or discarded stays so, even when today's contract has
// nothing against it as it was received. Such rows wait in quarantine until their decision comes, through earlier decisions too.
import type {Plan} from '../../expr/plan.ts'
import {readPlaces} from '../../lake/review-documents.ts'
import {openTombstones} from '../../lake/tombstones.ts'
import {type Batch, isReview} from '../../model/capture.ts'
import type {DatasetContext} from '../promote-dataset.ts'
import {placesToday} from './reviewed-rows.ts'

/**
 * Places (`file`, `row`) in today's bytes of records that decisions after `batch` are about, up to the newest that counts;
 * undefined when there are none.
 */
export async function heldRecords(context: DatasetContext, batch: Batch, reached: number): Promise<Plan | undefined> {
  const {batches, contract, workspace} = context
  const decisions = batches
    .filter(isReview)
    .filter(({number, review}) => number > batch.number && number <= reached && review.dataset === contract.dataset)
    .filter(({review}) => review.of === (batch.review?.of ?? batch.number))
    .filter(({review}) => review.action === 'fix' || review.action === 'discard')
  if (decisions.length === 0) return undefined
  const store = await workspace.store()
  const today = placesToday(await openTombstones(store, workspace.config.key))
  const rows: (readonly [string, bigint])[] = []
  for (const {review} of decisions) {
    for (const place of await readPlaces(store, review.places)) {
      const now = await today(place)
      if (now) rows.push([now.file, BigInt(now.row)])
    }
  }
  const columns = [
    {name: 'file', type: 'string'},
    {name: 'row', type: 'int64'},
  ] as const
  return {kind: 'values', columns, rows}
}
