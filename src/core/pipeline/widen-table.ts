// Follows a contract that makes columns wider: the table is written anew, file by file, with the same rows in the wider types, as
// a version of its own before the batch that needs it. Counted before it is committed: no row and no value may get lost.
import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'
import {stageFiles} from '../delta/add-files.ts'
import {commit} from '../delta/commit.ts'
import type {Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {rowCount, tableFiles} from '../delta/table-files.ts'
import {widenFields} from '../delta/widen-fields.ts'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {column} from '../expr/expr.ts'
import type {PlanColumn} from '../expr/plan.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import {readableColumnsOf, scanTable, writableListsOf} from '../lake/scan-table.ts'
import {silverFields} from '../lake/silver-fields.ts'
import {assertHeld} from './commit-batch-tables.ts'
import {lakeTable, openColumns} from './lake-table.ts'
import {maintenanceInfo} from './maintain-table.ts'
import {scanFiles} from './merge-into.ts'
import type {DatasetContext} from './promote-dataset.ts'
import {widenRows} from './widen-rows.ts'

/** The table with its columns as wide as today's contract wants them; as it is when none gets wider. The caller holds the lock. */
export async function widenTable(context: DatasetContext, silver: Snapshot): Promise<Snapshot> {
  const {contract, workspace, run} = context
  const fields = widenFields(silver.fields, silverFields(contract))
  if (fields === undefined) return silver
  if (context.request.dryRun) {
    throw new HippoError('CONTRACT_CHANGED', {
      message: `columns of ${contract.dataset} get wider types: its table is written anew before the batch can be judged against it`,
      hint: 'run it without --dry-run; the widened table has the same rows',
    })
  }
  const staging = await workspace.stagingDirectory()
  try {
    const files = await writeWidened(context, silver, fields, staging)
    const isOpen = await openColumns(await lakeTable(workspace, `silver.${contract.dataset}`))
    const hidden = new Set(fields.map(({name}) => name).filter((name) => !isOpen(name)))
    const add = await stageFiles(silver.store, silver.table, files, fields, hidden)
    const judgement = await readJudgement(silver.store, silver.table, silver.version)
    assertHeld({context})
    const info = maintenanceInfo({run, workspace}, {maintenance: 'widen'}, judgement)
    return await commit(silver.store, silver.table, silver, {mode: 'widen', add, fields, info}, {signal: run.signal})
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

const filesAtOnce = 16

async function writeWidened(
  {workspace, run}: DatasetContext,
  silver: Snapshot,
  fields: readonly Field[],
  staging: string,
): Promise<readonly WrittenFile[]> {
  const engine = await workspace.engine()
  const [narrow, lists] = [readableColumnsOf(silver), writableListsOf(silver)]
  const wide = readableColumnsOf({...silver, fields})
  const directory = path.join(staging, 'widened')
  await mkdir(directory, {mode: 0o700})
  const keys = tableFiles(silver).map(({key}) => key)
  const written: WrittenFile[] = []
  for (let at = 0; at < keys.length; at += filesAtOnce) {
    const outputs = keys.slice(at, at + filesAtOnce).map((key) => {
      const input = scanTable(silver, {columns: narrow, onlyKeys: new Set([key])})
      const plan = widenRows(input, narrow, wide)
      return {name: key, plan, columns: wide, format: 'parquet' as const, directory, lists}
    })
    const result = await engine.write(outputs, {signal: run.signal, stagingDirectory: staging})
    written.push(...result.outputs.flatMap((output) => output.files))
  }
  await assertSameValues(engine, silver, written, {narrow, wide, signal: run.signal})
  return written
}

interface Compared {
  readonly narrow: readonly PlanColumn[]
  readonly wide: readonly PlanColumn[]
  readonly signal: AbortSignal
}

async function assertSameValues(
  engine: Engine,
  silver: Snapshot,
  written: readonly WrittenFile[],
  {narrow, wide, signal}: Compared,
): Promise<void> {
  const nulls = wide.map(({name}) => ({name, function: 'countNull' as const, of: column(name)}))
  const [before, after] = await engine.measure(
    [
      {id: 'before', input: scanTable(silver, {columns: narrow}), aggregates: nulls},
      {id: 'after', input: scanFiles(written, wide), aggregates: nulls},
    ],
    {signal},
  )
  const rows = written.reduce((sum, file) => sum + file.rows, 0)
  const lost = wide.find(({name}) => before?.values[name] !== after?.values[name])
  const known = rowCount(silver)
  if (lost === undefined && (known === undefined || known === rows)) return
  throw new HippoError('ENGINE_FAILED', {
    message: `table ${silver.table}: widening it would lose ${lost ? `values of column ${lost.name}` : 'rows'}; nothing was committed`,
  })
}
