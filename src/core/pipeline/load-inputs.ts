// Brings the silver snapshots that models read into the warehouse, each version once.
import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {rowCount} from '../delta/table-files.ts'
import {column} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {layout} from '../lake/layout.ts'
import {planColumnsOf, scanTable} from '../lake/scan-table.ts'
import {loadSnapshot} from '../warehouse/load.ts'
import type {ParsedModel} from '../warehouse/models.ts'
import {silverTable} from '../warehouse/names.ts'
import {relationExists} from '../warehouse/open-warehouse.ts'
import {assertNoneLost} from './lost-versions.ts'
import type {Workspace} from './ports.ts'
import type {RunScope} from './record-run.ts'

/** Version of each silver dataset that the models read and that has a table; loaded when this returns, unless the run is dry. */
export async function loadInputs(
  workspace: Workspace,
  run: RunScope,
  models: readonly ParsedModel[],
  {dryRun = false}: {readonly dryRun?: boolean} = {},
): Promise<ReadonlyMap<string, number>> {
  const store = await workspace.store()
  const datasets = [
    ...new Set(models.flatMap((model) => model.references.filter((one) => one.layer === 'silver').map((one) => one.name))),
  ].sort()
  const snapshots: {readonly dataset: string; readonly snapshot: Snapshot | undefined}[] = []
  for (const dataset of datasets) snapshots.push({dataset, snapshot: await readSnapshot(store, layout.table('silver', dataset))})
  await assertNoneLost(
    run.database,
    store,
    snapshots.map(({dataset, snapshot}) => ({dataset, version: snapshot?.version ?? -1})),
  )
  const versions = new Map<string, number>()
  for (const {dataset, snapshot} of snapshots) {
    if (!snapshot) continue
    if (!dryRun && !(await relationExists(run.database, silverTable(dataset, snapshot.version)))) {
      await run.step(
        'load',
        dataset,
        () => loadVersion(workspace, run, dataset, snapshot),
        (rows) => ({state: 'ok', detail: `${rows} rows`}),
      )
    }
    versions.set(dataset, snapshot.version)
  }
  return versions
}

/** Where a load happens; outside a recorded run it has no id. */
type LoadScope = Pick<RunScope, 'database' | 'signal' | 'progress'> & Partial<Pick<RunScope, 'id'>>

/** Loads one version unless it is there; resolves to its rows. */
export async function loadVersion(workspace: Workspace, run: LoadScope, dataset: string, snapshot: Snapshot): Promise<number> {
  const columns = planColumnsOf(snapshot)
  const total = rowCount(snapshot) ?? 0
  const onFraction = (fraction: number) => run.progress('load', dataset, {done: Math.round(fraction * total), total, unit: 'rows'})
  return withCsvFiles(
    workspace,
    {dataset, rows: scanTable(snapshot, {columns}), columns, signal: run.signal, onFraction},
    async (csvFiles) => {
      const load = {dataset, version: snapshot.version, columns, csvFiles, ...(run.id === undefined ? {} : {run: run.id})}
      const loaded = await loadSnapshot(run.database, load, run.signal)
      return loaded.rows
    },
  )
}

export interface LoadedRows {
  readonly dataset: string
  readonly rows: Plan
  readonly columns: readonly PlanColumn[]
  readonly signal: AbortSignal
  readonly onFraction?: (fraction: number) => void
}

/** The rows as files for COPY, which are gone when `use` is done. */
export async function withCsvFiles<T>(
  workspace: Workspace,
  {dataset, rows, columns, signal, onFraction}: LoadedRows,
  use: (csvFiles: readonly string[]) => Promise<T>,
): Promise<T> {
  const staging = await workspace.stagingDirectory()
  try {
    const directory = path.join(staging, 'csv')
    await mkdir(directory, {mode: 0o700})
    const engine = await workspace.engine()
    const plan: Plan = {kind: 'select', input: rows, columns: columns.map(({name}) => ({name, expr: column(name)}))}
    const {outputs} = await engine.write([{name: dataset, plan, columns, format: 'csv', directory}], {
      signal,
      stagingDirectory: staging,
      onProgress: ({fraction = 0}) => onFraction?.(fraction),
    })
    return await use(outputs.flatMap((output) => output.files.map((file) => file.path)))
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}
