// Silver and quarantine of one dataset made again from bronze, under today's contract: every batch that is in the table, in
// order, each judged as of the instant it was first judged and against the other datasets as they are now. All of it happens
// in a lake aside; the table changes in one commit, or, when a batch is gated or the result is the same, not at all.
// Batches that were never promoted are not its business: they follow as usual.
import {mkdtemp, rm} from 'node:fs/promises'
import path from 'node:path'
import {scoreOf} from '../contract/score.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import {type BatchRecord, type PromotionRecord, readPromotionRecord} from '../lake/promotion-record.ts'
import {awaitsRebuild} from '../lake/repaired-table.ts'
import {bytesToday, openTombstones} from '../lake/tombstones.ts'
import {type Batch, isReview} from '../model/capture.ts'
import {primaryKey} from '../model/contract.ts'
import type {Drift, SkippedBatch, TableRebuild} from '../model/run.ts'
import {batchRecordOf, batchRecords} from './batch-records.ts'
import {combineChecks, combineCounts, combineReasons, combineSettled, noRows} from './combine-batches.ts'
import {compareTables} from './compare-tables.ts'
import {concerns} from './feeds.ts'
import {silverReached} from './pins.ts'
import {type BatchPromotion, promoteBatch} from './promote-batch.ts'
import type {DatasetContext} from './promote-dataset.ts'
import {assertReplaceable, type RebuiltTables, replaceTables} from './replace-tables.ts'
import {heldRecords} from './review/held-records.ts'
import {promoteReview} from './review/promote-review.ts'
import {shadowWorkspace} from './shadow-lake.ts'
import {skippedBatch} from './skip-batch.ts'

export interface Rebuilt extends BatchPromotion {
  /** The rows would be the ones that are there, under the same contract. */
  readonly isSame?: true
  /** Absent when a batch is gated. */
  readonly rebuild?: TableRebuild
}

/** Rebuilds a table that has been promoted to, or says what that would change when the request is a dry run. */
export async function rebuildDataset(context: DatasetContext, silver: Snapshot | undefined): Promise<Rebuilt> {
  if (!silver) throw new HippoError('TABLE_NOT_FOUND', {message: `${context.contract.dataset} has no table to rebuild`})
  const records = await batchRecords(silver)
  const batches = batchesToJudge(context, silver, records)
  const staging = await context.workspace.stagingDirectory()
  try {
    const workspace = await shadowWorkspace(context.workspace, context.contract.dataset, await mkdtemp(path.join(staging, 'lake-')))
    const judged = await judgeAgain({...context, workspace, request: {...context.request, dryRun: false}}, batches, records)
    if (judged.gated) return gatedRebuild(silver, judged.gated)
    const tables = await tablesAside(context, workspace, judged)
    assertReplaceable(context, silver, tables.silver)
    const rebuild = await compare(context, silver, tables)
    const outcome: Rebuilt = {...summary(context, silver, judged.done), rebuild, ...(judged.skipped ? {skipped: judged.skipped} : {})}
    if ((await isAsBefore(context, silver, rebuild)) && !(await isSetBack(context, silver))) return {...outcome, isSame: true}
    if (context.request.dryRun) return outcome
    const committed = await replaceTables(context, silver, {...tables, outcome})
    return {...outcome, state: 'committed', silver: committed.silver, digest: committed.digest}
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

/** The batches the table was made of. CONTRACT_CHANGED when rows of one of them would not come again. */
function batchesToJudge(context: DatasetContext, silver: Snapshot, records: ReadonlyMap<number, BatchRecord>): readonly Batch[] {
  const {contract} = context
  const reached = silverReached(context, silver)
  const batches = context.batches.filter((batch) => batch.number <= reached && concerns(batch, contract))
  const numbers = new Set(batches.map(({number}) => number))
  const lost = [...records.values()].filter(({batch, ...record}) => !isLeftOut(record) && !numbers.has(batch))
  if (lost.length === 0) return batches
  throw new HippoError('CONTRACT_CHANGED', {
    message: `batch ${lost.map(({batch}) => batch).join(', ')} was promoted to ${contract.dataset}, but under today's contract none of its files belongs to it: a rebuild would lose its rows`,
    hint: 'check the source that the contract and hippo.yaml name for it',
  })
}

const isLeftOut = ({skippedBecause, leftOut}: Omit<BatchRecord, 'batch'>) => skippedBecause !== undefined && leftOut === undefined

interface Judged {
  readonly done: readonly BatchPromotion[]
  readonly records: readonly BatchRecord[]
  readonly references: Readonly<Record<string, number>>
  readonly gated?: BatchPromotion
  readonly skipped?: SkippedBatch
}

/** Promotes the batches into the lake aside, leaving out what a person left out. */
async function judgeAgain(context: DatasetContext, batches: readonly Batch[], before: ReadonlyMap<number, BatchRecord>): Promise<Judged> {
  const {request, contract, run, workspace} = context
  const done: BatchPromotion[] = []
  const tombstones = await openTombstones(await workspace.store(), workspace.config.key)
  // What a person left out stays so, even while today's contract takes no file of it.
  const records = [...before.values()].filter((one) => isLeftOut(one) && !batches.some(({number}) => number === one.batch))
  let references: Readonly<Record<string, number>> = {}
  let silver: Snapshot | undefined
  let skipped: SkippedBatch | undefined
  for (const batch of batches) {
    const known = before.get(batch.number)
    if (known && isLeftOut(known)) {
      records.push(known)
      continue
    }
    const judgedAt = known?.judgedAt ?? batch.createdAt
    const leftOut = await Promise.all((known?.leftOut ?? []).map(async (sha256) => (await bytesToday(tombstones, sha256)).sha256))
    const files = batch.files.filter((file) => !leftOut.includes(file.sha256))
    const isToSkip = request.skipBatch === batch.number
    const onRows = (rows: number, total: number) => run.progress('promote silver', contract.dataset, {done: rows, total, unit: 'rows'})
    const held = await heldRecords(context, batch, batches.at(-1)?.number ?? 0)
    const options = {onRows, leaveOutRefused: isToSkip, isKnown: true, ...(held ? {held} : {})}
    const asOf = judgedAsOf(context, judgedAt)
    const promoted = isReview(batch)
      ? await promoteReview(asOf, batch, silver, held)
      : await promoteBatch(asOf, {...batch, files}, silver, options)
    if (isToSkip) skipped = skippedBatch(context, {...batch, files}, promoted)
    if (promoted.state === 'gated') {
      if (!isToSkip) return {done: [...done, promoted], records, references, gated: promoted}
      records.push({batch: batch.number, judgedAt, actor: workspace.actor, run: run.id, ...reasonOf(context)})
      continue
    }
    silver = promoted.silver
    done.push(promoted)
    const record = silver ? await readPromotionRecord<PromotionRecord>(silver.store, silver.table, silver.version) : undefined
    references = record?.references ?? references
    records.push(known?.leftOut ? known : record ? batchRecordOf(record) : {batch: batch.number, judgedAt})
  }
  return {done, records, references, ...(skipped ? {skipped} : {})}
}

function reasonOf({request: {reason}}: DatasetContext): Pick<BatchRecord, 'skippedBecause'> {
  if (reason) return {skippedBecause: reason}
  throw new HippoError('CONFIG_VALUE_MISSING', {message: 'leaving a batch out needs a reason', hint: 'say why with --reason TEXT'})
}

/** The same run, with the instant that judgements use as now. */
function judgedAsOf({run, ...context}: DatasetContext, judgedAt: string): DatasetContext {
  const {id, signal, database} = run
  const [step, progress] = [run.step.bind(run), run.progress.bind(run)]
  return {...context, run: {id, signal, database, step, progress, startedAt: new Date(judgedAt)}}
}

type AsideTables = Omit<RebuiltTables, 'outcome'>

async function tablesAside(
  {contract}: DatasetContext,
  workspace: DatasetContext['workspace'],
  {records, references}: Judged,
): Promise<AsideTables> {
  const store = await workspace.store()
  const [silver, quarantine] = [
    await readSnapshot(store, layout.table('silver', contract.dataset)),
    await readSnapshot(store, layout.table('quarantine', contract.dataset)),
  ]
  return {store, silver, quarantine, records, references}
}

async function compare(context: DatasetContext, silver: Snapshot, aside: AsideTables): Promise<TableRebuild> {
  const {workspace, run, contract} = context
  const common = {engine: await workspace.engine(), signal: run.signal}
  const key = contract.writeMode === 'merge' ? primaryKey(contract) : []
  const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', contract.dataset))
  return {
    silver: await compareTables({...common, before: silver, after: aside.silver, key, ignored: []}),
    quarantine: await compareTables({
      ...common,
      before: quarantine,
      after: aside.quarantine,
      key: [],
      ignored: ['_run', '_quarantined_at'],
    }),
  }
}

/** A table that a repair set back is whole again by the commit of a rebuild, whatever its rows. */
async function isSetBack({workspace, contract}: DatasetContext, silver: Snapshot): Promise<boolean> {
  const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', contract.dataset))
  return (await awaitsRebuild(silver)) || awaitsRebuild(quarantine)
}

/** The same rows under the same contract: there is nothing to commit. */
async function isAsBefore({contract}: DatasetContext, silver: Snapshot, rebuild: TableRebuild): Promise<boolean> {
  const differs = [rebuild.silver, rebuild.quarantine].some(
    // The numbers of rows tell what comparing by key cannot: the same row twice.
    ({before, after, added, removed, changed}) => before !== after || added !== 0 || removed !== 0 || changed !== 0,
  )
  if (differs) return false
  const newest = await readPromotionRecord<PromotionRecord>(silver.store, silver.table, silver.version)
  return newest?.contractDigest === contract.digest
}

function summary({contract, run}: DatasetContext, silver: Snapshot, done: readonly BatchPromotion[]): BatchPromotion {
  const checks = combineChecks(done.map((one) => one.checks))
  const score = scoreOf(checks)
  const settled = combineSettled(done.map((one) => one.settled))
  return {
    state: 'judged',
    batch: done.at(-1)?.batch ?? 0,
    contract,
    judgedAt: run.startedAt.toISOString(),
    silver,
    rows: done.map((one) => one.rows).reduce(combineCounts, noRows),
    reasons: done.map((one) => one.reasons).reduce(combineReasons, {}),
    drift: distinct(done.flatMap((one) => one.drift)),
    notes: done.flatMap((one) => one.notes ?? []),
    ...(settled ? {settled} : {}),
    checks,
    ...(score === undefined ? {} : {score}),
  }
}

const distinct = (drift: readonly Drift[]): readonly Drift[] => [
  ...new Map(drift.map((one) => [`${one.kind} ${one.column}`, one])).values(),
]

/** The old table stays; the batch is named, for it is not the newest one. */
function gatedRebuild(silver: Snapshot, {error, ...gated}: BatchPromotion): Rebuilt {
  return {...gated, silver, ...(error ? {error: {...error, message: `batch ${gated.batch}: ${error.message}`}} : {})}
}
