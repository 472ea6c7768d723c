// The commits of one decision: what became of its rows in quarantine, then silver with those that were let in.
import path from 'node:path'

import type {CdcAction} from '../../delta/actions.ts'
import {stageFiles} from '../../delta/add-files.ts'
import {type Committed, commit} from '../../delta/commit.ts'
import {evolveFields, type Field} from '../../delta/schema.ts'
import type {Snapshot} from '../../delta/snapshot.ts'
import {column, compare, type Expr, literal, or, text, when} from '../../expr/expr.ts'
import type {DerivedColumn, Plan} from '../../expr/plan.ts'
import {digestOfFiles} from '../../lake/digest-of-files.ts'
import {layout, promotionAppId} from '../../lake/layout.ts'
import {type PinRecord, type PromotionRecord, readJudgement} from '../../lake/promotion-record.ts'
import {rejectedColumns} from '../../lake/reserved-columns.ts'
import type {RowState} from '../../lake/row-state.ts'
import {silverFields} from '../../lake/silver-fields.ts'
import type {ReviewAction} from '../../model/capture.ts'
import {primaryKey} from '../../model/contract.ts'
import type {ObjectStore} from '../../store/object-store.ts'
import {assertHeld, type CommittedBatch, isFinished, keepJudgement, overtaken, pinRecord, withProperties} from '../commit-batch-tables.ts'
import {hiddenColumns} from '../hidden-columns.ts'
import {mergeInto, scanFiles} from '../merge-into.ts'
import {nothingReplaced, type Replaced, rowsWithoutKeys} from '../rows-without-keys.ts'
import {isAmong, placeColumns, placeNames, placesPlan, settleRows, stateColumnsOf, valueAmong} from '../settle-rows.ts'
import {changesOfMerge, changesOfRemoval} from '../write-changes.ts'
import type {JudgedReview, ReviewWork} from './judge-review.ts'

export async function commitReviewTables(work: ReviewWork, judged: JudgedReview): Promise<CommittedBatch> {
  const {context, batch, rows} = work
  const store = await context.workspace.store()
  const wereOpen = batch.review.action === 'reopen' ? [] : rows
  const record = pinRecord(work, judged.counts.quarantined, wereOpen)
  const digest = await digestOfFiles(judged.accepted.map((file) => file.path))
  await keepJudgement(store, work)
  assertHeld(work)
  await commitQuarantine(store, work, judged, record)
  assertHeld(work)
  const silver = await commitSilver(store, work, judged, {record, digest})
  return {digest, silver, ...(record.settled ? {settled: record.settled} : {})}
}

/** The state of rows that are through. */
const doneStates: Readonly<Record<ReviewAction, RowState>> = {
  replay: 'released',
  fix: 'released',
  reopen: 'released',
  waive: 'waived',
  discard: 'discarded',
}

async function commitQuarantine(store: ObjectStore, work: ReviewWork, judged: JudgedReview, record: PinRecord): Promise<void> {
  const {context, batch, pins, quarantine, rows, staging} = work
  if (isFinished(work, record) || !quarantine || rows.length === 0) return
  const table = layout.table('quarantine', pins.contract.dataset)
  const settled = await settleRows({
    engine: await context.workspace.engine(),
    quarantine,
    rows: placesPlan(rows),
    columns: columnsOf(work, judged),
    directory: path.join(staging, 'quarantine'),
    signal: context.run.signal,
  })
  const {state} = await commit(store, table, quarantine, {
    mode: 'merge',
    add: await stageFiles(store, table, settled.files, settled.fields, 'all'),
    remove: settled.remove,
    fields: settled.fields,
    txn: {appId: promotionAppId(table), version: batch.number},
    info: {runId: context.run.id, contractVersion: pins.contract.version, details: record},
  })
  if (state !== 'committed') throw overtaken(work)
}

function columnsOf(work: ReviewWork, judged: JudgedReview): readonly DerivedColumn[] {
  const {batch, rows} = work
  const {action, actor: by, reason, until} = batch.review
  const rejected = scanFiles(judged.quarantined, rejectedColumns)
  const isOpen: Expr = judged.quarantined.length === 0 ? literal(false, 'boolean') : isAmong(rejected)
  const done = doneStates[action]
  const staysOpen = or(isOpen, isAmong(placesPlan(judged.unjudged)))
  const closed = when(isAmong(placesPlan(judged.superseded)), text('superseded'), text(done))
  const state = when(staysOpen, text('open'), closed)
  const decision = {batch: batch.number, by, at: batch.createdAt, ...(reason === undefined ? {} : {reason})}
  const end = done === 'waived' && until !== undefined ? literal(until, 'timestamp') : literal(null, 'timestamp')
  const isWaived = compare(state, '=', text('waived'))
  return [
    ...stateColumnsOf(state, decision),
    {name: '_waived_until', expr: when(isWaived, end, literal(null, 'timestamp'))},
    ...(action === 'waive' || judged.quarantined.length === 0 ? [] : judgedAgain(rejected, isOpen)),
    ...correctedColumns(rows),
  ]
}

/** Rows that stay open say why they would be rejected today. */
function judgedAgain(rejected: Plan, isOpen: Expr): readonly DerivedColumn[] {
  const said = ['_run', '_reasons', '_contract_version', '_key', '_waits_for']
  return said.map((name) => ({name, expr: when(isOpen, valueAmong(rejected, name), column(name))}))
}

function correctedColumns(rows: ReviewWork['rows']): readonly DerivedColumn[] {
  const corrected = rows.filter(({corrections}) => corrections !== undefined)
  if (corrected.length === 0) return []
  const relation: Plan = {
    kind: 'values',
    columns: [...placeColumns, {name: 'names', type: 'string'}],
    rows: corrected.map(({batch, file, row, corrections = {}}) => [BigInt(batch), file, BigInt(row), Object.keys(corrections).join('|')]),
  }
  return [{name: '_corrected', expr: {kind: 'coalesce', of: [valueAmong(relation, 'names'), column('_corrected')]}}]
}

async function commitSilver(
  store: ObjectStore,
  work: ReviewWork,
  judged: JudgedReview,
  {record, digest}: {readonly record: PinRecord; readonly digest: string},
): Promise<Committed> {
  const {context, batch, pins, silver} = work
  const {contract} = pins
  const table = layout.table('silver', contract.dataset)
  const fields = silverFields(contract)
  const kept = silver ? evolveFields(silver.fields, fields) : fields
  const replaced = await replacedRows(work, judged, kept)
  const changes = silver && (await changesOf(work, {judged, silver, replaced, fields: kept}))
  const {places: _, corrections: __, ...review} = batch.review
  const {score} = silver ? await readJudgement(store, table, silver.version) : {}
  const {counts, reasons} = judged
  const details: PromotionRecord = {
    ...record,
    run: context.run.id,
    counts,
    reasons,
    drift: [],
    checks: [],
    // A few rows more say nothing new of how good the table is.
    ...(score === undefined ? {} : {score}),
    review,
  }
  const add = [
    ...(await stageFiles(store, table, judged.accepted, fields, hiddenColumns(contract, fields))),
    ...(await stageFiles(store, table, replaced.files, kept, hiddenColumns(contract, kept))),
  ]
  return commit(store, table, silver, {
    mode: replaced.remove.length > 0 ? 'merge' : 'append',
    add,
    ...(replaced.remove.length > 0 ? {remove: replaced.remove} : {}),
    ...(changes ? {changes} : {}),
    readsTable: true,
    fields,
    ...withProperties(contract, silver, kept),
    txn: {appId: promotionAppId(table), version: batch.number},
    info: {runId: context.run.id, contractVersion: contract.version, digests: {accepted: digest}, details},
  })
}

/** For the feed of changes: rows that take the place of others under their key, or that leave when a waiver is over. */
async function changesOf(
  {context, batch, pins, rows, staging}: ReviewWork,
  {
    judged,
    silver,
    replaced,
    fields,
  }: {readonly judged: JudgedReview; readonly silver: Snapshot; readonly replaced: Replaced; readonly fields: readonly Field[]},
): Promise<readonly CdcAction[] | undefined> {
  const engine = await context.workspace.engine()
  const common = {engine, snapshot: silver, fields, replaced, directory: path.join(staging, 'changes'), signal: context.run.signal}
  if (batch.review.action !== 'reopen') return changesOfMerge({...common, key: primaryKey(pins.contract)}, judged.accepted)
  return changesOfRemoval({...common, key: placeNames}, placesPlan(rows), judged.accepted)
}

/** Rows of silver that go: those with the keys of rows that come, and those that were in it under a waiver. */
async function replacedRows(work: ReviewWork, judged: JudgedReview, fields: readonly Field[]): Promise<Replaced> {
  const {context, batch, pins, rows, silver, staging} = work
  if (!silver || silver.files.size === 0) return nothingReplaced
  if (batch.review.action !== 'reopen')
    return pins.contract.writeMode === 'merge' ? mergeInto(work, silver, judged.accepted, fields) : nothingReplaced
  if (rows.length === 0) return nothingReplaced
  return rowsWithoutKeys({
    engine: await context.workspace.engine(),
    snapshot: silver,
    key: placeNames,
    keys: placesPlan(rows),
    fields,
    directory: path.join(staging, 'survivors'),
    signal: context.run.signal,
  })
}
