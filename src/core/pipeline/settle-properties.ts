// Follows a contract that asks something else of its table than before (constraints, a change feed): a version of its own, before
// the next batch. Rows that are stored already are held against new constraints first: when one breaks them, nothing changes.
import {commit} from '../delta/commit.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import {propertyChanges} from '../lake/table-properties.ts'
import {assertHeld} from './commit-batch-tables.ts'
import {maintenanceInfo} from './maintain-table.ts'
import type {DatasetContext} from './promote-dataset.ts'

/** The table with the properties that today's contract asks for; as it is when it has them. The caller holds the dataset's lock. */
export async function settleProperties(context: DatasetContext, silver: Snapshot): Promise<Snapshot> {
  const {contract, workspace, run} = context
  const properties = context.request.dryRun ? undefined : propertyChanges(contract, silver)
  if (properties === undefined) return silver
  const judgement = await readJudgement(silver.store, silver.table, silver.version)
  assertHeld({context})
  const info = maintenanceInfo({run, workspace}, {maintenance: 'properties'}, judgement)
  const parameters = {properties: JSON.stringify(Object.keys(properties))}
  return commit(silver.store, silver.table, silver, {mode: 'properties', add: [], properties, info, parameters}, {signal: run.signal})
}
