// What became of each row in a commit that rewrites files, for the change data feed of a table that keeps one: the rows as they
// were, from the files that go, and as they are, from the rows that came. Rows that were only copied did not change.
import {mkdir} from 'node:fs/promises'
import type {CdcAction} from '../delta/actions.ts'
import {changeTypeField, stageChanges} from '../delta/add-files.ts'
import {hasChangeFeed} from '../delta/protocol.ts'
import type {Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {bool, column, type Expr, text, when} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {readableColumnsOf, scanTable, writableListsOf} from '../lake/scan-table.ts'
import {scanFiles} from './merge-into.ts'
import type {Replaced} from './rows-without-keys.ts'

export interface ChangedRows {
  readonly engine: Engine
  /** Before the change. */
  readonly snapshot: Snapshot
  /** Of the table after it. */
  readonly fields: readonly Field[]
  readonly key: readonly string[]
  readonly replaced: Replaced
  /** Private folder; made when it is not there. */
  readonly directory: string
  readonly signal: AbortSignal
}

/** Files of the feed for a merge of `accepted` rows; undefined where none are needed. */
export async function changesOfMerge(change: ChangedRows, accepted: readonly WrittenFile[]): Promise<readonly CdcAction[] | undefined> {
  if (!isNeeded(change)) return undefined
  const columns = readableColumnsOf({...change.snapshot, fields: change.fields})
  const [old, now] = [before(change), scanFiles(accepted, columns)]
  const isOld = isAmong(change.key, old)
  return writeChanges(change, [
    marked({kind: 'filter', input: old, where: isAmong(change.key, now)}, text('update_preimage')),
    marked(now, when(isOld, text('update_postimage'), text('insert'))),
  ])
}

/** The same where rows leave by themselves: those that `gone` has the keys of, but for the accepted ones, which come again. */
export async function changesOfRemoval(
  change: ChangedRows,
  gone: Plan,
  accepted: readonly WrittenFile[],
): Promise<readonly CdcAction[] | undefined> {
  if (!isNeeded(change)) return undefined
  const old: Plan = {kind: 'filter', input: before(change), where: isAmong(change.key, gone)}
  if (accepted.length === 0) return writeChanges(change, [marked(old, text('delete'))])
  const now = scanFiles(accepted, readableColumnsOf({...change.snapshot, fields: change.fields}))
  return writeChanges(change, [
    marked(old, when(isAmong(change.key, now), text('update_preimage'), text('delete'))),
    marked(now, when(isAmong(change.key, old), text('update_postimage'), text('insert'))),
  ])
}

/** Rows that come, and files that go as a whole, are seen by readers without being told. */
const isNeeded = ({snapshot, replaced}: ChangedRows): boolean => hasChangeFeed(snapshot.metaData) && replaced.remove.length > 0

function before({snapshot, fields, replaced}: ChangedRows): Plan {
  return scanTable(snapshot, {columns: readableColumnsOf({...snapshot, fields}), onlyKeys: replaced.keys})
}

/** A key that is null is none of the others. */
const isAmong = (key: readonly string[], relation: Plan): Expr => ({
  kind: 'coalesce',
  of: [{kind: 'existsIn', key: key.map(column), relation, on: key}, bool(false)],
})

const marked = (input: Plan, change: Expr): Plan => ({kind: 'derive', input, columns: [{name: changeTypeField.name, expr: change}]})

async function writeChanges(change: ChangedRows, plans: readonly Plan[]): Promise<readonly CdcAction[]> {
  const {engine, snapshot, fields, directory, signal} = change
  await mkdir(directory, {recursive: true, mode: 0o700})
  const after = {...snapshot, fields}
  const columns = [...readableColumnsOf(after), {name: changeTypeField.name, type: 'string' as const}]
  const lists = writableListsOf(after)
  const outputs = plans.map((plan, index) => ({name: `changes ${index}`, plan, columns, format: 'parquet' as const, directory, lists}))
  const written = await engine.write(outputs, {signal, stagingDirectory: directory})
  const files = written.outputs.flatMap((output) => output.files)
  return stageChanges(snapshot.store, snapshot.table, files, fields)
}
