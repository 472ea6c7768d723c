// What is wrong with files before any rule is asked: records without structure, counted by reason, and missing ends. Promotion
// counts the same reasons and keeps such records in quarantine; where nothing is promoted they are told as failed checks.
import type {Engine} from '../engine/engine.ts'
import {column, type Expr, isNull, isPresent} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import {structuralReason} from '../source/reason-words.ts'
import {recordColumns} from '../source/source.ts'
import {type ReadyFile, sayBrokenEnd} from './prepare-batch.ts'

const searchedRecords = 200
const shownLines = 5

/** A record without structure has no fields to judge. */
export const isSound: Expr = isNull(column(recordColumns.malformed))

/** Structural reason -> records, in the order of the reasons; only those there are. */
export function malformedCounts(files: readonly ReadyFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const {prepared} of files)
    for (const [reason, records] of Object.entries(prepared.malformed)) counts.set(reason, (counts.get(reason) ?? 0) + records)
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The rows that have a structure. */
export const soundRowsOf = (file: ReadyFile, rows: Plan): Plan =>
  malformedCounts([file]).size === 0 ? rows : {kind: 'filter', input: rows, where: isSound}

export interface StructureOptions {
  /** All rows of the file, with the record columns. */
  readonly rows: Plan
  readonly engine: Engine
  readonly signal: AbortSignal
}

/** A failed check for every structural reason found, and one for a missing end; none for a sound file. */
export async function structuralChecks(contract: Contract, file: ReadyFile, options: StructureOptions): Promise<readonly CheckResult[]> {
  const {records, brokenEnd} = file.prepared
  const counts = malformedCounts([file])
  const lines = counts.size === 0 ? new Map<string, readonly string[]>() : await firstLines(options)
  const malformed = [...counts].map(([reason, violated]) =>
    structuralCheck(
      reason,
      {violated, denominator: records},
      `${sayLines(lines.get(reason) ?? [], violated)}${structuralReason(reason) ?? reason}`,
    ),
  )
  if (!brokenEnd) return malformed
  const gates = contract.onIncompleteFile === 'gate'
  const then = gates ? 'gates a promotion' : 'a promotion takes what is sound'
  const end = structuralCheck('incompleteFile', {violated: 1, denominator: 1}, `${then}: ${sayBrokenEnd(brokenEnd)}`)
  return [...malformed, gates ? end : {...end, severity: 'warning', outcome: 'warned'}]
}

async function firstLines({rows, engine, signal}: StructureOptions): Promise<ReadonlyMap<string, readonly string[]>> {
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: rows, where: isPresent(column(recordColumns.malformed))},
    columns: [recordColumns.malformed, recordColumns.line].map((name) => ({name, expr: column(name)})),
  }
  const found = await engine.rows(plan, searchedRecords, {signal})
  const byReason = Map.groupBy(found, (row) => String(row[recordColumns.malformed]))
  return new Map([...byReason].map(([reason, some]) => [reason, some.map((row) => String(row[recordColumns.line]))]))
}

function sayLines(lines: readonly string[], records: number): string {
  if (lines.length === 0) return ''
  const shown = lines.slice(0, shownLines)
  return `${records > shown.length ? 'first ' : ''}${shown.length === 1 ? 'line' : 'lines'} ${shown.join(', ')}: `
}

function structuralCheck(
  id: string,
  {violated, denominator}: Pick<CheckResult, 'violated' | 'denominator'>,
  description: string,
): CheckResult {
  return {
    id,
    rule: 'structure',
    dimension: 'conformity',
    kahn: 'conformance.value',
    severity: 'error',
    outcome: 'failed',
    violated,
    denominator,
    percent: (100 * violated) / denominator,
    threshold: {max: 0, unit: 'rows'},
    description,
  }
}
