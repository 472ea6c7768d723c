// The rows that a check rejected in two runs, told apart by their keys: which are new, which were there before, which are gone. The
// keys stay in the engine: what comes out is counts, and of some rows the file and line they came from.
import {readSnapshot} from '../delta/snapshot.ts'
import {and, column, type Expr, isPresent, not} from '../expr/expr.ts'
import type {AggregatePlan, Plan} from '../expr/plan.ts'
import {layout} from '../lake/layout.ts'
import type {CheckId, DatasetName, RunId} from '../model/names.ts'
import {committedBatch, fileNames, wantedRows} from './quarantined-rows.ts'
import type {ReadableWorkspace} from './reader.ts'

export interface RejectedRow {
  readonly state: 'new' | 'existing'
  readonly batch: number
  /** As received; its SHA-256 where the source says that paths identify people. */
  readonly file: string
  /** 1-based record and line in it. */
  readonly row: number
  readonly line: number
}

export interface RejectedRows {
  readonly new: number
  readonly existing: number
  readonly resolved: number
  /** Rows whose key is missing or has no exact text: they are counted as new or resolved. */
  readonly withoutKey: number
  /** New ones first. */
  readonly items: readonly RejectedRow[]
}

export interface RejectedBy {
  readonly dataset: DatasetName
  readonly check: CheckId
  readonly before: RunId
  readonly after: RunId
  /** How many rows to name. */
  readonly limit: number
}

/** undefined where neither run rejected a row for the check: it was accepted, or nothing was committed. */
export async function compareRejected(workspace: ReadableWorkspace, by: RejectedBy): Promise<RejectedRows | undefined> {
  const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', by.dataset))
  const committed = await committedBatch(workspace, by.dataset)
  if (quarantine === undefined || committed === undefined) return undefined
  const rowsOf = (run: RunId): Plan => wantedRows(quarantine, committed, {reason: by.check, run, state: 'all'})
  const [before, after] = [rowsOf(by.before), rowsOf(by.after)]
  const [gone, isKnown] = [and(isPresent(key), isIn(after)), and(isPresent(key), isIn(before))]
  const engine = await workspace.engine()
  const [then, now] = await engine.measure([countPlan('before', before, gone), countPlan('after', after, isKnown)])
  const [was, is] = [then?.values ?? {}, now?.values ?? {}]
  const [existing, all] = [Number(is.matched ?? 0), Number(is.rows ?? 0)]
  if (all === 0 && Number(was.rows ?? 0) === 0) return undefined
  return {
    new: all - existing,
    existing,
    resolved: Number(was.rows ?? 0) - Number(was.matched ?? 0),
    withoutKey: Number(is.unkeyed ?? 0) + Number(was.unkeyed ?? 0),
    items: await named(workspace, {by, after, isKnown}),
  }
}

const key: Expr = column('_key')

const isIn = (relation: Plan): Expr => ({kind: 'existsIn', key: [key], relation, on: ['_key']})

const countPlan = (id: string, input: Plan, matched: Expr): AggregatePlan => ({
  id,
  input,
  aggregates: [
    {name: 'rows', function: 'count'},
    {name: 'matched', function: 'countIf', of: matched},
    {name: 'unkeyed', function: 'countIf', of: not(isPresent(key))},
  ],
})

interface Named {
  readonly by: RejectedBy
  readonly after: Plan
  readonly isKnown: Expr
}

async function named(workspace: ReadableWorkspace, {by, after, isKnown}: Named): Promise<readonly RejectedRow[]> {
  const engine = await workspace.engine()
  const found: RejectedRow[] = []
  for (const state of ['new', 'existing'] as const) {
    const left = by.limit - found.length
    if (left <= 0) break
    const input: Plan = {kind: 'filter', input: after, where: state === 'new' ? not(isKnown) : isKnown}
    const columns = ['_batch', '_file', '_row', '_line'].map((name) => ({name, expr: column(name)}))
    const rows = await engine.rows({kind: 'select', input, columns}, left)
    const nameOf = await fileNames(workspace, by.dataset, new Set(rows.map((row) => String(row._file))))
    for (const row of rows) {
      const [batch, sha256] = [Number(row._batch), String(row._file)]
      found.push({state, batch, file: nameOf(batch, sha256) ?? sha256, row: Number(row._row), line: Number(row._line)})
    }
  }
  return found
}
