// Half-open intervals of capture, as schedulers give them. `until` ends the work: what was captured later waits for a later
// interval. `since` starts nothing in the middle: a batch from before it that still waits comes first, because order decides
// what a merge means, and is told.
import {HippoError} from '../errors/hippo-error.ts'
import type {Batch} from '../model/capture.ts'
import type {Instant} from '../model/names.ts'

export interface CaptureInterval {
  /** Inclusive. */
  readonly since?: Instant
  /** Exclusive. */
  readonly until?: Instant
}

/** CONFIG_USAGE when nothing can lie in it: schedules without a data interval give its end as its start. */
export function refuseEmptyInterval({since, until}: CaptureInterval): void {
  if (since === undefined || until === undefined || Date.parse(since) < Date.parse(until)) return
  throw new HippoError('CONFIG_USAGE', {
    message: `the interval from ${since} until ${until} is empty`,
    hint: '--since is inclusive, --until is exclusive and later',
  })
}

/** The batches up to the first that was received at `until` or later; nothing after that one is taken before it. */
export function batchesUntil(batches: readonly Batch[], {until}: CaptureInterval): readonly Batch[] {
  if (until === undefined) return batches
  const first = batches.findIndex((batch) => receivedAtMs(batch) >= Date.parse(until))
  return first === -1 ? batches : batches.slice(0, first)
}

/** Numbers of the batches that were received before the interval. */
export function batchesBefore(batches: readonly Batch[], {since}: CaptureInterval): readonly number[] {
  if (since === undefined) return []
  return batches.filter((batch) => receivedAtMs(batch) < Date.parse(since)).map(({number}) => number)
}

/** When the last of its files had been received. */
const receivedAtMs = ({createdAt, files}: Batch): number =>
  files.reduce((latest, {receivedAt}) => Math.max(latest, Date.parse(receivedAt)), files.length === 0 ? Date.parse(createdAt) : 0)
