// A CSV that a person corrected: rows by the places that an export wrote, and cells. Read like any delivered file, so that what a
// spreadsheet makes of encoding, delimiter and quotes does not matter. Errors name the record in it, never a cell.
import {HippoError} from '../errors/hippo-error.ts'
import type {Plan} from '../expr/plan.ts'
import type {ReadyFile} from './prepare-batch.ts'
import {readGivenFile} from './prepare-batch.ts'
import type {DatasetContext} from './promote-dataset.ts'
import type {QuarantinedPlace} from './settle-rows.ts'

export interface CorrectedRow {
  /** 1-based record in the CSV. */
  readonly record: number
  readonly place: QuarantinedPlace
  /** Cells by column; null where one is empty. Columns that hippo wrote for people are left out. */
  readonly cells: Readonly<Record<string, string | null>>
}

const placeHeaders = ['_batch', '_file', '_row'] as const

/** CONFIG_USAGE when it does not say which rows it is about; SOURCE_REFUSED when it cannot be read. */
export async function readCorrectedRows(
  {workspace, run}: Pick<DatasetContext, 'workspace' | 'run'>,
  {dataset, file, staging}: {readonly dataset: string; readonly file: string; readonly staging: string},
): Promise<readonly CorrectedRow[]> {
  const ready = await readGivenFile(workspace, {dataset, localPath: file, staging, signal: run.signal})
  const {prepared} = ready
  const missing = placeHeaders.find((name) => !prepared.header.includes(name))
  if (missing !== undefined) throw unusable(ready, `it has no column ${missing}, which says where a row came from`)
  if (Object.keys(prepared.malformed).length > 0) throw unusable(ready, 'some of its records have no structure')
  const engine = await workspace.engine()
  const rows = await engine.rows(scanOf(ready), Number.MAX_SAFE_INTEGER, {signal: run.signal})
  const known = new Set<string>()
  return rows.map((row, index): CorrectedRow => {
    const record = index + 1
    const cells = Object.fromEntries(prepared.header.map((header) => [header, row[given(header)]?.toString() ?? null]))
    const {_batch, _file, _row} = cells
    const place = {batch: Number(_batch), file: String(_file), row: Number(_row)}
    if (!/^[0-9]+$/.test(`${_batch}`) || !/^[0-9]+$/.test(`${_row}`) || !/^[0-9a-f]{64}$/.test(place.file))
      throw unusable(ready, `record ${record} does not say where its row came from`)
    const name = `${place.batch} ${place.file} ${place.row}`
    if (known.has(name)) throw unusable(ready, `record ${record} is about the same row as an earlier one`)
    known.add(name)
    return {record, place, cells: Object.fromEntries(Object.entries(cells).filter(([header]) => !header.startsWith('_')))}
  })
}

const given = (header: string): string => `given ${header}`

function scanOf({prepared: {path, format, header}}: ReadyFile): Plan {
  const binding = Object.fromEntries(header.map((name) => [given(name), name]))
  const columns = header.map((name) => ({name: given(name), type: 'string' as const}))
  return {kind: 'scan', files: [{path, format, binding, constants: {}}], columns}
}

const unusable = ({record}: ReadyFile, why: string) =>
  new HippoError('CONFIG_USAGE', {
    message: `${record.path} cannot be used: ${why}`,
    hint: 'correct the file that hippo quarantine export wrote, and leave its columns _batch, _file and _row as they are',
  })
