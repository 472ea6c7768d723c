// Finds what is to go in the files of a silver or quarantine table: those of the newest version and those that only older
// versions, or none, still have. A file of the latter kind that cannot be read counts as holding something.
import type {AddAction} from '../../delta/actions.ts'
import {isDataFile, wholePlace} from '../../delta/file-place.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {and, bool, column, compare, type Expr, isPresent, literal, not} from '../../expr/expr.ts'
import type {AggregatePlan, Plan, PlanColumn} from '../../expr/plan.ts'
import {localCopy} from '../../lake/bronze.ts'
import {layout} from '../../lake/layout.ts'
import {reservedNames} from '../../lake/reserved-columns.ts'
import {readableColumnsOf} from '../../lake/scan-table.ts'
import type {ErasedDataset, Erasure, RecordOrigin, Search} from './erasure.ts'
import type {HeldRows} from './held-rows.ts'
import {anyCondition, anyOf, type RowTest, receivedText} from './row-tests.ts'

export type TableLayer = 'silver' | 'quarantine'

export interface TableSearch {
  readonly dataset: ErasedDataset
  readonly layer: TableLayer
  readonly snapshot: Snapshot
  /** True for rows that go. */
  readonly where: Expr
  /** Files of the newest version with such rows. */
  readonly current: readonly {readonly add: AddAction; readonly key: string; readonly rows: number}[]
  /** Rows of its current files that would go but for a legal hold on a person. */
  readonly kept: number
  /** Keys of other files of rows in the table's folder, and how many of them, but for those of the feed, hold such rows. */
  readonly dead: readonly string[]
  readonly deadWithRows: number
  /** The same of files of the change data feed. */
  readonly fed: number
}

/** Undefined where there is no table, or nothing in it could be meant. */
export async function searchTable(
  search: Pick<Search, 'erasure' | 'origins'> & {readonly held?: HeldRows},
  dataset: ErasedDataset,
  layer: TableLayer,
): Promise<TableSearch | undefined> {
  const {store} = search.erasure
  const table = layout.table(layer, dataset.contract.dataset)
  const snapshot = await readSnapshot(store, table)
  const sought = snapshot && (layer === 'silver' ? silverRows(dataset, snapshot) : quarantineRows(search, dataset, snapshot))
  if (!snapshot || !sought) return undefined
  const held = search.held && heldIn(search.held, dataset, layer, snapshot)
  const where = held ? and(sought, not({kind: 'coalesce', of: [held, bool(false)]})) : sought
  const current: {readonly add: AddAction; readonly key: string; readonly rows: number}[] = []
  const count = (key: string) => countRows(search.erasure, snapshot, key, where)
  let kept = 0
  for (const [path, add] of snapshot.files) {
    const key = `${table}/${path}`
    const rows = await count(key)
    if (rows > 0) current.push({add, key, rows})
    if (held) kept += await countRows(search.erasure, snapshot, key, and(sought, held))
  }
  const dead = await deadFiles(snapshot)
  const holding: string[] = []
  for (const key of dead) if ((await count(key).catch(unreadable)) > 0) holding.push(key)
  const fed = holding.filter((key) => key.startsWith(`${table}/_change_data/`)).length
  return {dataset, layer, snapshot, where, current, kept, dead, deadWithRows: holding.length - fed, fed}
}

const silverRows = ({tests}: ErasedDataset, {fields}: Snapshot): Expr | undefined =>
  anyOf(tests, ({name}) => fields.some((field) => field.name === name))

/** Rejected rows keep the received text: they are known by where they came from, and by the text of the columns as it came. */
function quarantineRows({origins}: Pick<Search, 'origins'>, erased: ErasedDataset, snapshot: Snapshot): Expr | undefined {
  const {contract, tests, quarantinedBefore} = erased
  const isOld =
    quarantinedBefore === undefined
      ? undefined
      : and(isPresent(column('_quarantined_at')), compare(column('_quarantined_at'), '<', literal(quarantinedBefore, 'timestamp')))
  return anyCondition([...receivedAt(origins.get(contract.dataset) ?? []), ...receivedTexts(tests, snapshot), isOld])
}

function heldIn(held: HeldRows, {contract: {dataset}}: ErasedDataset, layer: TableLayer, snapshot: Snapshot): Expr | undefined {
  const tests = held.tests.get(dataset) ?? []
  if (layer === 'silver') return anyOf(tests, ({name}) => snapshot.fields.some((field) => field.name === name))
  return anyCondition([...receivedAt(held.origins.get(dataset) ?? []), ...receivedTexts(tests, snapshot)])
}

function receivedTexts(tests: readonly RowTest[], {fields}: Snapshot): readonly (Expr | undefined)[] {
  const received = fields.flatMap(({name}) => (reservedNames.has(name) ? [] : [name]))
  return tests.map((test) => receivedText(test, received))
}

function receivedAt(origins: readonly RecordOrigin[]): readonly Expr[] {
  if (origins.length === 0) return []
  const relation: Plan = {
    kind: 'values',
    columns: [
      {name: '_file', type: 'string'},
      {name: '_row', type: 'int64'},
    ],
    rows: origins.map(({file, row}) => [file, BigInt(row)]),
  }
  const on = ['_file', '_row']
  return [{kind: 'existsIn', key: on.map(column), relation, on}]
}

/** Data files in the table's folder that its newest version does not have. */
export async function deadFiles(snapshot: Snapshot): Promise<readonly string[]> {
  const {store, table, files} = snapshot
  const live = new Set([...files.keys()].map((path) => wholePlace(snapshot, path)))
  const dead: string[] = []
  for await (const {key} of store.list(`${table}/`)) {
    const path = key.slice(table.length + 1)
    if (isDataFile(path) && !live.has(wholePlace(snapshot, path))) dead.push(key)
  }
  return dead
}

async function countRows(erasure: Erasure, snapshot: Snapshot, key: string, where: Expr): Promise<number> {
  const {engine, run} = erasure
  const input = await fileRows(erasure, snapshot, [key])
  const plan: AggregatePlan = {id: key, input, aggregates: [{name: 'rows', function: 'countIf', of: where}]}
  const [counted] = await engine.measure([plan], {signal: run.signal})
  return Number(counted?.values.rows ?? 0)
}

/** Rows of data files with the snapshot's columns, lists as text. */
export async function fileRows({store, staging, run}: Erasure, snapshot: Snapshot, keys: readonly string[]): Promise<Plan> {
  const columns: readonly PlanColumn[] = readableColumnsOf(snapshot)
  const binding = Object.fromEntries(columns.map(({name}) => [name, name]))
  const paths = await Promise.all(keys.map((key) => localCopy(store, key, staging, run.signal)))
  return {kind: 'scan', columns, files: paths.map((path) => ({path, format: {kind: 'parquet'}, binding, constants: {}}))}
}

/** A data file of old that cannot be read is removed rather than trusted; what ends the run is thrown on. */
function unreadable(error: unknown): number {
  unlessUnreadable(error)
  return 1
}

/** A file that cannot be read tells nothing: it counts as holding something, and goes, if no version needs it. */
export function unlessUnreadable(error: unknown): readonly never[] {
  if (error instanceof HippoError && error.code === 'ENGINE_FAILED') return []
  throw error
}
