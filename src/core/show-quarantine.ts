// Rejected rows with what today's contract makes of each value, beside what was received. It reads the received files again, which
// takes as long as they are large.
import type {Workspace} from './pipeline/ports.ts'
import {type TypedValue, typedValues} from './pipeline/review/typed-values.ts'
import type {QuarantinedRow} from './query/index.ts'

export interface TypedRow extends QuarantinedRow {
  /** Absent when its file cannot be read under today's contract, or its record was erased. */
  readonly typed?: readonly TypedValue[]
}

export async function withTypedValues(
  workspace: Workspace,
  dataset: string,
  rows: readonly QuarantinedRow[],
  signal: AbortSignal,
): Promise<readonly TypedRow[]> {
  const places = rows.map(({batch, sha256, row, reasons}) => ({batch, file: sha256, row, reasons}))
  const typed = await typedValues(workspace, {dataset, rows: places, signal})
  return rows.map((row): TypedRow => {
    const values = typed.get(`${row.batch} ${row.sha256} ${row.row}`)
    return values ? {...row, typed: values} : row
  })
}
