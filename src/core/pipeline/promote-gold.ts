// Builds gold: loads the silver snapshots that models need into versioned warehouse tables, builds every model whose inputs,
// SQL or contract changed as a new version, and audits it against its contract. Nothing that readers see changes here.
import {latestModelVersions, modelVersions} from '../catalog/reader.ts'
import {recordChecks, recordContract, recordEdges, recordFacts, recordModelVersion, recordSnapshot} from '../catalog/writer.ts'
import {HippoError, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import type {SnapshotRef} from '../model/lineage.ts'
import {nothingNew} from '../model/nothing-new.ts'
import type {GoldResult, ModelPromotion, RunState} from '../model/run.ts'
import {type BuiltModel, buildModel, dropRelation} from '../warehouse/build-model.ts'
import {deidentify} from '../warehouse/deidentify-sql.ts'
import type {ParsedModel} from '../warehouse/models.ts'
import {goldRelation} from '../warehouse/names.ts'
import {type AuditedRelation, auditModel, gatedModel, type ModelAudit} from './audit-model.ts'
import {assertVersionFits} from './contract-life/assert-version-fits.ts'
import {recordedContract} from './contract-life/recorded-contract.ts'
import {loadInputs} from './load-inputs.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {promiseOf, readBests} from './read-bests.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {goldContract, modelNames, selectModels} from './select-models.ts'

export interface PromoteGoldRequest extends RunOptions {
  /** None means all models; a named one brings the models it reads. */
  readonly models: readonly string[]
}

/**
 * Builds and audits; a model's own failure is in its entry, and models that read it keep to its last good version. A dry run
 * loads and builds nothing; its steps say what would be built.
 */
export async function promoteGold(workspace: Workspace, request: PromoteGoldRequest): Promise<GoldResult> {
  const contracts = await workspace.contracts()
  const models = await selectModels(await workspace.models(), contracts, modelNames(request.models))
  const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: 'gold', ...(request.signal ? {signal: request.signal} : {})}
  const database = await workspace.database()
  return database.withLock(`promote-gold:${workspace.config.name}`, lock, () =>
    recordRun(workspace, 'promote gold', request, async (run) => {
      const silver = await loadInputs(workspace, run, models, request)
      const versions = new Map((await latestModelVersions(database)).map((built) => [built.model, built.version]))
      const promotions: ModelPromotion[] = []
      const outputs: {uri: string; version: number; digest: string}[] = []
      for (const model of models) {
        const work: ModelWork = {
          workspace,
          run,
          dryRun: request.dryRun ?? false,
          model,
          contract: goldContract(contracts, model.name),
          contracts,
          silver,
          gold: versions,
        }
        const promoted = await run.step('promote gold', model.name, () => promoteModel(work), summarise)
        promotions.push(promoted.promotion)
        if (promoted.promotion.state === 'committed') {
          versions.set(model.name, promoted.promotion.version)
          outputs.push({uri: `postgres:gold.${model.name}`, version: promoted.promotion.version, digest: promoted.digest})
        }
      }
      return {state: stateOf(promotions), outputs, body: {models: promotions}}
    }),
  )
}

interface ModelWork {
  readonly workspace: Workspace
  readonly run: RunScope
  readonly dryRun: boolean
  readonly model: ParsedModel
  readonly contract: Contract
  readonly contracts: readonly Contract[]
  /** Version of each loaded silver snapshot. */
  readonly silver: ReadonlyMap<string, number>
  /** Newest good version of each gold model. */
  readonly gold: ReadonlyMap<string, number>
}

interface Promoted {
  readonly promotion: ModelPromotion
  /** Of what the version was made from: SQL, contract and input versions. */
  readonly digest: string
  /** The version that a dry run would have built. */
  readonly planned?: number
}

async function promoteModel(work: ModelWork): Promise<Promoted> {
  const {run, model, contract, gold} = work
  const materialization = contract.materialization ?? 'table'
  const base = {model: model.name, materialization, rows: 0, checks: []}
  const before = gold.get(model.name)
  try {
    await assertVersionFits(contract, async () => (await recordedContract(work.workspace, contract))?.contract)
    const inputs = inputsOf(work)
    const [last] = await modelVersions(run.database, model.name, 1)
    const isSame =
      last !== undefined &&
      last.droppedAt === undefined &&
      last.sqlDigest === model.digest &&
      last.contractDigest === contract.digest &&
      inputKeys(last.inputs) === inputKeys(inputs)
    if (last && isSame) return {promotion: {...base, version: last.version, rows: last.rows, state: 'noop'}, digest: model.digest}
    if (work.dryRun) return {promotion: {...base, version: before ?? 0, state: 'noop'}, digest: '', planned: (last?.version ?? 0) + 1}
    return await buildVersion(work, (last?.version ?? 0) + 1, inputs)
  } catch (thrown) {
    const error = toHippoError(thrown)
    if (run.signal.aborted || error.code === 'RUN_INTERNAL' || error.kind.retryable) throw thrown
    return {promotion: {...base, version: before ?? 0, state: 'failed', error: toErrorJson(error)}, digest: ''}
  }
}

async function buildVersion(work: ModelWork, version: number, inputs: readonly SnapshotRef[]): Promise<Promoted> {
  const {run, model, contract, silver, gold} = work
  const materialization = contract.materialization ?? 'table'
  const built = await buildModel(
    run.database,
    {
      model,
      version,
      contract,
      previous: gold.get(model.name),
      now: run.startedAt,
      run: run.id,
      deidentify: (select) => deidentify(contract, select, {key: work.workspace.config.key, now: run.startedAt}),
      versionOf: ({layer, name}) => (layer === 'silver' ? silver : gold).get(name) ?? 0,
    },
    run.signal,
  )
  const audit = await auditModel(run.database, contract, built, {
    others: othersOf(work),
    now: run.startedAt.toISOString(),
    signal: run.signal,
    bests: await readBests(run.database, contract, {layer: 'gold', of: 'promotion'}),
  })
  const place = {model: model.name, materialization, rows: built.rows, checks: audit.checks}
  if (audit.gatedBy.length > 0) {
    await dropRelation(run.database, built.relation)
    await recordChecks(
      run.database,
      {layer: 'gold', dataset: model.name, version, run: run.id, at: run.startedAt.toISOString(), ...promiseOf(contract), isGated: true},
      audit.checks,
    )
    return {
      promotion: {...place, version: gold.get(model.name) ?? 0, state: 'gated', error: toErrorJson(gatedModel(model.name, audit))},
      digest: '',
    }
  }
  await record(work, version, {built, audit, inputs})
  return {promotion: {...place, version, state: 'committed'}, digest: model.digest}
}

/** The models that have a good version, as rules of this one may refer to them. */
function othersOf({contracts, gold}: ModelWork): ReadonlyMap<string, AuditedRelation> {
  const others = new Map<string, AuditedRelation>()
  for (const contract of contracts) {
    const version = layerOf(contract) === 'gold' ? gold.get(contract.dataset) : undefined
    if (version !== undefined) others.set(contract.dataset, {contract, relation: goldRelation(contract.dataset, version)})
  }
  return others
}

interface BuiltVersion {
  readonly built: BuiltModel
  readonly audit: ModelAudit
  readonly inputs: readonly SnapshotRef[]
}

async function record({run, model, contract}: ModelWork, version: number, {built, audit, inputs}: BuiltVersion): Promise<void> {
  const at = run.startedAt.toISOString()
  const score = audit.score === undefined ? {} : {score: audit.score}
  const promise = promiseOf(contract)
  await run.database.transaction(async (tx) => {
    await recordContract(tx, contract, 'gold')
    await recordSnapshot(tx, {
      dataset: model.name,
      layer: 'gold',
      version,
      run: run.id,
      rows: built.rows,
      ...score,
      ...promise,
      committedAt: at,
    })
    await recordChecks(tx, {layer: 'gold', dataset: model.name, version, run: run.id, at, ...promise}, audit.checks)
    await recordFacts(tx, {layer: 'gold', dataset: model.name, version, run: run.id}, audit.checks)
    await recordEdges(
      tx,
      inputs.map((from) => ({run: run.id, from, to: {layer: 'gold' as const, name: model.name, version}, at})),
    )
    await recordModelVersion(tx, {
      model: model.name,
      version,
      run: run.id,
      materialization: contract.materialization ?? 'table',
      sqlDigest: model.digest,
      ...promise,
      inputs,
      rows: built.rows,
      ...score,
      createdAt: at,
    })
  })
}

/** Every table the model reads at the version it will read, in a fixed order. */
function inputsOf({model, silver, gold}: ModelWork): readonly SnapshotRef[] {
  const inputs = new Map<string, SnapshotRef>()
  for (const {layer, name} of model.references) {
    const version = (layer === 'silver' ? silver : gold).get(name)
    if (version === undefined) throw missingInput(model, layer, name)
    inputs.set(`${layer}.${name}`, {layer, name, version})
  }
  return [...inputs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref)
}

const inputKeys = (inputs: readonly SnapshotRef[]) => inputs.map(({layer, name, version}) => `${layer}.${name} ${version}`).join('\n')

function missingInput(model: ParsedModel, layer: string, name: string): HippoError {
  return new HippoError('WAREHOUSE_MODEL_FAILED', {
    message: `model ${model.name} reads ${layer}.${name}, which has no good version yet`,
    hint: layer === 'silver' ? `promote it first: hippo promote silver ${name}` : `mend model ${name} first`,
  })
}

function stateOf(promotions: readonly ModelPromotion[]): Exclude<RunState, 'running'> {
  if (promotions.some((one) => one.state === 'failed')) return 'failed'
  if (promotions.some((one) => one.state === 'gated')) return 'gated'
  return promotions.every((one) => one.state === 'noop') ? 'noop' : 'succeeded'
}

function summarise({promotion, planned}: Promoted): {state: 'ok' | 'noop' | 'gated' | 'failed'; detail: string} {
  const {state, rows, version} = promotion
  if (state === 'failed') return {state, detail: promotion.error?.code ?? ''}
  if (planned !== undefined) return {state: 'noop', detail: `would become version ${planned}`}
  if (state === 'noop') return {state, detail: nothingNew}
  return {state: state === 'committed' ? 'ok' : state, detail: `${rows} rows, version ${version}`}
}
