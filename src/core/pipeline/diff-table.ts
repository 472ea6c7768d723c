// What changed between two versions of a table: rows by key, cells by column. Counts, and on demand a few changed rows in which
// protected columns are masked. Rows are the same row when their primary key is, or without one, their place of origin.
import {isSameType} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {rowCount} from '../delta/table-files.ts'
import type {TimeTravel} from '../delta/time-travel.ts'
import {isWider} from '../delta/widen-fields.ts'
import {and, column, type Expr, not} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {originColumns} from '../lake/reserved-columns.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import {primaryKey} from '../model/contract.ts'
import {masked} from '../model/masked.ts'
import type {ChangedRow, TableDiff} from '../model/table.ts'
import {differingFiles} from './differing-files.ts'
import {type LakeTable, lakeTable, openColumns, snapshotOf} from './lake-table.ts'
import {shownSnapshotOf} from './lost-versions.ts'
import type {Workspace} from './ports.ts'
import {widenRows} from './widen-rows.ts'

/** As if the version that `version` or `asOf` names were the newest. */
export interface DiffRequest extends TimeTravel {
  /** As `lakeTable` understands it. */
  readonly table: string
  /** The version before `to` when absent. */
  readonly from?: number
  /** The newest when absent. */
  readonly to?: number
  /** How many changed rows to show. */
  readonly rows?: number
}

const originKey = ['_batch', '_file', '_row']
const origins = new Set(originColumns.map(({name}) => name))

/** Compares two versions in either order. TABLE_VERSION_UNKNOWN for a version that cannot be read any more. */
export async function diffTable(workspace: Workspace, request: DiffRequest, signal = new AbortController().signal): Promise<TableDiff> {
  const of = await lakeTable(workspace, request.table)
  const {version, asOf} = request
  const travel = {...(version === undefined ? {} : {version}), ...(asOf === undefined ? {} : {asOf})}
  const after = await shownSnapshotOf(workspace, of, request.to === undefined ? travel : {version: request.to})
  const before = await snapshotOf(of, {version: request.from ?? Math.max(0, after.version - 1)})
  const files = await differingFiles(before, after)
  const {shared, schema} = compareColumns(before, after)
  const key = keyOf(of, shared)
  const common = {table: of.name, from: before.version, to: after.version, key, ...rowsOf(before, after), schema}
  if (files.before.size === 0 && files.after.size === 0) return {...common, added: 0, removed: 0, changed: 0, columns: []}
  const compared: Compared = {
    key,
    values: shared.filter(({name}) => !origins.has(name) && !key.includes(name)).map(({name}) => name),
    old: rowsAs(shared, before, files.before),
    now: rowsAs(shared, after, files.after),
  }
  const counts = await count(workspace, compared, signal)
  return {
    ...common,
    ...counts,
    ...(request.rows ? {items: await changedRows(workspace, compared, {limit: request.rows, isOpen: await openColumns(of), signal})} : {}),
  }
}

interface Compared {
  readonly key: readonly string[]
  readonly values: readonly string[]
  readonly old: Plan
  readonly now: Plan
}

function rowsOf(before: Snapshot, after: Snapshot): Pick<TableDiff, 'rows'> {
  const [old, now] = [rowCount(before), rowCount(after)]
  return old === undefined || now === undefined ? {} : {rows: {before: old, after: now}}
}

/** Columns that both versions have, in the wider of their types where one holds the other's values, and those that they do not share. */
function compareColumns(before: Snapshot, after: Snapshot): {readonly shared: readonly PlanColumn[]; readonly schema: TableDiff['schema']} {
  const typesOf = (snapshot: Snapshot) => new Map(snapshot.fields.map(({name, type}) => [name, type]))
  const [old, now] = [typesOf(before), typesOf(after)]
  const both = [...now].flatMap(([name, type]) => {
    const was = old.get(name)
    return was === undefined ? [] : [{name, was, type, isSame: isSameType(was, type), isWiderNow: isWider(type, was)}]
  })
  const widened = both.filter(({was, type, isSame, isWiderNow}) => !isSame && (isWiderNow || isWider(was, type))).map(({name}) => name)
  const narrowed = new Set(both.filter(({name, isWiderNow}) => widened.includes(name) && !isWiderNow).map(({name}) => name))
  const oldTypes = new Map(readableColumnsOf(before).map((one) => [one.name, one]))
  const isShared = new Set([...both.filter(({isSame}) => isSame).map(({name}) => name), ...widened])
  return {
    shared: readableColumnsOf(after).flatMap((one) =>
      isShared.has(one.name) ? [(narrowed.has(one.name) && oldTypes.get(one.name)) || one] : [],
    ),
    schema: {
      added: [...now.keys()].filter((name) => !old.has(name)),
      removed: [...old.keys()].filter((name) => !now.has(name)),
      retyped: both.filter(({name}) => !isShared.has(name)).map(({name}) => name),
      widened,
    },
  }
}

/** Rows of some files of a version, in types that hold its own. */
function rowsAs(columns: readonly PlanColumn[], snapshot: Snapshot, onlyKeys: ReadonlySet<string>): Plan {
  const own = new Map(readableColumnsOf(snapshot).map((one) => [one.name, one]))
  const stored = columns.map((one) => own.get(one.name) ?? one)
  return widenRows(scanTable(snapshot, {columns: stored, onlyKeys}), stored, columns)
}

function keyOf({layer, contract}: LakeTable, shared: readonly PlanColumn[]): readonly string[] {
  const key = layer === 'silver' && contract ? primaryKey(contract) : []
  const isShared = key.length > 0 && key.every((name) => shared.some((one) => one.name === name))
  return isShared ? key : originKey
}

const isIn = (key: readonly string[], relation: Plan): Expr => ({kind: 'existsIn', key: key.map(column), relation, on: key})
const isSame = (key: readonly string[], relation: Plan, columns: readonly string[]): Expr => ({kind: 'isSameIn', key, relation, columns})
const countIf = (name: string, of: Expr) => ({name, function: 'countIf', of}) as const
const isChanged = ({key, old}: Compared, columns: readonly string[]): Expr => and(isIn(key, old), not(isSame(key, old, columns)))

async function count(
  workspace: Workspace,
  compared: Compared,
  signal: AbortSignal,
): Promise<Pick<TableDiff, 'added' | 'removed' | 'changed' | 'columns'>> {
  const {key, values, old, now} = compared
  const engine = await workspace.engine()
  const perColumn = values.map((name, index) => countIf(`column ${index}`, isChanged(compared, [name])))
  const changed = values.length === 0 ? [] : [countIf('changed', isChanged(compared, values))]
  const [inNow, inOld] = await engine.measure(
    [
      {id: 'now', input: now, aggregates: [countIf('added', not(isIn(key, old))), ...changed, ...perColumn]},
      {id: 'old', input: old, aggregates: [countIf('removed', not(isIn(key, now)))]},
    ],
    {signal},
  )
  const columns = values.map((name, index) => ({column: name, changed: Number(inNow?.values[`column ${index}`] ?? 0)}))
  return {
    added: Number(inNow?.values.added ?? 0),
    removed: Number(inOld?.values.removed ?? 0),
    changed: Number(inNow?.values.changed ?? 0),
    columns: columns.filter((one) => one.changed > 0).toSorted((a, b) => b.changed - a.changed),
  }
}

interface Sample {
  readonly limit: number
  readonly isOpen: (name: string) => boolean
  readonly signal: AbortSignal
}

/** Changed rows with their changed cells; a row whose key is protected is told by its key's mask. */
async function changedRows(workspace: Workspace, compared: Compared, {limit, isOpen, signal}: Sample): Promise<readonly ChangedRow[]> {
  const {key, values, old, now} = compared
  if (values.length === 0) return []
  const engine = await workspace.engine()
  const was = (name: string): Expr => ({kind: 'lookup', key: key.map(column), relation: old, on: key, take: name})
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: now, where: isChanged(compared, values)},
    columns: [
      ...key.map((name, index) => ({name: `key ${index}`, expr: column(name)})),
      ...values.flatMap((name, index) => [
        {name: `after ${index}`, expr: column(name)},
        {name: `before ${index}`, expr: was(name)},
      ]),
    ],
  }
  const shown = (name: string, value: unknown) => (value === null || value === undefined ? null : isOpen(name) ? String(value) : masked)
  return (await engine.rows(plan, limit, {signal})).map((row) => ({
    key: Object.fromEntries(key.map((name, index) => [name, shown(name, row[`key ${index}`])])),
    cells: values.flatMap((name, index) => {
      const [from, to] = [row[`before ${index}`], row[`after ${index}`]]
      return from === to ? [] : [{column: name, before: shown(name, from), after: shown(name, to)}]
    }),
  }))
}
