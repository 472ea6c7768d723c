// Judges what is there by today's contracts: silver as it is, or one file by one contract. Writes nothing but results, under
// the same check ids as a promotion, so that histories join.
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {recordChecks} from '../catalog/writer.ts'
import {compileContract} from '../contract/compile-contract.ts'
import {judgeChecks} from '../contract/judge-checks.ts'
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {scoreOf} from '../contract/score.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {readSnapshotAt, type TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import {columnTypesOf, planColumnsOf, scanTable} from '../lake/scan-table.ts'
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {ValidationResult} from '../model/run.ts'
import {withQueries} from './ask-silver.ts'
import {malformedCounts, soundRowsOf, structuralChecks} from './judge-structure.ts'
import {assertNoneLost} from './lost-versions.ts'
import {measureChecks, onEngine} from './measure-checks.ts'
import {openPastFacts} from './past-facts.ts'
import {openRelations} from './pins.ts'
import {typedRows} from './plan-promotion.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {prepareGivenFile, type ReadyFile} from './prepare-batch.ts'
import {promiseOf, readBests} from './read-bests.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

export interface ValidateRequest extends RunOptions, TimeTravel {
  /** None means all datasets. */
  readonly datasets: readonly string[]
  /** Judge this file by `contract` instead; paths as the user gave them. */
  readonly file?: string
  readonly contract?: string
}

type Validated = ValidationResult['datasets'][number]

/** The run is gated when a check of severity error failed. */
export async function validate(workspace: Workspace, request: ValidateRequest): Promise<ValidationResult> {
  const contracts = silverContracts(await workspace.contracts())
  return recordRun(workspace, 'validate', request, async (run) => {
    const {file, contract: by} = request
    const datasets: Validated[] = []
    if (file !== undefined && by !== undefined) {
      const {readContractFile} = await import('../contract/read-contract.ts')
      const contract = await readContractFile(path.resolve(by))
      datasets.push(await run.step('validate', contract.dataset, () => judgeFile(workspace, run, {contract, file}), summarise))
    } else {
      const {version, asOf} = request
      const travel = {...(version === undefined ? {} : {version}), ...(asOf === undefined ? {} : {asOf})}
      const selected = selectDatasets(contracts, request.datasets)
      if (version !== undefined && selected.length !== 1)
        throw new HippoError('CONFIG_USAGE', {message: '--version is one of one table', hint: 'name one dataset, or say --as-of TIME'})
      for (const contract of selected) {
        const work = {contract, contracts, travel}
        datasets.push(await run.step('validate', contract.dataset, () => validateSilver(workspace, run, work), summarise))
      }
    }
    return {state: stateOfChecks(datasets), outputs: [], body: {datasets}}
  })
}

/** Gated when a check of severity error failed or could not be run. */
export const stateOfChecks = (datasets: readonly Validated[]): 'gated' | 'succeeded' =>
  datasets.some(({checks}) => checks.some(isBroken)) ? 'gated' : 'succeeded'

const isBroken = (check: CheckResult) => check.severity === 'error' && (check.outcome === 'failed' || check.outcome === 'errored')

interface SilverWork {
  readonly contract: Contract
  readonly contracts: readonly Contract[]
  readonly travel: TimeTravel
}

/** Of an instant, the datasets that rules refer to are taken as they were then; of a version, as they are now. */
async function validateSilver(workspace: Workspace, run: RunScope, {contract, contracts, travel}: SilverWork): Promise<Validated> {
  const store = await workspace.store()
  const {asOf} = travel
  const at = (dataset: string, when: TimeTravel) => readSnapshotAt(store, layout.table('silver', dataset), when)
  const snapshot = await at(contract.dataset, travel)
  if (travel.version === undefined)
    await assertNoneLost(run.database, store, [{dataset: contract.dataset, version: snapshot?.version ?? -1}], asOf)
  const now = run.startedAt.toISOString()
  const referred = new Map<string, number | 'none'>()
  if (asOf !== undefined) {
    for (const name of referencedDatasets(contract)) referred.set(name, versionOf(await at(name, {asOf}).catch(unlessTooOld)))
    const reads = [...referred].map(([dataset, version]) => ({dataset, version: version === 'none' ? -1 : version}))
    await assertNoneLost(run.database, store, reads, asOf)
  }
  const relations = await openRelations({store, database: run.database}, contracts, contract, (name) => referred.get(name) ?? 'newest')
  const compiled = compileContract(contract, {now, relation: relations.relation, input: 'typed'})
  const columns = snapshot ? planColumnsOf(snapshot) : compiled.columns
  const known = columnTypesOf(columns)
  const missing = compiled.columns.filter(({name}) => known[name] === undefined)
  // Columns that the contract has and older rows do not are null in them.
  const all = [...columns, ...missing]
  const rows = snapshot ? scanTable(snapshot, {columns: all}) : {kind: 'values' as const, columns: all, rows: []}
  const version = snapshot?.version ?? -1
  const past = await openPastFacts(run.database, {layer: 'silver', dataset: contract.dataset, checks: compiled.checks, upTo: version - 1})
  const measure = onEngine(await workspace.engine(), run.signal)
  const place = {workspace, database: run.database, signal: run.signal, ...(snapshot && missing.length === 0 ? {snapshot} : {})}
  const measured = await withQueries(place, {compiled, rows, columns: all, measure}, (asking) =>
    measureChecks(compiled, rows, asking, {past}),
  )
  const checks = judgeChecks(compiled, measured, await readBests(run.database, contract, {layer: 'silver', of: 'validation'}))
  // What is said of an earlier version is no news of the dataset.
  const isNewest = travel.version === undefined && asOf === undefined
  if (snapshot && isNewest)
    await recordChecks(
      run.database,
      {layer: 'silver', dataset: contract.dataset, version, run: run.id, at: now, ...promiseOf(contract)},
      checks,
    )
  return result(contract.dataset, version, checks)
}

const versionOf = (snapshot: Snapshot | undefined): number | 'none' => snapshot?.version ?? 'none'

function unlessTooOld(error: unknown): undefined {
  if (!(error instanceof HippoError) || error.code !== 'TABLE_VERSION_UNKNOWN') throw error
}

/** Judges one file, named as the user did, by one contract; writes nothing. */
export async function judgeFile(
  workspace: Workspace,
  run: Pick<RunScope, 'id' | 'startedAt' | 'signal'> & Partial<Pick<RunScope, 'database'>>,
  {contract, file}: {readonly contract: Contract; readonly file: string},
): Promise<Validated> {
  const contracts = silverContracts(await workspace.contracts())
  const localPath = path.resolve(file)
  if (!(await stat(localPath).catch(() => undefined))?.isFile()) {
    throw new HippoError('CONFIG_USAGE', {message: `there is no file ${file}`, hint: 'name one with --file FILE'})
  }
  const staging = await workspace.stagingDirectory()
  const prepared = await prepareGivenFile(workspace, contract, localPath, {staging, signal: run.signal})
  const now = run.startedAt.toISOString()
  const relations = await openRelations({store: await workspace.store(), database: run.database}, contracts, contract, () => 'newest')
  const compiled = compileContract(contract, {now, relation: relations.relation, sourceColumns: prepared.prepared.header})
  const rows = typedRows({contract, compiled, batch: 0, run: run.id, judgedAt: now, ready: [prepared]}, prepared.prepared.header)
  const engine = await workspace.engine()
  const structural = await structuralChecks(contract, prepared, {rows, engine, signal: run.signal})
  const measured = await measureChecks(compiled, soundRowsOf(prepared, rows), onEngine(engine, run.signal))
  // A file is judged as its promotion would be.
  const bests = run.database ? await readBests(run.database, contract, {layer: 'silver', of: 'promotion'}) : new Map()
  const judged = judgeChecks(compiled, measured, bests)
  return {...result(contract.dataset, -1, [...structural, ...judged]), ...structureOf(prepared)}
}

function structureOf(file: ReadyFile): Pick<Validated, 'rows' | 'reasons' | 'notes'> {
  const {records: read, notes} = file.prepared
  const reasons = malformedCounts([file])
  const malformed = [...reasons.values()].reduce((sum, records) => sum + records, 0)
  return {
    rows: {read, malformed},
    ...(malformed > 0 ? {reasons: Object.fromEntries(reasons)} : {}),
    ...(notes.length > 0 ? {notes} : {}),
  }
}

function result(dataset: string, version: number, checks: readonly CheckResult[]): Validated {
  const score = scoreOf(checks)
  return {dataset, version, ...(score === undefined ? {} : {score}), checks}
}

function summarise({checks}: Validated): {state: 'ok' | 'gated'; detail: string} {
  const broken = checks.filter(isBroken).length
  return {state: broken > 0 ? 'gated' : 'ok', detail: `${checks.length} checks, ${broken} failed`}
}
