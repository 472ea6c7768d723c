// The rows that a decision is about, as they are in quarantine now: those in a state that it can change. Another decision, or a
// later delivery, may have been first; a rebuild under today's contract may not have rejected them at all. What is left is nothing
// to decide, so that a decision taken over again changes no row twice.
import type {Snapshot} from '../../delta/snapshot.ts'
import {and, column, compare, literal} from '../../expr/expr.ts'
import {type Correction, type RowPlace, readCorrections, readPlaces} from '../../lake/review-documents.ts'
import {isInState} from '../../lake/row-state.ts'
import {bytesToday, openTombstones, rowToday, type Tombstones} from '../../lake/tombstones.ts'
import {isReview, type Review, type ReviewBatch} from '../../model/capture.ts'
import {type RejectedRow, rejectedRows} from '../open-rows.ts'
import type {DatasetContext} from '../promote-dataset.ts'

export interface ReviewedRow extends RejectedRow {
  /** Where the record stands in today's bytes; absent when it was erased. */
  readonly now?: RowPlace
  /** What people corrected in it so far, by this decision or earlier ones. */
  readonly corrections?: Correction['values']
}

/** `isHalfDone`: a run that died has changed the rows already; they are told by the number of the decision. */
export async function reviewedRows(
  context: DatasetContext,
  batch: ReviewBatch,
  quarantine: Snapshot | undefined,
  isHalfDone: boolean,
): Promise<readonly ReviewedRow[]> {
  const {review, number} = batch
  if (!quarantine || quarantine.files.size === 0) return []
  const {workspace, run} = context
  const store = await workspace.store()
  const today = placesToday(await openTombstones(store, workspace.config.key))
  const wanted = new Set<string>()
  for (const place of await readPlaces(store, review.places)) wanted.add(nameOf(await today(place)))
  const is = (name: string, value: number) => compare(column(name), '=', literal(BigInt(value), 'int64'))
  const state = isHalfDone ? is('_state_batch', number) : isInState(review.action === 'reopen' ? 'waived' : 'open')
  const rows = await rejectedRows(await workspace.engine(), quarantine, and(is('_batch', review.of), state), run.signal)
  const all = await withRecords(context, batch, rows)
  return all.filter(({now}) => now && wanted.has(nameOf(now)))
}

/** The rows with where their records stand, and what people corrected in them: in decisions up to this one, and in `added`. */
export async function withRecords(
  {workspace, batches}: Pick<DatasetContext, 'workspace' | 'batches'>,
  {number, review}: {readonly number: number; readonly review: Pick<Review, 'dataset' | 'of'>},
  rows: readonly RejectedRow[],
  added: readonly Correction[] = [],
): Promise<readonly ReviewedRow[]> {
  const store = await workspace.store()
  const today = placesToday(await openTombstones(store, workspace.config.key))
  const corrected = new Map<string, Correction['values']>()
  const correct = async (corrections: readonly Correction[]): Promise<void> => {
    for (const correction of corrections) {
      const name = nameOf(await today(correction))
      corrected.set(name, {...corrected.get(name), ...correction.values})
    }
  }
  for (const one of batches) {
    if (!isReview(one) || one.number > number || one.review.dataset !== review.dataset || one.review.of !== review.of) continue
    if (one.review.corrections) await correct(await readCorrections(store, one.review.corrections))
  }
  await correct(added)
  const found: ReviewedRow[] = []
  for (const row of rows) {
    const now = await today(row)
    const corrections = corrected.get(nameOf(now))
    found.push({...row, ...(now ? {now} : {}), ...(now && corrections ? {corrections} : {})})
  }
  return found
}

type PlaceToday = (place: RowPlace) => Promise<RowPlace | undefined>

/** Where a record stands today, whatever it was called when it was named. */
export function placesToday(tombstones: Tombstones): PlaceToday {
  const files = new Map<string, Awaited<ReturnType<typeof bytesToday>>>()
  return async ({file, row}) => {
    const bytes = files.get(file) ?? (await bytesToday(tombstones, file))
    files.set(file, bytes)
    const now = rowToday(row, bytes)
    return now === undefined ? undefined : {file: bytes.sha256, row: now}
  }
}

const nameOf = (place: RowPlace | undefined): string => (place ? `${place.file} ${place.row}` : 'erased')
