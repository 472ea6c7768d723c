// Decisions that nobody has to take: rows that waited for a row of another dataset, which is there now, are judged again; a
// waiver that is over opens its rows. They are batches like those of people, made when everything before them is promoted.
import {referenceRules} from '../../contract/reference-rules.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {and, column, compare, type Expr, literal} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {layout} from '../../lake/layout.ts'
import {type PromotionRecord, readPromotionRecord} from '../../lake/promotion-record.ts'
import {isInState} from '../../lake/row-state.ts'
import {planColumnsOf, scanTable} from '../../lake/scan-table.ts'
import {isReview, type ReviewBatch} from '../../model/capture.ts'
import {rejectedRows} from '../open-rows.ts'
import type {DatasetContext} from '../promote-dataset.ts'
import {referenceText} from '../row-key.ts'
import type {ReviewDraft} from './make-review.ts'

/** Who decides what nobody has to. */
export const automaticActor = 'hippo'

/** The decisions that are due, oldest delivery first. The caller holds the dataset's lock. */
export async function dueReviews(context: DatasetContext, silver: Snapshot | undefined): Promise<readonly ReviewDraft[]> {
  const {workspace, contract} = context
  if (!silver) return []
  const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', contract.dataset))
  if (!quarantine || quarantine.files.size === 0) return []
  const reopened = await endedWaivers(context, quarantine)
  const arrived = await arrivedParents(context, quarantine, silver)
  return [...reopened, ...arrived]
}

async function endedWaivers(context: DatasetContext, quarantine: Snapshot): Promise<readonly ReviewDraft[]> {
  const {batches, contract, run, workspace} = context
  const now = run.startedAt.toISOString()
  const reviews = batches.filter(isReview).filter(({review}) => review.dataset === contract.dataset)
  const isOver = ({review: {action, of, until}}: ReviewBatch): boolean =>
    action === 'waive' &&
    until !== undefined &&
    until <= now &&
    !reviews.some((later) => later.review.action === 'reopen' && later.review.of === of && later.createdAt >= until)
  const deliveries = new Set(reviews.filter(isOver).map(({review}) => review.of))
  if (deliveries.size === 0) return []
  const ended = and(isInState('waived'), compare(column('_waived_until'), '<=', literal(now, 'timestamp')))
  const rows = Map.groupBy(await rejectedRows(await workspace.engine(), quarantine, ended, run.signal), ({batch}) => batch)
  const reason = 'the waiver is over'
  return [...deliveries]
    .sort((a, b) => a - b)
    .map((of) => ({action: 'reopen', of, actor: automaticActor, reason, rows: rows.get(of) ?? []}))
}

/** Asked only when a dataset that the contract refers to has changed since the newest promotion. */
async function arrivedParents(context: DatasetContext, quarantine: Snapshot, silver: Snapshot): Promise<readonly ReviewDraft[]> {
  const {contract, contracts, run, workspace} = context
  const rules = referenceRules(contract).filter(({dataset}) => contracts.some((one) => one.dataset === dataset))
  if (rules.length === 0 || !quarantine.fields.some(({name}) => name === '_waits_for')) return []
  const store = await workspace.store()
  const judgedBy = await newestReferences(silver)
  const arrived: Expr[] = []
  for (const {dataset, on} of rules) {
    const parent = await readSnapshot(store, layout.table('silver', dataset))
    if (!parent || parent.version === judgedBy[dataset]) continue
    const columns = planColumnsOf(parent)
    const names = Object.keys(on)
    const key = referenceText(dataset, Object.fromEntries(names.map((name) => [name, name])), columns)
    if (key === undefined) continue
    const input = scanTable(parent, {columns: columns.filter(({name}) => names.includes(name))})
    const relation: Plan = {kind: 'select', input, columns: [{name: '_waits_for', expr: key}]}
    arrived.push({kind: 'existsIn', key: [column('_waits_for')], relation, on: ['_waits_for']})
  }
  if (arrived.length === 0) return []
  const where = and(isInState('open'), {kind: 'or', of: arrived})
  const rows = await rejectedRows(await workspace.engine(), quarantine, where, run.signal)
  const reason = 'the row that was missing has come'
  return [...Map.groupBy(rows, ({batch}) => batch)]
    .sort(([a], [b]) => a - b)
    .map(([of, own]) => ({action: 'replay', of, actor: automaticActor, reason, rows: own}))
}

/** Versions of other datasets that the newest batch was judged by. */
async function newestReferences({store, table, version: newest}: Snapshot): Promise<Readonly<Record<string, number>>> {
  for (let version = newest; version >= 0; version--) {
    const record = await readPromotionRecord<PromotionRecord>(store, table, version)
    if (record) return record.references
  }
  return {}
}
