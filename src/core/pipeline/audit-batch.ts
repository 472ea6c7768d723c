// Judges what one batch gave before any of it counts: the row balance, every check of the contract, the gate.
import type {CompiledCheck, CompiledContract} from '../contract/compile-contract.ts'
import {decideGate} from '../contract/decide-gate.ts'
import {type Bests, judgeChecks, type Measured} from '../contract/judge-checks.ts'
import {scoreOf} from '../contract/score.ts'
import type {WrittenFile} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {column, type Expr, not} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {originColumns} from '../lake/reserved-columns.ts'
import {scanTable} from '../lake/scan-table.ts'
import type {CheckResult} from '../model/check.ts'
import type {RowCounts} from '../model/run.ts'
import {withQueries} from './ask-silver.ts'
import {malformedCounts} from './judge-structure.ts'
import {measureChecks, onEngine} from './measure-checks.ts'
import {scanFiles} from './merge-into.ts'
import {openPastFacts, type Past} from './past-facts.ts'
import {denominatorIds, skipIds} from './plan-promotion.ts'
import {sayBrokenEnd} from './prepare-batch.ts'
import type {BatchFiles, BatchWork} from './promote-batch.ts'
import {readBests} from './read-bests.ts'

export interface BatchAudit {
  readonly rows: RowCounts
  /** Check or structural reason -> rows, where there were any. */
  readonly reasons: Readonly<Record<string, number>>
  readonly checks: readonly CheckResult[]
  readonly score?: number
  /** Why nothing may be committed, in plain words; empty when all may. */
  readonly gatedBy: readonly string[]
  /** Of these, files with other records than their sender says: no validation of a file knows of them. */
  readonly wrongTotals: readonly string[]
}

/** RUN_UNBALANCED when not every row read is accounted for exactly once. */
export async function auditBatch(work: BatchWork, files: BatchFiles): Promise<BatchAudit> {
  const {pins, input} = work
  const rows = balancedCounts(work, files)
  const datasets = await measureDatasetChecks(work, files)
  const denominators = denominatorsOf(input.compiled, files)
  const measured: Measured = {...datasets, violated: files.byJudgement, denominators, rows: files.read}
  const checks = judgeChecks(input.compiled, measured, await bestsOf(work))
  const score = scoreOf(checks)
  const incomplete = incompleteFiles(work)
  const totals = wrongTotals(work)
  const {because} = decideGate(pins.contract, checks, {...rows, incompleteFiles: incomplete.length})
  return {
    rows,
    reasons: reasonsOf(work, files),
    checks,
    ...(score === undefined ? {} : {score}),
    gatedBy: [
      ...refusals(work),
      ...totals,
      ...because.flatMap((id) => (id === 'incompleteFile' ? incomplete : sayWhy(work, id, rows, checks))),
    ],
    wrongTotals: totals,
  }
}

/** A batch that passed before is held to nothing that came after it. */
async function bestsOf({pins, isKnown, context}: BatchWork): Promise<Bests> {
  if (isKnown || pins.quarantinedBefore !== undefined) return new Map()
  return readBests(context.run.database, pins.contract, {layer: 'silver', of: 'promotion'})
}

function balancedCounts({pins, prepared, batch}: BatchWork, files: BatchFiles): RowCounts {
  const count = (written: readonly WrittenFile[]) => written.reduce((sum, file) => sum + file.rows, 0)
  const rows: RowCounts = {
    read: files.read,
    accepted: count(files.accepted),
    quarantined: count(files.quarantined),
    duplicate: files.byJudgement[skipIds.duplicate] ?? 0,
    unchanged: files.byJudgement[skipIds.unchanged] ?? 0,
    waived: 0,
  }
  const accounted = rows.accepted + rows.quarantined + rows.duplicate + rows.unchanged + rows.waived
  const inFiles = prepared.ready.reduce((sum, file) => sum + file.prepared.records, 0)
  if (rows.read === accounted && rows.read === inFiles) return rows
  throw new HippoError('RUN_UNBALANCED', {
    message: `batch ${batch.number} of ${pins.contract.dataset}: ${inFiles} records in its files, ${rows.read} read, ${accounted} accounted for`,
  })
}

function denominatorsOf(compiled: CompiledContract, files: BatchFiles): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [check, judgement] of denominatorIds(compiled)) counts[check] = files.byJudgement[judgement] ?? 0
  return counts
}

/** Dataset rules see the table as it would be after the commit. */
async function measureDatasetChecks(work: BatchWork, {accepted, read}: BatchFiles): Promise<Measured> {
  const {compiled} = work.input
  const checks = compiled.checks.filter((check) => check.scope === 'dataset')
  const engine = await work.context.workspace.engine()
  const measure = onEngine(engine, work.context.run.signal)
  const about = {
    ...(work.isKnown ? {} : {delivery: {read, accepted: scanFiles(accepted, compiled.columns), at: work.batch.createdAt}}),
    past: await pastOf(work, checks),
  }
  const asked = {...compiled, checks}
  const columns = [...compiled.columns, ...originColumns]
  const rows = resultingTable(work, accepted, columns)
  if (work.isKnown) return measureChecks(asked, rows, Object.assign(measure, {query: notOfRebuilds}), about)
  if (work.pins.quarantinedBefore !== undefined)
    return measureChecks(asked, rows, Object.assign(measure, {query: notOfHalfCommitted}), about)
  const {workspace, run} = work.context
  return withQueries({workspace, database: run.database, signal: run.signal}, {compiled: asked, rows, columns, measure}, (measured) =>
    measureChecks(asked, rows, measured, about),
  )
}

/** Each of its batches would be copied with all before it. */
const notOfRebuilds = async () => ({notChecked: 'a rebuild asks no queries: hippo validate does'})

/** It passed its gate before it was interrupted, and what a query answers may depend on the day. */
const notOfHalfCommitted = async () => ({notChecked: 'an interrupted batch is finished as it was judged: hippo validate asks queries'})

/** A batch that was promoted before is no delivery any more, and held against nothing: what came after it is no measure of what was usual. */
async function pastOf({context, pins, silver, isKnown}: BatchWork, checks: readonly CompiledCheck[]): Promise<Past> {
  if (isKnown) return () => []
  return openPastFacts(context.run.database, {layer: 'silver', dataset: pins.contract.dataset, checks, upTo: silver?.version ?? -1})
}

function resultingTable({input, silver, pins}: BatchWork, accepted: readonly WrittenFile[], columns: readonly PlanColumn[]): Plan {
  const added = scanFiles(accepted, columns)
  if (!silver || pins.contract.writeMode === 'overwrite') return added
  const before = scanTable(silver, {columns})
  if (pins.contract.writeMode === 'append') return {kind: 'union', inputs: [before, added]}
  const key = input.compiled.keyColumns
  const isReplaced: Expr = {kind: 'existsIn', key: key.map(column), relation: added, on: key}
  return {kind: 'union', inputs: [{kind: 'filter', input: before, where: not(isReplaced)}, added]}
}

/** Counts of what was found: violated checks and structural reasons, warnings included. */
function reasonsOf({input, prepared}: BatchWork, files: BatchFiles): Record<string, number> {
  const ids = [...malformedCounts(prepared.ready).keys(), ...input.compiled.judgements.map((judgement) => judgement.id)]
  return Object.fromEntries(ids.flatMap((id) => ((files.byJudgement[id] ?? 0) > 0 ? [[id, files.byJudgement[id] ?? 0]] : [])))
}

/** Files whose end is missing, in words. A batch that passed its gate before it was interrupted is finished as it was judged. */
function incompleteFiles({pins, prepared}: BatchWork): readonly string[] {
  if (pins.quarantinedBefore !== undefined) return []
  return prepared.ready.flatMap(({record, prepared: {brokenEnd}}) =>
    brokenEnd ? [`file ${record.path}: ${sayBrokenEnd(brokenEnd)}; ask for the whole file`] : [],
  )
}

/**
 * Files with other records than the sender says. A batch that passed before is not asked again: records may have been erased from
 * its files since.
 */
function wrongTotals({pins, prepared, isKnown}: BatchWork): readonly string[] {
  if (isKnown || pins.quarantinedBefore !== undefined) return []
  return prepared.ready.flatMap(({record, prepared: {records, controlTotal = record.controlTotal}}) => {
    if (controlTotal === undefined || controlTotal === records) return []
    if (controlTotal === 'missing') return [`file ${record.path}: its last line is not the one that says how many records it has`]
    return [`file ${record.path}: ${records} records, its sender says ${controlTotal}`]
  })
}

function refusals({prepared}: BatchWork): readonly string[] {
  return prepared.refused.map(({record, refused}) => `file ${record.path}: ${refused.message}`)
}

function sayWhy({pins}: BatchWork, id: string, rows: RowCounts, checks: readonly CheckResult[]): string {
  if (id === 'maxQuarantinePercent') {
    const percent = ((100 * rows.quarantined) / rows.read).toFixed(1)
    return `${percent} % of its rows would be quarantined (limit ${pins.contract.maxQuarantinePercent} %)`
  }
  const check = checks.find((one) => one.id === id)
  if (!check) return `check ${id}`
  if (check.outcome === 'errored') return `check ${id} could not be measured: ${check.reason ?? 'unknown'}`
  return `check ${id} failed: ${check.description} (${check.violated} of ${check.denominator})`
}
