// Corrections of rejected rows by CSV. A cell that differs from what the row has (as received, or as corrected before) is a
// correction; masked cells and columns that are not there are none. The received bytes and quarantine's copy of them stay as they
// are: the values lie beside them, with who gave them and why.
import {rm} from 'node:fs/promises'
import type {Snapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {quarantineColumns, reservedNames} from '../lake/reserved-columns.ts'
import type {Correction} from '../lake/review-documents.ts'
import type {RowState} from '../lake/row-state.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import {masked} from '../model/masked.ts'
import type {DatasetName} from '../model/names.ts'
import type {ReviewResult} from '../model/run.ts'
import type {RejectedRow} from './open-rows.ts'
import type {RunOptions, Workspace} from './ports.ts'
import type {DatasetContext} from './promote-dataset.ts'
import {type CorrectedRow, readCorrectedRows} from './read-corrected-rows.ts'
import type {ReviewDraft} from './review/make-review.ts'
import {withRecords} from './review/reviewed-rows.ts'
import {decide} from './review-quarantine.ts'
import {isAmong, placesPlan, type QuarantinedPlace} from './settle-rows.ts'

export interface FixRequest extends RunOptions {
  readonly dataset: DatasetName
  /** Path of the CSV as the user gave it. */
  readonly file: string
  readonly reason?: string
}

/** Judges the corrected rows again and merges those that pass. CONFIG_USAGE when the CSV is about rows that do not wait. */
export async function fixQuarantine(workspace: Workspace, request: FixRequest): Promise<ReviewResult> {
  const {dataset, file, reason} = request
  const staging = await workspace.stagingDirectory()
  try {
    return await decide(workspace, {...request, action: 'fix'}, async (context, quarantine) => {
      const given = await readCorrectedRows(context, {dataset, file, staging})
      const corrections = quarantine ? await correctionsOf(context, quarantine, given) : []
      const drafts = [...Map.groupBy(corrections, ({row}) => row.batch)]
        .sort(([a], [b]) => a - b)
        .map(([of, own]): ReviewDraft => {
          const said = {actor: workspace.actor, ...(reason === undefined ? {} : {reason})}
          return {action: 'fix', of, rows: own.map(({row}) => row), corrections: own.map(({correction}) => correction), ...said}
        })
      return {drafts}
    })
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

interface CorrectedPlace {
  readonly row: RejectedRow
  readonly correction: Correction
}

async function correctionsOf(
  context: DatasetContext,
  quarantine: Snapshot,
  given: readonly CorrectedRow[],
): Promise<readonly CorrectedPlace[]> {
  const stored = await storedRows(context, quarantine, given)
  const found: CorrectedPlace[] = []
  for (const corrected of given) {
    const row = stored.get(nameOf(corrected.place))
    if (!row) throw refused(corrected, 'is about a row that was never in quarantine')
    const values = differences(corrected, row)
    if (Object.keys(values).length === 0) continue
    if (row.state !== 'open') throw refused(corrected, `corrects a row that waits no more: it is ${row.state}`)
    found.push({row: row.rejected, correction: {file: row.rejected.file, row: row.rejected.row, values}})
  }
  return found
}

function differences({cells, record}: CorrectedRow, {values}: StoredRow): Readonly<Record<string, string | null>> {
  const changed = Object.entries(cells).filter(([column, cell]) => {
    if (!Object.hasOwn(values, column))
      throw new HippoError('CONFIG_USAGE', {
        message: `record ${record}: quarantine has no column ${column}`,
        hint: 'leave the header as exported',
      })
    return cell !== masked && cell !== values[column]
  })
  return Object.fromEntries(changed)
}

interface StoredRow {
  readonly rejected: RejectedRow
  readonly state: RowState
  /** Received columns, with earlier corrections. */
  readonly values: Readonly<Record<string, string | null>>
}

async function storedRows(
  context: DatasetContext,
  quarantine: Snapshot,
  given: readonly CorrectedRow[],
): Promise<ReadonlyMap<string, StoredRow>> {
  const {workspace, contract, run} = context
  const received = readableColumnsOf(quarantine).filter(({name}) => !reservedNames.has(name))
  const input = scanTable(quarantine, {columns: [...quarantineColumns, ...received]})
  const where = isAmong(placesPlan(given.map(({place}) => place)))
  const engine = await workspace.engine()
  const rows = await engine.rows({kind: 'filter', input, where}, Number.MAX_SAFE_INTEGER, {signal: run.signal})
  const found = new Map<string, StoredRow>()
  for (const row of rows) {
    const place = {batch: Number(row._batch), file: String(row._file), row: Number(row._row)}
    const rejected = {...place, reasons: row._reasons === null ? [] : String(row._reasons).split('|')}
    const of = {number: Number.MAX_SAFE_INTEGER, review: {dataset: contract.dataset, of: place.batch}}
    const [known] = await withRecords(context, of, [rejected])
    const values = Object.fromEntries(received.map(({name}) => [name, row[name]?.toString() ?? null]))
    found.set(nameOf(place), {rejected, state: (row._state ?? 'open') as RowState, values: {...values, ...known?.corrections}})
  }
  return found
}

const nameOf = ({batch, file, row}: QuarantinedPlace): string => `${batch} ${file} ${row}`

const refused = ({record}: CorrectedRow, why: string) =>
  new HippoError('CONFIG_USAGE', {message: `record ${record} of the file ${why}; nothing was changed`, hint: 'export the rows again'})
