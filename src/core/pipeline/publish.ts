// Makes audited gold versions live, and the silver snapshots they were made from, all in one transaction; rollback is the same
// transaction backwards. A version that a person rolled back is not published again behind their back: only a newer one, or
// that one when it is named.

import type {ModelVersionRecord, PublishedRecord} from '../catalog/catalog.ts'
import {latestModelVersions, modelVersions, publishedHistory} from '../catalog/reader.ts'
import {recordAudit, recordDroppedVersions, recordPublished} from '../catalog/writer.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layerOf} from '../model/contract.ts'
import type {PublishedTable, PublishResult} from '../model/run.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {type RelationName, servedView} from '../warehouse/names.ts'
import {
  dropOldVersions,
  liveVersion,
  type PublishedView,
  type PublishTarget,
  publishVersions,
  storedVersions,
} from '../warehouse/publish.ts'
import {type Approval, approved} from './approval.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {modelNames, refuseUnknownModels} from './select-models.ts'

export interface PublishRequest extends RunOptions {
  /** None means all models that have a good version. */
  readonly models: readonly string[]
  /** Part of something that was approved itself. */
  readonly needsNoApproval?: true
}

export interface RollbackRequest extends PublishRequest {
  /** Version to make live again; the one that was live before when absent. */
  readonly toVersion?: number
}

/** Publishes the newest good version of each model. */
export async function publish(workspace: Workspace, given: PublishRequest): Promise<PublishResult> {
  const request = {...given, models: modelNames(given.models)}
  refuseUnknownModels(await workspace.models(), request.models)
  return recordRun(workspace, 'publish', request, async (run) => {
    const built = await latestModelVersions(run.database)
    const isNamed = request.models.length > 0
    const chosen: ModelVersionRecord[] = []
    const heldBack: PublishedTable[] = []
    for (const version of built) {
      if (isNamed && !request.models.includes(version.model)) continue
      const held = isNamed ? undefined : await heldBackFrom(run.database, version)
      if (held) heldBack.push(held)
      else chosen.push(version)
    }
    const outcome = await switchTo(workspace, run, withSilver(chosen), {action: 'publish', request})
    return {...outcome, body: {tables: [...outcome.body.tables, ...heldBack]}}
  })
}

/** Makes the earlier versions live again. WAREHOUSE_NOTHING_LIVE when there is none. */
export async function rollback(workspace: Workspace, given: RollbackRequest): Promise<PublishResult> {
  const request = {...given, models: modelNames(given.models)}
  refuseUnknownModels(await workspace.models(), request.models)
  return recordRun(workspace, 'rollback', request, async (run) => {
    const names = request.models.length > 0 ? request.models : (await latestModelVersions(run.database)).map((version) => version.model)
    const earlier: ModelVersionRecord[] = []
    for (const name of names) {
      const [live] = await publishedHistory(run.database, tableName(servedView('gold', name)), 1)
      const version = request.toVersion ?? (live ? await versionBefore(run.database, live) : undefined)
      const built =
        version === undefined ? undefined : (await modelVersions(run.database, name, mostVersions)).find((one) => one.version === version)
      if (built) earlier.push(built)
      else if (request.models.length > 0) throw nothingBefore(name)
    }
    if (earlier.length === 0) throw nothingBefore('any model')
    return switchTo(workspace, run, await stillStored(run.database, withSilver(earlier)), {action: 'rollback', request})
  })
}

const mostVersions = 1000

/** Silver goes back with the models made from it, as far as its old versions are kept; gold must be there, and says so itself. */
async function stillStored(database: Database, targets: readonly PublishTarget[]): Promise<readonly PublishTarget[]> {
  const kept: PublishTarget[] = []
  for (const target of targets) {
    const isKept =
      target.layer === 'gold' || (await storedVersions(database, 'silver', target.name)).some(({version}) => version === target.version)
    if (isKept) kept.push(target)
  }
  return kept
}

/** As people and the catalog name what readers see. */
const tableName = ({schema, name}: RelationName) => `${schema}.${name}`

/** The live version of a model whose newest good one a person rolled back from. */
async function heldBackFrom(database: Database, built: ModelVersionRecord): Promise<PublishedTable | undefined> {
  const [live] = await publishedHistory(database, tableName(servedView('gold', built.model)), 1)
  const isHeld = live?.previousVersion !== undefined && live.version < live.previousVersion && built.version <= live.previousVersion
  if (!isHeld) return undefined
  const {table, version, rows} = live
  return {table, version, rows, state: 'noop', ...(version === built.version ? {} : {rolledBackFrom: built.version})}
}

/** The newest version below the live one that was ever live. */
async function versionBefore(database: Database, live: PublishedRecord): Promise<number | undefined> {
  const history = await publishedHistory(database, live.table)
  const earlier = history.map((record) => record.version).filter((version) => version < live.version)
  return earlier.length > 0 ? Math.max(...earlier) : undefined
}

function nothingBefore(name: string): HippoError {
  return new HippoError('WAREHOUSE_NOTHING_LIVE', {
    message: `no earlier version of ${name} was ever live`,
    hint: 'see versions with hippo table history',
  })
}

/** Models with the silver snapshots they were made from; of several versions of one dataset the newest. */
function withSilver(models: readonly ModelVersionRecord[]): readonly PublishTarget[] {
  const silver = new Map<string, number>()
  for (const {layer, name, version} of models.flatMap((model) => model.inputs)) {
    if (layer === 'silver') silver.set(name, Math.max(version, silver.get(name) ?? -1))
  }
  return [
    ...models.map(({model, version}): PublishTarget => ({layer: 'gold', name: model, version, view: servedView('gold', model)})),
    ...[...silver].map(([name, version]): PublishTarget => ({layer: 'silver', name, version, view: servedView('silver', name)})),
  ]
}

interface Switch {
  readonly action: 'publish' | 'rollback'
  readonly request: PublishRequest
}

async function switchTo(workspace: Workspace, run: RunScope, targets: readonly PublishTarget[], {action, request}: Switch) {
  if (request.dryRun || targets.length === 0) {
    return {state: 'noop' as const, outputs: [], body: {tables: await Promise.all(targets.map((target) => planned(run.database, target)))}}
  }
  const approval = action === 'publish' && !request.needsNoApproval ? await approvalOf(workspace, run, targets) : undefined
  const published = await run.step(
    action,
    undefined,
    () =>
      publishVersions(run.database, targets, {
        run: run.id,
        signal: run.signal,
        alongside: (tx, views) => recordViews(tx, workspace, run, views, action),
      }),
    (views) => ({state: views.some((view) => view.state === 'live') ? 'ok' : 'noop', detail: `${views.length} tables`}),
  )
  await cleanUp(workspace, run.database, published)
  await approval?.end()
  const tables = published.map(toTable)
  const live = published.filter((view) => view.state === 'live')
  const outputs = live.map((view) => ({
    uri: `postgres:${tableName(view.view)}`,
    version: view.version,
    digest: `${view.rows} rows`,
  }))
  return {state: live.length > 0 ? ('succeeded' as const) : ('noop' as const), outputs, body: {tables}}
}

/** Asked for only when readers would see something else. */
async function approvalOf(workspace: Workspace, run: RunScope, targets: readonly PublishTarget[]): Promise<Approval | undefined> {
  const changes = (await Promise.all(targets.map((target) => planned(run.database, target)))).filter(({state}) => state === 'live')
  if (changes.length === 0) return undefined
  const names = changes.map(({table, version}) => `${table} version ${version}`).toSorted()
  return approved(workspace, run, {verb: 'publish', subject: names.join(', '), content: names.join('\n')})
}

/** In the transaction that switches the views: what it says is true exactly when they are switched. */
async function recordViews(
  tx: Queryable,
  workspace: Workspace,
  run: RunScope,
  views: readonly PublishedView[],
  action: string,
): Promise<void> {
  const at = workspace.clock.now().toISOString()
  for (const view of views.filter((one) => one.state === 'live')) {
    await recordPublished(tx, {
      table: tableName(view.view),
      version: view.version,
      ...(view.previousVersion === undefined ? {} : {previousVersion: view.previousVersion}),
      run: run.id,
      rows: view.rows,
      liveSince: at,
    })
    await recordAudit(tx, {
      actor: workspace.actor,
      action,
      subject: `${tableName(view.view)} version ${view.version}`,
      run: run.id,
      at,
    })
  }
}

async function cleanUp(workspace: Workspace, database: Database, published: readonly PublishedView[]): Promise<void> {
  const contracts = await workspace.contracts()
  for (const {layer, name, view, version: live, state} of published) {
    if (state !== 'live') continue
    const contract = layer === 'gold' ? contracts.find((one) => layerOf(one) === 'gold' && one.dataset === name) : undefined
    const isDeidentified = contract?.columns.some(({deidentify}) => deidentify !== undefined) ?? false
    const dropped = await dropOldVersions(
      database,
      {layer, name, view},
      isDeidentified ? {mayStay: await underOnePromise(database, name, live)} : {},
    )
    if (layer === 'gold' && dropped.length > 0) await recordDroppedVersions(database, name, dropped)
  }
}

/** Beside de-identified rows, rows of another contract would tell whose they are: only versions under the live one's stay. */
async function underOnePromise(database: Database, model: string, live: number): Promise<(version: number) => boolean> {
  const versions = await modelVersions(database, model, mostVersions)
  const digestOf = (version: number) => versions.find((one) => one.version === version)?.contractDigest
  const promise = digestOf(live)
  return (version) => version > live || digestOf(version) === promise
}

function toTable({view, version, previousVersion, rows, state}: PublishedView): PublishedTable {
  return {table: tableName(view), version, ...(previousVersion === undefined ? {} : {previousVersion}), rows, state}
}

/** What publishing the target would do. */
async function planned(database: Database, {layer, name, version, view}: PublishTarget): Promise<PublishedTable> {
  const [previousVersion, stored] = await Promise.all([liveVersion(database, view), storedVersions(database, layer, name)])
  const rows = stored.find((one) => one.version === version)?.rows ?? 0
  const state = previousVersion === version ? 'noop' : 'live'
  return {table: tableName(view), version, ...(previousVersion === undefined ? {} : {previousVersion}), rows, state}
}
