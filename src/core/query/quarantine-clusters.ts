// Rows that wait, by everything that is wrong with each: rows with the same combination of reasons mostly have one cause, and are
// mended together. Counted by the engine; with who looks after them.

import {readSnapshot} from '../delta/snapshot.ts'
import {column} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {layout} from '../lake/layout.ts'
import {keyOfRow, notesByRow, readNotes} from '../lake/row-notes.ts'
import type {DatasetName} from '../model/names.ts'
import {committedBatch, wantedRows} from './quarantined-rows.ts'
import type {QuarantineCluster, ReadableWorkspace} from './reader.ts'

/** Combinations of reasons, the most rows first. */
export async function readQuarantineClusters(workspace: ReadableWorkspace, dataset: DatasetName): Promise<readonly QuarantineCluster[]> {
  const [store, committed] = [await workspace.store(), await committedBatch(workspace, dataset)]
  const quarantine = await readSnapshot(store, layout.table('quarantine', dataset))
  if (quarantine === undefined || committed === undefined) return []
  const [engine, waiting] = [await workspace.engine(), wantedRows(quarantine, committed, {})]
  const grouped: Plan = {kind: 'group', input: waiting, by: ['_reasons'], aggregates: [{name: 'rows', function: 'count'}]}
  const groups = await engine.rows(grouped, Number.MAX_SAFE_INTEGER)
  const noted = notesByRow(await readNotes(store, dataset))
  const beside = noted.size === 0 ? [] : await engine.rows(notedRows(waiting, [...noted.keys()]), Number.MAX_SAFE_INTEGER)
  const found = beside.map((row) => ({
    reasons: String(row._reasons ?? ''),
    note: noted.get(keyOfRow({file: String(row._file), row: Number(row._row)})),
  }))
  return groups
    .map(({_reasons, rows}): QuarantineCluster => {
      const own = found.filter(({reasons}) => reasons === String(_reasons ?? ''))
      const names = own.flatMap(({note}) => note?.assignee ?? [])
      const assigned = Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
      const commented = own.filter(({note}) => (note?.comments.length ?? 0) > 0).length
      return {dataset, reasons: String(_reasons ?? '').split('|'), rows: Number(rows), assigned, commented}
    })
    .toSorted((a, b) => b.rows - a.rows || (a.reasons.join() < b.reasons.join() ? -1 : 1))
}

function notedRows(waiting: Plan, keys: readonly string[]): Plan {
  const relation: Plan = {
    kind: 'values',
    columns: [
      {name: 'file', type: 'string'},
      {name: 'row', type: 'int64'},
    ],
    rows: keys.map((key) => [key.slice(0, key.indexOf(' ')), BigInt(key.slice(key.indexOf(' ') + 1))]),
  }
  const where = {kind: 'existsIn' as const, key: [column('_file'), column('_row')], relation, on: ['file', 'row']}
  const columns = ['_file', '_row', '_reasons'].map((name) => ({name, expr: column(name)}))
  return {kind: 'select', input: {kind: 'filter', input: waiting, where}, columns}
}
