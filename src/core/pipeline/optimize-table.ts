// Compaction: many small files become few of about the target size, with the same rows. Nothing is committed before the rows
// written were read back and their digest is that of the rows in the old files.
import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'
import type {AddAction} from '../delta/actions.ts'
import {stageFiles} from '../delta/add-files.ts'
import {commit} from '../delta/commit.ts'
import {planCompaction} from '../delta/plan-compaction.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {WrittenFile} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {Plan} from '../expr/plan.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import {readableColumnsOf, scanTable, writableListsOf} from '../lake/scan-table.ts'
import type {OptimizeResult} from '../model/table.ts'
import {openColumns, snapshotOf} from './lake-table.ts'
import {maintainTable, maintenanceInfo, sizeOf, type TableRequest, type TableWork} from './maintain-table.ts'
import {scanFiles} from './merge-into.ts'
import type {Workspace} from './ports.ts'
import {digestOfRows} from './rows-digest.ts'

export interface OptimizeRequest extends TableRequest {
  /** Bytes a file should have. */
  readonly targetSizeBytes?: number
}

const defaultTargetSizeBytes = 128 * 1024 * 1024

/** Compacts one table; `noop` when its files are as good as they get. */
export async function optimizeTable(workspace: Workspace, request: OptimizeRequest): Promise<OptimizeResult> {
  return maintainTable(workspace, 'table optimize', request, (work) => optimize(work, request))
}

type Optimized = Omit<OptimizeResult, 'run' | 'table'>

async function optimize(work: TableWork, {targetSizeBytes = defaultTargetSizeBytes, dryRun}: OptimizeRequest): Promise<Optimized> {
  const {workspace, run, of} = work
  const before = await snapshotOf(of)
  const groups = planCompaction(before, targetSizeBytes)
  const remove = groups.flat()
  const report = (after: Snapshot) => {
    const [old, now] = [sizeOf(before), sizeOf(after)]
    return {
      version: after.version,
      files: {before: old.files, after: now.files},
      sizeBytes: {before: old.sizeBytes, after: now.sizeBytes},
      rewritten: remove.length,
    }
  }
  if (groups.length === 0) return {...report(before), state: 'noop'}
  if (dryRun) {
    const planned = {...report(before), state: 'noop' as const, wouldCommit: true as const}
    return {...planned, files: {...planned.files, after: before.files.size - remove.length + groups.length}}
  }
  const staging = await workspace.stagingDirectory()
  try {
    const {files, digest} = await rewrite(work, before, groups, staging)
    const isOpen = await openColumns(of)
    const hidden = new Set(before.fields.map(({name}) => name).filter((name) => !isOpen(name)))
    const add = await stageFiles(of.store, of.table, files, before.fields, of.layer === 'quarantine' ? 'all' : hidden)
    const judgement = await readJudgement(of.store, of.table, before.version)
    work.assertHeld()
    const info = {...maintenanceInfo(work, {maintenance: 'optimize'}, judgement), digests: {rows: digest}}
    const parameters = {targetSize: String(targetSizeBytes)}
    const committed = await commit(of.store, of.table, before, {mode: 'optimize', add, remove, info, parameters}, {signal: run.signal})
    return {...report(committed), state: 'committed', digest}
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

interface Rewritten {
  readonly files: readonly WrittenFile[]
  readonly digest: string
}

/** Writes each group as one file; ENGINE_FAILED when what was written does not have the very same rows. */
async function rewrite(
  {workspace, run}: TableWork,
  before: Snapshot,
  groups: readonly (readonly AddAction[])[],
  staging: string,
): Promise<Rewritten> {
  const engine = await workspace.engine()
  const columns = readableColumnsOf(before)
  const lists = writableListsOf(before)
  const folder = async (name: string) => {
    const directory = path.join(staging, name)
    await mkdir(directory, {recursive: true, mode: 0o700})
    return directory
  }
  const keys = new Map([...before.files].map(([path, file]) => [file, `${before.table}/${path}`]))
  const plans = groups.map((group): Plan => scanTable(before, {columns, onlyKeys: new Set(group.flatMap((file) => keys.get(file) ?? []))}))
  const options = {signal: run.signal, stagingDirectory: await folder('engine')}
  const asText = async (plan: Plan, name: string) => ({name, plan, columns, format: 'csv' as const, directory: await folder(name)})
  const directory = await folder('files')
  const {outputs} = await engine.write(
    [
      ...plans.map((plan, index) => ({name: `group ${index}`, plan, columns, format: 'parquet' as const, directory, lists})),
      await asText({kind: 'union', inputs: plans}, 'before'),
    ],
    options,
  )
  const filesOf = (from: typeof outputs, format: string) =>
    from.flatMap((output) => output.files).filter((file) => file.path.endsWith(`.${format}`))
  const files = filesOf(outputs, 'parquet')
  const again = await engine.write([await asText(scanFiles(files, columns), 'after')], options)
  const texts = [filesOf(outputs, 'csv'), filesOf(again.outputs, 'csv')].map((some) => some.map((file) => file.path))
  const [old, now] = await Promise.all(texts.map((paths) => digestOfRows(paths, run.signal)))
  if (old === undefined || now === undefined || old.digest !== now.digest || old.rows !== now.rows) {
    throw new HippoError('ENGINE_FAILED', {
      message: `table ${before.table}: the files written anew do not have the same rows (${old?.rows} before, ${now?.rows} after); nothing was committed`,
    })
  }
  return {files, digest: now.digest}
}
