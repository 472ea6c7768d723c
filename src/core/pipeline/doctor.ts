// Looks at everything a run needs and says the fix. It only reads, unless the catalog is to be made again; each finding stands on its own, so one broken part never
// hides the others.
import {statfs} from 'node:fs/promises'
import path from 'node:path'
import {HippoError, toHippoError} from '../errors/hippo-error.ts'
import {readBatches} from '../lake/bronze.ts'
import type {Contract} from '../model/contract.ts'
import {checkStore} from '../store/probed-store.ts'
import {feeds} from './feeds.ts'
import {lookAtTables} from './look-at-tables.ts'
import type {Workspace} from './ports.ts'
import {rebuildCatalog} from './project-commits.ts'
import {silverContracts} from './select-datasets.ts'

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'failed'
  readonly detail: string
  /** What to do about it. */
  readonly fix?: string
  /** Of the error behind a failed finding. */
  readonly exitCode?: number
}

export interface DoctorResult {
  readonly findings: readonly Finding[]
}

export interface DoctorOptions {
  /** Makes what the catalog says of bronze and silver again from the lake. */
  readonly rebuildCatalog?: boolean
}

const lowSpaceBytes = 1024 ** 3

/** One finding a part, in the order in which a run needs them. */
export async function doctor(workspace: Workspace, options: DoctorOptions = {}): Promise<DoctorResult> {
  const checks: readonly (readonly [name: string, look: () => Promise<Omit<Finding, 'check'>>])[] = [
    ['node', async () => ({state: 'ok', detail: process.version})],
    ['workspace', () => lookAtWorkspace(workspace)],
    ['contracts', () => lookAtContracts(workspace)],
    ['models', async () => ({state: 'ok', detail: `${(await workspace.models()).length} models`})],
    ['sources', () => lookAtSources(workspace)],
    ['lake', () => lookAtLake(workspace)],
    ['tables', () => lookAtTables(workspace)],
    ['database', () => lookAtDatabase(workspace, options)],
    ['engine', () => lookAtEngine(workspace)],
    ...(options.rebuildCatalog ? [['catalog', () => remakeCatalog(workspace)] as const] : []),
  ]
  const findings: Finding[] = []
  for (const [check, look] of checks) {
    findings.push({check, ...(await look().catch((error: unknown) => asFinding(toHippoError(error))))})
  }
  return {findings}
}

function asFinding(error: HippoError): Omit<Finding, 'check'> {
  return {state: 'failed', detail: error.message, exitCode: error.exitCode, ...(error.hint ? {fix: error.hint} : {})}
}

async function lookAtWorkspace(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  await workspace.stagingDirectory()
  const {bavail, bsize} = await statfs(workspace.root)
  const freeBytes = bavail * bsize
  const detail = `${workspace.root}, ${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`
  if (freeBytes < lowSpaceBytes) return {state: 'warn', detail, fix: 'free some space: a promotion stages about as much as it reads'}
  return {state: 'ok', detail}
}

async function lookAtContracts(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  const contracts = await workspace.contracts()
  const unchecked = contracts.flatMap((contract) => contract.rules.filter((rule) => rule.notCheckedBecause !== undefined))
  const detail = `${contracts.length} contracts`
  if (contracts.length === 0) return {state: 'warn', detail, fix: `write one in ${path.join(workspace.root, 'contracts')}`}
  const untaken = datasetsWithoutContract(workspace, contracts)
  if (untaken.length > 0) {
    return {
      state: 'warn',
      detail: `${detail}; no contract takes what is captured for ${untaken.join(', ')}`,
      fix: 'write the contract, or correct match in hippo.yaml',
    }
  }
  if (unchecked.length > 0)
    return {state: 'warn', detail: `${detail}, ${unchecked.length} clauses are not checked`, fix: 'see them with hippo contract lint'}
  return {state: 'ok', detail}
}

/** Dataset keys of the sources whose files would stay in bronze for ever. */
function datasetsWithoutContract({config}: Workspace, contracts: readonly Contract[]): readonly string[] {
  const silver = silverContracts(contracts)
  return Object.entries(config.sources).flatMap(([source, {match}]) =>
    Object.keys(match).filter((dataset) => !silver.some((contract) => feeds({source, dataset}, contract))),
  )
}

async function lookAtSources(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  const names = Object.keys(workspace.config.sources)
  for (const name of names) {
    const source = await workspace.source(name)
    for await (const _ of source.list()) break
  }
  if (names.length === 0) return {state: 'warn', detail: 'no sources', fix: 'add one to hippo.yaml'}
  return {state: 'ok', detail: names.join(', ')}
}

async function lookAtLake(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  const store = await workspace.store()
  const server = await checkStore(store)
  if (server !== undefined && server.faults.length > 0)
    return {...asFinding(new HippoError('STORE_UNSAFE', {message: `${store.uri}: ${[...server.faults, ...server.facts].join('; ')}`}))}
  const batches = await readBatches(store)
  let missing = 0
  for (const file of batches.flatMap((batch) => batch.files)) if (!(await store.head(file.key))) missing++
  if (missing > 0)
    return {
      state: 'failed',
      detail: `${missing} captured files are missing from ${store.uri}`,
      fix: 'see which with hippo verify, then restore them from a backup; nothing else holds these bytes',
      exitCode: 4,
    }
  const detail = [`${store.uri}, ${batches.length} batches`, ...(server?.facts ?? [])].join('; ')
  if (server !== undefined && server.warnings.length > 0)
    return {state: 'warn', detail: `${detail}; ${server.warnings.join('; ')}`, fix: 'see docs/object-stores.md'}
  return {state: 'ok', detail}
}

/** A catalog that is about to be made again may be of another lake. */
async function lookAtDatabase(workspace: Workspace, {rebuildCatalog: anyLake = false}: DoctorOptions): Promise<Omit<Finding, 'check'>> {
  const {where, version, embedded} = await (await workspace.database({anyLake})).describe()
  return {state: 'ok', detail: embedded ? `PostgreSQL ${version}: ${where}` : `PostgreSQL ${version} at ${where}`}
}

async function lookAtEngine(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  const engine = await workspace.engine()
  await engine.measure([
    {
      id: 'doctor',
      input: {kind: 'values', columns: [{name: 'one', type: 'int64'}], rows: [[1n]]},
      aggregates: [{name: 'rows', function: 'count'}],
    },
  ])
  return {state: 'ok', detail: engine.name}
}

async function remakeCatalog(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  const {batches, versions} = await rebuildCatalog(workspace)
  const count = Object.values(versions).reduce((sum, one) => sum + one, 0)
  return {state: 'ok', detail: `made again from the lake: ${batches} batches, ${count} versions`}
}
