// Follows a contract that asks something else of its table than before (constraints, a change feed): a version of its own, before
// the next batch. Rows that are stored already are held against new constraints first: when one breaks them, nothing changes. What the
// contract asks of columns that come with a batch comes with that batch's commit.
import {commit} from '../delta/commit.ts'
import {judgeChange} from '../delta/judge-change.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import {propertyChanges} from '../lake/table-properties.ts'
import {assertHeld} from './commit-batch-tables.ts'
import {maintenanceInfo} from './maintain-table.ts'
import type {DatasetContext} from './promote-dataset.ts'

/**
 * The table with the properties that today's contract asks of the columns it has; as it is when it has them. Of a dry run they are
 * held against its rows and not committed. The caller holds the dataset's lock.
 */
export async function settleProperties(context: DatasetContext, silver: Snapshot): Promise<Snapshot> {
  const {contract, workspace, run} = context
  const properties = propertyChanges(contract, silver, silver.fields)
  if (properties === undefined) return silver
  const change = {mode: 'properties', add: [], properties} as const
  if (context.request.dryRun) {
    await judgeChange(silver, change, run.signal)
    return silver
  }
  const judgement = await readJudgement(silver.store, silver.table, silver.version)
  assertHeld({context})
  const info = maintenanceInfo({run, workspace}, {maintenance: 'properties'}, judgement)
  const parameters = {properties: JSON.stringify(Object.keys(properties))}
  return commit(silver.store, silver.table, silver, {...change, info, parameters}, {signal: run.signal})
}
