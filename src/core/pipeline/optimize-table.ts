// Compaction: many small files become few of about the target size, with the same rows. Clustering: all files become sorted ones.
// Nothing is committed before the rows written were read back and their digest is that of the rows in the old files.
import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'
import type {AddAction} from '../delta/actions.ts'
import {stageFiles} from '../delta/add-files.ts'
import {commit} from '../delta/commit.ts'
import {isObject} from '../delta/decode-entry.ts'
import {commitKey} from '../delta/log-files.ts'
import {planCompaction} from '../delta/plan-compaction.ts'
import {readEntry} from '../delta/read-entry.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {WrittenFile} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {Plan} from '../expr/plan.ts'
import {readJudgement} from '../lake/promotion-record.ts'
import {readableColumnsOf, scanTable, writableListsOf} from '../lake/scan-table.ts'
import type {OptimizeResult} from '../model/table.ts'
import {type LakeTable, openColumns, snapshotOf} from './lake-table.ts'
import {maintainTable, maintenanceInfo, sizeOf, type TableRequest, type TableWork} from './maintain-table.ts'
import {scanFiles} from './merge-into.ts'
import type {Workspace} from './ports.ts'
import {digestOfRows} from './rows-digest.ts'
import {cutSorted} from './sorted-files.ts'

export interface OptimizeRequest extends TableRequest {
  /** Bytes a file should have. */
  readonly targetSizeBytes?: number
  /** Sorts all rows by these columns; by those of the contract when absent, and by none when empty. */
  readonly clusterBy?: readonly string[]
}

const defaultTargetSizeBytes = 128 * 1024 * 1024

/** Compacts one table; `noop` when its files are as good as they get. */
export async function optimizeTable(workspace: Workspace, request: OptimizeRequest): Promise<OptimizeResult> {
  return maintainTable(workspace, 'table optimize', request, (work) => optimize(work, request))
}

type Optimized = Omit<OptimizeResult, 'run' | 'table'>

async function optimize(work: TableWork, request: OptimizeRequest): Promise<Optimized> {
  const {targetSizeBytes = defaultTargetSizeBytes, dryRun} = request
  const {workspace, run, of} = work
  const before = await snapshotOf(of)
  const clusterBy = clusterColumns(of, before, request)
  const groups = clusterBy.length > 0 ? await filesToSort(before, clusterBy) : planCompaction(before, targetSizeBytes)
  const parts = clusterBy.length > 0 ? Math.max(1, Math.round(sizeOf(before).sizeBytes / targetSizeBytes)) : groups.length
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
    return {...planned, files: {...planned.files, after: before.files.size - remove.length + parts}}
  }
  const staging = await workspace.stagingDirectory()
  try {
    const {files, digest} = await rewrite(work, before, groups, {staging, clusterBy, parts})
    const isOpen = await openColumns(of)
    const hidden = new Set(before.fields.map(({name}) => name).filter((name) => !isOpen(name)))
    const add = await stageFiles(of.store, of.table, files, before.fields, of.layer === 'quarantine' ? 'all' : hidden)
    const judgement = await readJudgement(of.store, of.table, before.version)
    work.assertHeld()
    const info = {...maintenanceInfo(work, {maintenance: 'optimize'}, judgement), digests: {rows: digest}}
    const parameters = {targetSize: String(targetSizeBytes), ...(clusterBy.length > 0 ? {clusterBy: JSON.stringify(clusterBy)} : {})}
    const committed = await commit(of.store, of.table, before, {mode: 'optimize', add, remove, info, parameters}, {signal: run.signal})
    return {...report(committed), state: 'committed', digest}
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

/** CONFIG_USAGE for a column that the table does not have. */
function clusterColumns({layer, contract, name}: LakeTable, {fields}: Snapshot, {clusterBy}: OptimizeRequest): readonly string[] {
  const wanted = clusterBy ?? (layer === 'silver' ? contract?.clusterBy : undefined) ?? []
  const known = fields.flatMap((field) => (typeof field.type === 'object' && field.type.kind === 'list' ? [] : [field.name]))
  const missing = wanted.find((column) => !known.includes(column))
  // A column of the contract that no batch has brought yet sorts nothing.
  if (missing === undefined || clusterBy === undefined) return wanted.filter((column) => known.includes(column))
  throw new HippoError('CONFIG_USAGE', {message: `${name} has no column ${missing} to sort by`, hint: `it has: ${known.join(', ')}`})
}

/** All files as one group; none when the newest version is what sorting them by these columns made. */
async function filesToSort(
  {store, table, version, files}: Snapshot,
  clusterBy: readonly string[],
): Promise<readonly (readonly AddAction[])[]> {
  const {commitInfo} = await readEntry(store, {table, version, key: commitKey(table, version)})
  const said = isObject(commitInfo?.operationParameters) ? commitInfo.operationParameters.clusterBy : undefined
  return files.size === 0 || said === JSON.stringify(clusterBy) ? [] : [[...files.values()]]
}

interface Rewritten {
  readonly files: readonly WrittenFile[]
  readonly digest: string
}

interface Writing {
  readonly staging: string
  readonly clusterBy: readonly string[]
  /** Files to make of the rows when they are sorted. */
  readonly parts: number
}

/** Writes each group as one file, or, sorted, as several; ENGINE_FAILED when what was written does not have the very same rows. */
async function rewrite(
  {workspace, run}: TableWork,
  before: Snapshot,
  groups: readonly (readonly AddAction[])[],
  {staging, clusterBy, parts}: Writing,
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
  const directory = await folder(clusterBy.length > 0 ? 'sorted' : 'files')
  const {outputs} = await engine.write(
    [
      ...plans.map((plan, index) => ({
        name: `group ${index}`,
        plan,
        columns,
        format: 'parquet' as const,
        directory,
        lists,
        sortBy: clusterBy,
      })),
      await asText({kind: 'union', inputs: plans}, 'before'),
    ],
    options,
  )
  const filesOf = (from: typeof outputs, format: string) =>
    from.flatMap((output) => output.files).filter((file) => file.path.endsWith(`.${format}`))
  const written = filesOf(outputs, 'parquet')
  const sorting = {engine, columns, lists, parts, staging, signal: run.signal}
  const files = clusterBy.length > 0 ? await cutSorted(written, sorting, await folder('files')) : written
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
