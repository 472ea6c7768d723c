// Some records of received files instead of all, with what people corrected in them, under the places by which quarantine knows
// them: after an erasure the same record stands in other bytes, under another number.
import {column, type Expr, text, when} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import type {RowPlace} from '../lake/review-documents.ts'
import {recordColumns} from '../source/source.ts'

export interface ChosenRecord {
  /** Where the record stands in today's bytes. */
  readonly now: RowPlace
  /** Where quarantine says that it stands. */
  readonly place: RowPlace
  /** Values that people gave, by quarantine's name of the received column. */
  readonly corrections?: Readonly<Record<string, string | null>>
}

/** A column of the scan, and the name that quarantine gives the received column in it; in all files, or in one. */
export interface ReceivedColumn {
  readonly column: string
  readonly name: string
  /** SHA-256. */
  readonly file?: string
}

const nowKey = ['now file', 'now row']

/** `records`: scanned records of the files, with `_file` and `_row`. */
export function chooseRecords(records: Plan, chosen: readonly ChosenRecord[], received: readonly ReceivedColumn[]): Plan {
  const places = placesOf(chosen)
  const kept: Plan = {kind: 'filter', input: records, where: {kind: 'existsIn', key: here, relation: places, on: nowKey}}
  const take = (name: string): Expr => ({kind: 'lookup', key: here, relation: places, on: nowKey, take: name})
  const columns = [...correctedColumns(chosen, received), {name: '_file', expr: take('file')}, {name: '_row', expr: take('row')}]
  return {kind: 'derive', input: kept, columns}
}

const here: readonly Expr[] = [column('_file'), column('_row')]

const placeColumns: readonly PlanColumn[] = [
  {name: 'now file', type: 'string'},
  {name: 'now row', type: 'int64'},
]

function placesOf(chosen: readonly ChosenRecord[]): Plan {
  const columns: readonly PlanColumn[] = [...placeColumns, {name: 'file', type: 'string'}, {name: 'row', type: 'int64'}]
  const rows = chosen.map(({now, place}) => [now.file, BigInt(now.row), place.file, BigInt(place.row)])
  return {kind: 'values', columns, rows}
}

interface CorrectedValue {
  readonly now: RowPlace
  readonly value: string | null
}

function correctedColumns(chosen: readonly ChosenRecord[], received: readonly ReceivedColumn[]) {
  const corrected = chosen.filter(({corrections}) => corrections !== undefined)
  if (corrected.length === 0) return []
  const columns = Map.groupBy(received, ({column: name}) => name)
  const replaced = [...columns].flatMap(([name, ways]) => {
    const values = corrected.flatMap(({now, corrections = {}}): readonly CorrectedValue[] =>
      ways.flatMap((way) =>
        (way.file === undefined || way.file === now.file) && Object.hasOwn(corrections, way.name)
          ? [{now, value: corrections[way.name] ?? null}]
          : [],
      ),
    )
    return values.length === 0 ? [] : [{name, expr: valueOr(column(name), values)}]
  })
  // What a person made a record of is one, whatever its text was like.
  const isCorrected: Expr = {kind: 'existsIn', key: here, relation: valuesOf(corrected.map(({now}) => ({now, value: null}))), on: nowKey}
  return [...replaced, {name: recordColumns.malformed, expr: when(isCorrected, text(null), column(recordColumns.malformed))}]
}

function valueOr(received: Expr, values: readonly CorrectedValue[]): Expr {
  const relation = valuesOf(values)
  const isGiven: Expr = {kind: 'existsIn', key: here, relation, on: nowKey}
  return when(isGiven, {kind: 'lookup', key: here, relation, on: nowKey, take: 'value'}, received)
}

const valuesOf = (values: readonly CorrectedValue[]): Plan => ({
  kind: 'values',
  columns: [...placeColumns, {name: 'value', type: 'string'}],
  rows: values.map(({now, value}) => [now.file, BigInt(now.row), value]),
})
