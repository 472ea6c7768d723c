// Judges the rows of a decision: their records are read again from the received files, with the corrections of people, and judged
// by the plan that a promotion of the whole delivery would use, under today's contract. Nothing is committed here.
import {type CompiledContract, compileContract} from '../../contract/compile-contract.ts'
import type {Snapshot} from '../../delta/snapshot.ts'
import type {WrittenFile} from '../../engine/engine.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {and, column, compare, type Expr, literal, not} from '../../expr/expr.ts'
import type {Plan, PlanColumn} from '../../expr/plan.ts'
import {assertIntact} from '../../lake/bronze.ts'
import {originColumns, rejectedColumns, safeColumnNames} from '../../lake/reserved-columns.ts'
import {columnTypesOf, planColumnsOf, scanTable} from '../../lake/scan-table.ts'
import type {ReviewBatch} from '../../model/capture.ts'
import type {RowCounts} from '../../model/run.ts'
import {scanFiles} from '../merge-into.ts'
import {countReasons, type RejectedRow} from '../open-rows.ts'
import type {Pins} from '../pins.ts'
import {headersIn, headersOf, type PromotionInput, planPromotion, skipIds, typedRows} from '../plan-promotion.ts'
import {prepareBatch} from '../prepare-batch.ts'
import {writeJudged} from '../promote-batch.ts'
import type {DatasetContext} from '../promote-dataset.ts'
import {besideId, compareRows} from '../rows-beside.ts'
import {isAmong, placeColumns, placesPlan, type QuarantinedPlace} from '../settle-rows.ts'
import type {ReviewedRow} from './reviewed-rows.ts'

export interface ReviewWork {
  readonly context: DatasetContext
  readonly batch: ReviewBatch
  readonly pins: Pins
  readonly quarantine: Snapshot | undefined
  readonly rows: readonly ReviewedRow[]
  readonly silver: Snapshot | undefined
  readonly staging: string
  /** Of a rebuild: records that a later decision is about. */
  readonly held?: Plan
}

export interface JudgedReview {
  /** Rows for silver, and rows that still break a check, in files that nothing refers to yet. */
  readonly accepted: readonly WrittenFile[]
  readonly quarantined: readonly WrittenFile[]
  readonly superseded: readonly QuarantinedPlace[]
  /** Rows whose file cannot be read under today's contract: they stay as they are. */
  readonly unjudged: readonly ReviewedRow[]
  readonly counts: RowCounts
  /** Why rows stay open: check -> rows. */
  readonly reasons: Readonly<Record<string, number>>
}

/** STORE_CORRUPT when received bytes have changed; RUN_UNBALANCED when a row is not accounted for. */
export async function judgeReview(work: ReviewWork): Promise<JudgedReview> {
  const {rows, batch} = work
  const nothing = {accepted: [], quarantined: [], superseded: [], unjudged: [], reasons: {}}
  const none: RowCounts = {read: rows.length, accepted: 0, quarantined: 0, duplicate: 0, unchanged: 0, waived: 0}
  if (rows.length === 0) return {...nothing, counts: none}
  if (batch.review.action === 'discard') return {...nothing, counts: {...none, discarded: rows.length}}
  const {input, readable} = await openInput(work)
  const unjudged = rows.filter((row) => !readable.includes(row))
  const superseded = readable.length === 0 ? [] : await supersededBy(work, withRows(input, readable))
  const present = await presentIn(work, readable)
  const isDone = new Set([...superseded.map(nameOf), ...present])
  const judged = readable.filter((row) => !isDone.has(nameOf(row)))
  const inSilver = readable.filter((row) => present.has(nameOf(row))).length
  if (judged.length === 0)
    return {...nothing, superseded, unjudged, ...settle(work, {unjudged, superseded, stillOpen: [], unchanged: inSilver})}
  const plan = planPromotion(withRows(input, judged))
  const files = await writeJudged({...work, plan})
  const read = files.read - (files.byJudgement[besideId] ?? 0)
  if (read !== judged.length) throw unbalanced(work, judged.length, read)
  const stillOpen = await openAgain(work, files.quarantined)
  const {byJudgement} = files
  const accepted = files.accepted.reduce((sum, file) => sum + file.rows, 0)
  const skipped = {duplicate: byJudgement[skipIds.duplicate] ?? 0, unchanged: inSilver + (byJudgement[skipIds.unchanged] ?? 0)}
  const settled = settle(work, {unjudged, superseded, stillOpen, accepted, ...skipped})
  return {...nothing, accepted: files.accepted, quarantined: files.quarantined, superseded, unjudged, ...settled}
}

const nameOf = ({file, row}: QuarantinedPlace): string => `${file} ${row}`

const withRows = (input: PromotionInput, rows: readonly ReviewedRow[]): PromotionInput => ({
  ...input,
  chosen: rows.flatMap(({now, file, row, corrections}) => (now ? [{now, place: {file, row}, ...(corrections ? {corrections} : {})}] : [])),
})

/** The delivery made ready as a whole, for its headers decide what a column is called; only files with such rows are read. */
async function openInput(work: ReviewWork): Promise<{readonly input: PromotionInput; readonly readable: readonly ReviewedRow[]}> {
  const {context, batch, pins, rows, staging} = work
  const {workspace, run} = context
  const found = await prepareBatch(workspace, deliveryOf(context, batch), pins.contract, {
    staging,
    signal: run.signal,
    refuseIncomplete: false,
  })
  const wanted = new Set(rows.map(({now}) => now?.file))
  const ready = found.ready.filter(({record}) => wanted.has(record.sha256))
  const store = await workspace.store()
  for (const {record} of ready) await assertIntact(store, record, run.signal)
  refuseUnknownColumns(work, headersOf(found.ready))
  const standing = standingRows(work)
  const compiled = compileContract(pins.contract, {
    now: pins.judgedAt,
    relation: (dataset) => pins.relation(dataset),
    sourceColumns: headersOf(found.ready),
    ...(standing && pins.contract.writeMode === 'append' ? {existing: standing} : {}),
  })
  const {review} = batch
  const input: PromotionInput = {
    contract: pins.contract,
    compiled,
    batch: review.of,
    run: run.id,
    judgedAt: pins.judgedAt,
    ready,
    headers: headersOf(found.ready),
    ...(standing && pins.contract.writeMode === 'merge' ? {current: standing.plan} : {}),
    ...besideOf(work, compiled),
    ...(work.held ? {held: work.held} : {}),
    ...(review.action === 'waive' ? {waived: new Set(review.checks)} : {}),
  }
  return {input, readable: rows.filter(({now}) => ready.some(({record}) => record.sha256 === now?.file))}
}

/** Rows of the same delivery that silver has, where a check compares rows: to it, they are still there. */
function besideOf({silver, batch, rows}: ReviewWork, {judgements, columns}: CompiledContract): Pick<PromotionInput, 'beside'> {
  if (!silver || !compareRows(judgements)) return {}
  const scan = scanTable(silver, {columns: [...columns, ...originColumns]})
  const ofDelivery = compare(column('_batch'), '=', literal(BigInt(batch.review.of), 'int64'))
  return {beside: {kind: 'filter', input: scan, where: and(ofDelivery, not(isAmong(placesPlan(rows))))}}
}

/** A correction that fits no column of the delivery would be passed over in silence. */
function refuseUnknownColumns({rows, batch}: ReviewWork, headers: readonly string[]): void {
  const names = new Set(safeColumnNames(headers).values())
  const unknown = rows.flatMap(({corrections = {}}) => Object.keys(corrections)).find((name) => !names.has(name))
  if (unknown === undefined || headers.length === 0) return
  throw new HippoError('CONFIG_USAGE', {
    message: `the files of batch ${batch.review.of} have no column ${unknown} that could be corrected`,
    hint: 'correct the columns that its rows were received with',
  })
}

function deliveryOf({batches}: DatasetContext, {number, review}: ReviewBatch) {
  const delivery = batches.find((one) => one.number === review.of)
  if (delivery) return delivery
  throw new HippoError('STORE_KEY_MISSING', {
    message: `batch ${number} is a decision about rows of batch ${review.of}, whose capture record is missing`,
    hint: 'put the record back from a backup of the lake',
  })
}

/** What silver holds, but for the rows themselves when they are in it under a waiver that is over. */
function standingRows({silver, batch, rows}: ReviewWork) {
  if (!silver) return undefined
  const columns: readonly PlanColumn[] = planColumnsOf(silver)
  const scan = scanTable(silver, {columns})
  const types = columnTypesOf(columns)
  if (batch.review.action !== 'reopen') return {plan: scan, columns: types}
  return {plan: {kind: 'filter', input: scan, where: not(isAmong(placesPlan(rows)))} satisfies Plan, columns: types}
}

/** Rows whose key silver has from a later delivery: older values must not come over newer ones. */
async function supersededBy(work: ReviewWork, input: PromotionInput): Promise<readonly QuarantinedPlace[]> {
  const {context, batch, pins} = work
  const key = input.compiled.keyColumns
  const standing = standingRows(work)
  if (!standing || key.length === 0 || pins.contract.writeMode === 'overwrite') return []
  const held: Expr = {kind: 'lookup', key: key.map(column), relation: standing.plan, on: key, take: '_batch'}
  // What came over a waived row in its own delivery is not to be replaced by it either.
  const operator = batch.review.action === 'reopen' ? '>=' : '>'
  const plan: Plan = {
    kind: 'select',
    input: {
      kind: 'filter',
      input: typedRows(input, headersIn(input)),
      where: compare(held, operator, literal(BigInt(batch.review.of), 'int64')),
    },
    columns: ['_file', '_row'].map((name) => ({name, expr: column(name)})),
  }
  const engine = await context.workspace.engine()
  const found = await engine.rows(plan, Number.MAX_SAFE_INTEGER, {signal: context.run.signal})
  return found.map(({_file, _row}) => ({batch: batch.review.of, file: String(_file), row: Number(_row)}))
}

/**
 * Rows that silver has from this very record, where no key would tell: a restored quarantine may ask for them again, and they must
 * not get in twice.
 */
async function presentIn({context, batch, pins, silver}: ReviewWork, rows: readonly ReviewedRow[]): Promise<ReadonlySet<string>> {
  if (!silver || rows.length === 0 || pins.contract.writeMode === 'merge' || batch.review.action === 'reopen') return new Set()
  const input: Plan = {kind: 'filter', input: scanTable(silver, {columns: placeColumns}), where: isAmong(placesPlan(rows))}
  const engine = await context.workspace.engine()
  const found = await engine.rows(input, Number.MAX_SAFE_INTEGER, {signal: context.run.signal})
  return new Set(found.map(({_file, _row}) => `${_file} ${_row}`))
}

/** Rows that still break a check, with today's reasons; of a waiver with those of before: it let them in for none of them. */
async function openAgain(
  {context, batch, rows}: ReviewWork,
  quarantined: readonly WrittenFile[],
): Promise<readonly Pick<RejectedRow, 'reasons'>[]> {
  if (quarantined.length === 0) return []
  const columns = rejectedColumns.filter(({name}) => ['_file', '_row', '_reasons'].includes(name))
  const engine = await context.workspace.engine()
  const found = await engine.rows(scanFiles(quarantined, columns), Number.MAX_SAFE_INTEGER, {signal: context.run.signal})
  const before = new Map(rows.map((row) => [nameOf(row), row]))
  return found.map(({_file, _row, _reasons}) => {
    const old = before.get(`${_file} ${_row}`)
    return batch.review.action === 'waive' && old ? old : {reasons: String(_reasons).split('|')}
  })
}

interface Outcome {
  readonly unjudged: readonly ReviewedRow[]
  readonly superseded: readonly QuarantinedPlace[]
  readonly stillOpen: readonly Pick<RejectedRow, 'reasons'>[]
  readonly accepted?: number
  readonly duplicate?: number
  readonly unchanged?: number
}

function settle(work: ReviewWork, outcome: Outcome): Pick<JudgedReview, 'counts' | 'reasons'> {
  const {unjudged, superseded, stillOpen, accepted = 0, duplicate = 0, unchanged = 0} = outcome
  const isWaiver = work.batch.review.action === 'waive'
  const quarantined = unjudged.length + stillOpen.length
  const counts: RowCounts = {
    read: work.rows.length,
    accepted: isWaiver ? 0 : accepted,
    quarantined,
    duplicate,
    unchanged,
    waived: isWaiver ? accepted : 0,
    ...(superseded.length > 0 ? {superseded: superseded.length} : {}),
  }
  const accounted = accepted + quarantined + duplicate + unchanged + superseded.length
  if (accounted !== counts.read) throw unbalanced(work, counts.read, accounted)
  return {counts, reasons: countReasons([...unjudged, ...stillOpen]).reasons}
}

const unbalanced = ({batch, pins}: ReviewWork, read: number, accounted: number) =>
  new HippoError('RUN_UNBALANCED', {
    message: `batch ${batch.number} of ${pins.contract.dataset} is a decision about ${read} rows, ${accounted} of them are accounted for`,
  })
