// A person's decision that one batch of a dataset never reaches silver. It is a commit like any other, without rows: the batch
// counts as done, the reason stands in the table's history and, when the commit is recorded, in the audit trail, and the bytes
// stay in bronze.
import {commit} from '../delta/commit.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import type {PromotionRecord} from '../lake/promotion-record.ts'
import {silverFields} from '../lake/silver-fields.ts'
import type {Batch} from '../model/capture.ts'
import type {SkippedBatch} from '../model/run.ts'
import {noRows} from './combine-batches.ts'
import {feeds} from './feeds.ts'
import {openPins} from './pins.ts'
import type {BatchPromotion} from './promote-batch.ts'
import type {DatasetContext} from './promote-dataset.ts'

/** Commits the decision; CONFIG_VALUE_MISSING without a reason, CONFIG_USAGE when a run that died has begun to commit the batch. */
export async function skipBatch(context: DatasetContext, batch: Batch, silver: Snapshot | undefined): Promise<BatchPromotion> {
  const {contract, run, workspace, request} = context
  const {reason} = request
  if (!reason)
    throw new HippoError('CONFIG_VALUE_MISSING', {message: 'leaving a batch out needs a reason', hint: 'say why with --reason TEXT'})
  if ((await openPins(context, batch, silver)).quarantinedBefore !== undefined)
    throw new HippoError('CONFIG_USAGE', {
      message: `batch ${batch.number} of ${contract.dataset} passed its checks already and its rejected rows are in quarantine: it can only be finished`,
      hint: `run hippo promote silver ${contract.dataset} without --skip-batch`,
    })
  const judgedAt = run.startedAt.toISOString()
  const nothing = {counts: noRows, reasons: {}, drift: [], checks: []}
  const {counts: rows, ...rest} = nothing
  const skipped = {batch: batch.number, contract, judgedAt, rows, ...rest}
  if (request.dryRun) return {...skipped, state: 'judged', silver}
  const store = await workspace.store()
  const table = layout.table('silver', contract.dataset)
  const record: PromotionRecord = {
    batch: batch.number,
    judgedAt,
    contractVersion: contract.version,
    contractDigest: contract.digest,
    references: {},
    quarantined: 0,
    run: run.id,
    ...nothing,
    skippedBecause: reason,
    actor: workspace.actor,
  }
  const committed = await commit(store, table, silver, {
    mode: 'append',
    add: [],
    fields: silverFields(contract),
    txn: {appId: promotionAppId(table), version: batch.number},
    info: {runId: run.id, contractVersion: contract.version, details: record},
  })
  return {...skipped, state: 'committed', silver: committed}
}

/** What became of a batch that a person wanted left out, once it was judged. */
export function skippedBatch({contract, request}: DatasetContext, batch: Batch, judged: BatchPromotion): SkippedBatch {
  const files = batch.files.filter((file) => feeds(file, contract)).length
  if (judged.state !== 'gated') return judged.skipped ?? {batch: batch.number, outcome: 'kept', files}
  const {read} = judged.rows
  return {
    batch: batch.number,
    outcome: 'leftOut',
    files,
    ...(read > 0 && judged.skipped === undefined ? {rows: read} : {}),
    ...(request.reason === undefined ? {} : {reason: request.reason}),
  }
}
