// How each batch got into a silver table, or why it did not, as the table's own log tells it: what a rebuild must keep. The
// record of a rebuild repeats everything before it, so the log is read back to the last one only.
import {changesRows, readCommitDetails} from '../delta/history.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {isErasure} from '../lake/erasure-record.ts'
import {type BatchRecord, type PromotionRecord, readPromotionRecord} from '../lake/promotion-record.ts'

/** By batch number. TABLE_UNSUPPORTED when something else than a promotion changed rows: bronze cannot give them again. */
export async function batchRecords(silver: Snapshot): Promise<ReadonlyMap<number, BatchRecord>> {
  const {store, table} = silver
  const found: BatchRecord[] = []
  for (let version = silver.version; version >= 0; version--) {
    const record = await readPromotionRecord<PromotionRecord>(store, table, version)
    if (record === undefined) {
      // What was erased is gone from bronze too: judging it again gives the same table.
      const isErased = isErasure(await readCommitDetails(store, table, version))
      if (!isErased && (await changesRows(store, table, version))) throw notFromBronze(table, version)
      continue
    }
    found.push(...(record.rebuild?.batches.toReversed() ?? [batchRecordOf(record)]))
    if (record.rebuild) break
  }
  return new Map(found.toReversed().map((record) => [record.batch, record]))
}

/** The part of a promotion's record that the next rebuild needs. */
export function batchRecordOf({batch, judgedAt, skippedBecause, leftOut, actor, run}: PromotionRecord): BatchRecord {
  if (skippedBecause === undefined) return {batch, judgedAt}
  return {batch, judgedAt, skippedBecause, run, ...(leftOut ? {leftOut} : {}), ...(actor === undefined ? {} : {actor})}
}

const notFromBronze = (table: string, version: number) =>
  new HippoError('TABLE_UNSUPPORTED', {
    message: `version ${version} of ${table} was not made by a promotion: a rebuild from bronze would lose what it changed`,
    hint: 'promote without --full',
  })
