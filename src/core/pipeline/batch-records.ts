// How each batch got into a silver table, or why it did not, as the table's own log tells it: what a rebuild must keep. The
// record of a rebuild repeats everything before it, so the log is read back to the last one only.
import type {Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {isErasure} from '../lake/erasure-record.ts'
import {commitChangesRows, commitDetails} from '../lake/kept-records.ts'
import {type BatchRecord, isMaintenanceRecord, isPromotionRecord, type PromotionRecord} from '../lake/promotion-record.ts'

/**
 * By batch number. A restore took no batch back: a rebuild after it judges all of them. TABLE_UNSUPPORTED when another tool
 * changed rows: bronze cannot give them again.
 */
export async function batchRecords(silver: Snapshot): Promise<ReadonlyMap<number, BatchRecord>> {
  const {store, table} = silver
  const found: BatchRecord[] = []
  for (let version = silver.version; version >= 0; version--) {
    const record = await commitDetails(store, table, version)
    if (!isPromotionRecord(record)) {
      // What was erased is gone from bronze too: judging it again gives the same table.
      const isOwn = isMaintenanceRecord(record) || isErasure(record)
      if (!isOwn && (await commitChangesRows(store, table, version))) throw notFromBronze(table, version)
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
