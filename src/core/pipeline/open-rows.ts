// The rows of quarantine that wait, for the work of one batch: where each stands and why it was rejected. Never its values.
import type {Snapshot} from '../delta/snapshot.ts'
import type {Engine} from '../engine/engine.ts'
import {and, column, compare, type Expr, literal} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {quarantineColumns} from '../lake/reserved-columns.ts'
import {isInState} from '../lake/row-state.ts'
import {scanTable} from '../lake/scan-table.ts'
import type {SettledRows} from '../model/run.ts'
import type {QuarantinedPlace} from './settle-rows.ts'

export interface RejectedRow extends QuarantinedPlace {
  readonly reasons: readonly string[]
}

/** Quarantine's own columns alone; those that the table does not have are null. */
export const ownRows = (quarantine: Snapshot): Plan => scanTable(quarantine, {columns: quarantineColumns})

/** Open rows of deliveries before a batch. */
export const openBefore = (batch: number): Expr => and(isInState('open'), isBefore(batch))

const isBefore = (batch: number): Expr => compare(column('_batch'), '<', literal(BigInt(batch), 'int64'))

export async function rejectedRows(
  engine: Engine,
  quarantine: Snapshot,
  where: Expr,
  signal: AbortSignal,
): Promise<readonly RejectedRow[]> {
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: ownRows(quarantine), where},
    columns: ['_batch', '_file', '_row', '_reasons'].map((name) => ({name, expr: column(name)})),
  }
  const rows = await engine.rows(plan, Number.MAX_SAFE_INTEGER, {signal})
  return rows.map(({_batch, _file, _row, _reasons}) => ({
    batch: Number(_batch),
    file: String(_file),
    row: Number(_row),
    reasons: _reasons === null ? [] : String(_reasons).split('|'),
  }))
}

/** How many rows, and under which reasons; a row counts under each of its own. */
export function countReasons(rows: readonly Pick<RejectedRow, 'reasons'>[]): SettledRows {
  const reasons: Record<string, number> = {}
  for (const row of rows) for (const reason of row.reasons) reasons[reason] = (reasons[reason] ?? 0) + 1
  return {rows: rows.length, reasons}
}
