// Rows that wait in quarantine as a CSV for a person to correct and give back to `fix`: where each came from, why it was rejected,
// and its fields as received, or as corrected before. Protected columns are masked unless that is asked for, which is audited.
// The file is private to its owner and never written over another.
import path from 'node:path'
import {recordAudit} from './catalog/writer.ts'
import {readBatches} from './lake/bronze.ts'
import {masked} from './model/masked.ts'
import type {DatasetName} from './model/names.ts'
import type {RunSummary} from './model/run.ts'
import type {Workspace} from './pipeline/ports.ts'
import {recordRun} from './pipeline/record-run.ts'
import {withRecords} from './pipeline/review/reviewed-rows.ts'
import {openReader, type QuarantinedRow} from './query/index.ts'
import {csvLine, writePrivate} from './write-private.ts'

export interface ExportRequest {
  readonly dataset: DatasetName
  /** Path as the user gave it. */
  readonly file: string
  /** Only rows that broke this check. */
  readonly check?: string
  readonly unmasked: boolean
  readonly signal?: AbortSignal
}

export interface ExportResult {
  readonly run: RunSummary
  readonly dataset: DatasetName
  readonly file: string
  readonly rows: number
  readonly unmasked: boolean
}

/** CONFIG_USAGE when the file is there already. */
export async function exportQuarantine(workspace: Workspace, request: ExportRequest): Promise<ExportResult> {
  const {dataset, check, unmasked, signal} = request
  const file = path.resolve(request.file)
  return recordRun(workspace, 'quarantine export', signal ? {signal} : {}, async (run) => {
    const reader = await openReader(workspace)
    const filter = {dataset, limit: Number.MAX_SAFE_INTEGER, unmasked, ...(check === undefined ? {} : {reason: check})}
    const {rows} = await reader.quarantinedRows(filter).finally(() => reader.close())
    const text = csvOf(await asCorrected(workspace, request, rows), unmasked)
    if (unmasked) {
      const audit = {actor: workspace.actor, action: 'quarantine export', subject: `${dataset}: ${rows.length} rows, unmasked`, run: run.id}
      await recordAudit(run.database, {...audit, at: run.startedAt.toISOString()})
    }
    if (rows.length > 0) await writePrivate(file, text)
    const body = {dataset, file, rows: rows.length, unmasked}
    return {state: rows.length > 0 ? ('succeeded' as const) : ('noop' as const), outputs: [], body}
  })
}

async function asCorrected(
  workspace: Workspace,
  {dataset, unmasked}: ExportRequest,
  rows: readonly QuarantinedRow[],
): Promise<readonly QuarantinedRow[]> {
  const batches = await readBatches(await workspace.store())
  const corrected: QuarantinedRow[] = []
  for (const row of rows) {
    if (!row.decision?.corrected) {
      corrected.push(row)
      continue
    }
    const place = {batch: row.batch, file: row.sha256, row: row.row, reasons: row.reasons}
    const [known] = await withRecords({workspace, batches}, {number: Number.MAX_SAFE_INTEGER, review: {dataset, of: row.batch}}, [place])
    const shown = Object.entries(known?.corrections ?? {}).map(([name, value]): [string, string | null] => {
      const isHidden = !unmasked && row.values[name] === masked
      return [name, isHidden && value !== null ? masked : value]
    })
    corrected.push({...row, values: {...row.values, ...Object.fromEntries(shown)}})
  }
  return corrected
}

/** Comments may tell of patients, as values do. */
function csvOf(rows: readonly QuarantinedRow[], unmasked: boolean): string {
  const isNoted = rows.some(({assignee, comments}) => assignee !== undefined || comments !== undefined)
  const said = ({comments}: QuarantinedRow) =>
    comments === undefined ? null : unmasked ? comments.map(({by, at, text}) => `${at.slice(0, 10)} ${by}: ${text}`).join('\n') : masked
  const received = [...new Set(rows.flatMap(({values}) => Object.keys(values)))]
  const header = [
    '_batch',
    '_file',
    '_row',
    '_path',
    '_at_line',
    '_reasons',
    ...(isNoted ? ['_assignee', '_comments'] : []),
    ...received.map((name) => (name === 'record' ? '_record' : name)),
  ]
  const lines = rows.map((one) => {
    const {batch, sha256, row, file, line, reasons, values, assignee = null} = one
    const notes = isNoted ? [assignee, said(one)] : []
    const place = [String(batch), sha256, String(row), file, String(line), reasons.join(' ')]
    return [...place, ...notes, ...received.map((name) => values[name] ?? null)]
  })
  return [header, ...lines].map(csvLine).join('')
}
