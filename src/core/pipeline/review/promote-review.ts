// A decision about rejected rows takes effect as a delivery does: quarantine's commit first, with the pins, then silver's, both
// under the decision's number. So it is ordered with the deliveries, happens once, and a run that died between the two commits
// is finished by the next. It is not gated: no row gets in that breaks a check that nobody waived.
import {rm} from 'node:fs/promises'
import {evolveFields} from '../../delta/schema.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import type {Plan} from '../../expr/plan.ts'
import {layout} from '../../lake/layout.ts'
import {silverFields} from '../../lake/silver-fields.ts'
import type {ReviewBatch} from '../../model/capture.ts'
import {openPins} from '../pins.ts'
import type {BatchPromotion} from '../promote-batch.ts'
import type {DatasetContext} from '../promote-dataset.ts'
import {commitReviewTables} from './commit-review-tables.ts'
import {type JudgedReview, judgeReview, type ReviewWork} from './judge-review.ts'
import type {ReviewDraft} from './make-review.ts'
import {reviewedRows, withRecords} from './reviewed-rows.ts'

/** Promotes one decision, or says what it would do when the request is a dry run; rows that are `held` stay open whatever it says. */
export async function promoteReview(
  context: DatasetContext,
  batch: ReviewBatch,
  silver: Snapshot | undefined,
  held?: Plan,
): Promise<BatchPromotion> {
  return judged(context, batch, silver, async (work) => {
    const {pins, quarantine} = work
    const rows = await reviewedRows(context, batch, quarantine, pins.quarantinedBefore !== undefined)
    const decided = {...work, rows, ...(held ? {held} : {})}
    const found = await judgeReview(decided)
    if (context.request.dryRun) return {...outcomeOf(decided, found), state: 'judged', silver}
    return {...outcomeOf(decided, found), state: 'committed', ...(await commitReviewTables(decided, found))}
  })
}

/** What a decision that was not taken yet would do; nothing is stored. */
export async function previewReview(context: DatasetContext, draft: ReviewDraft, silver: Snapshot | undefined): Promise<BatchPromotion> {
  const {contract, run, batches} = context
  const {rows, corrections, ...said} = draft
  const nowhere = {key: '', sha256: '', sizeBytes: 0}
  const review = {...said, dataset: contract.dataset, rows: rows.length, places: nowhere}
  const number = (batches.at(-1)?.number ?? 0) + 1
  const batch: ReviewBatch = {number, run: run.id, createdAt: run.startedAt.toISOString(), files: [], review}
  return judged(context, batch, silver, async (work) => {
    const decided = {...work, rows: await withRecords(context, batch, rows, corrections)}
    return {...outcomeOf(decided, await judgeReview(decided)), state: 'judged', silver}
  })
}

async function judged(
  context: DatasetContext,
  batch: ReviewBatch,
  silver: Snapshot | undefined,
  judge: (work: Omit<ReviewWork, 'rows'>) => Promise<BatchPromotion>,
): Promise<BatchPromotion> {
  const {workspace, contract} = context
  const staging = await workspace.stagingDirectory()
  try {
    const pins = await openPins(context, batch, silver)
    if (silver) evolveFields(silver.fields, silverFields(pins.contract))
    const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', contract.dataset))
    return await judge({context, batch, pins, quarantine, silver, staging})
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

const outcomeOf = ({batch, pins}: ReviewWork, {counts, reasons}: JudgedReview) => ({
  batch: batch.number,
  contract: pins.contract,
  judgedAt: pins.judgedAt,
  rows: counts,
  reasons,
  drift: [],
  checks: [],
})
