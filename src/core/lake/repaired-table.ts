// A table that a repair set back lacks rows that bronze still has. Until a rebuild has made them again nothing is promoted on top:
// what is missing would be missing for good, and nobody would see it.
import type {Snapshot} from '../delta/snapshot.ts'
import {commitDetails} from './kept-records.ts'
import {isMaintenanceRecord, isPromotionRecord} from './promotion-record.ts'

/** `txn` application id that marks a table which a repair has set back; its version is that of the repair's last commit. */
export const repairAppId = (table: string): string => `hippo:${table}:repair`

/** True from a repair that set the table back to the next rebuild. Reads the log back to whichever came last. */
export async function awaitsRebuild(snapshot: Snapshot | undefined): Promise<boolean> {
  if (!snapshot?.txns.has(repairAppId(snapshot.table))) return false
  for (let version = snapshot.version; version >= 0; version--) {
    const details = await commitDetails(snapshot.store, snapshot.table, version)
    if (isMaintenanceRecord(details) && details.maintenance === 'repair') return true
    if (isRebuild(details)) return false
  }
  return false
}

/** Silver's commit holds what it was made of, quarantine's the version of silver it was made with. */
function isRebuild(details: unknown): boolean {
  if (isPromotionRecord(details)) return details.rebuild !== undefined
  return typeof details === 'object' && details !== null && 'rebuiltWith' in details
}
