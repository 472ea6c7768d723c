// Judges stored results again by today's thresholds, or by those of a contract that is still a draft, without reading a row. Looks
// only, unless it is told to record; what was recorded stays, the new verdicts stand beside it with who gave them and why. Nothing
// that was committed or refused then is decided again: rows stay where they are.
import path from 'node:path'
import type {RejudgeableCheck, StandingCheck} from '../catalog/catalog.ts'
import {pastFacts, standingChecks} from '../catalog/reader.ts'
import {recordAudit, recordRejudged} from '../catalog/writer.ts'
import {isSameVerdict, type Rejudging, rejudge} from '../contract/rejudge.ts'
import {ruleDigest} from '../contract/rule-digest.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import type {RejudgedDataset, RejudgedResult, RejudgeResult} from '../model/run.ts'
import {ruleKinds} from '../rules/index.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {selectDatasets} from './select-datasets.ts'

export interface RejudgeRequest extends RunOptions {
  /** None means all datasets and models. */
  readonly datasets: readonly string[]
  /** Judge by this contract instead; path as the user gave it. */
  readonly contract?: string
  /** Only results judged from this instant on, ISO 8601. */
  readonly since?: string
  /** Records what changed; takes a reason. */
  readonly apply?: boolean
  readonly reason?: string
}

/** The verdicts that would change, and with `apply` have changed; CONFIG_VALUE_MISSING when there is no reason to record. */
export async function rejudgeResults(workspace: Workspace, request: RejudgeRequest): Promise<RejudgeResult> {
  const {apply = false, reason} = request
  if (apply && !reason?.trim())
    throw new HippoError('CONFIG_VALUE_MISSING', {message: 'judging results again needs a reason', hint: 'say why with --reason TEXT'})
  const contracts = await contractsFor(workspace, request)
  return recordRun(workspace, 'rejudge', request, async (run) => {
    const datasets: RejudgedDataset[] = []
    for (const contract of contracts)
      datasets.push(await run.step('rejudge', contract.dataset, () => rejudgeDataset(run, contract, request), summarise))
    const isChanged = datasets.some(({changed}) => changed.length > 0)
    if (apply) await record(workspace, run, {contracts, datasets, reason: reason ?? ''})
    return {state: apply && isChanged ? 'succeeded' : 'noop', outputs: [], body: {applied: apply, datasets}}
  })
}

async function contractsFor(workspace: Workspace, {contract: file, datasets}: RejudgeRequest): Promise<readonly Contract[]> {
  const contracts = await workspace.contracts()
  if (file === undefined) return selectDatasets(contracts, datasets)
  const {readContractFile} = await import('../contract/read-contract.ts')
  const contract = await readContractFile(path.resolve(file))
  const other = datasets.find((name) => name !== contract.dataset)
  if (other === undefined) return [contract]
  throw new HippoError('CONFIG_USAGE', {message: `${file} is the contract of ${contract.dataset}, not of ${other}`})
}

async function rejudgeDataset(run: RunScope, contract: Contract, {since}: RejudgeRequest): Promise<RejudgedDataset> {
  const stored = await standingChecks(run.database, {datasets: [contract.dataset]})
  const own = stored.filter(({layer}) => layer === layerOf(contract))
  const wanted = own.filter(({at}) => since === undefined || Date.parse(at) >= Date.parse(since))
  const histories = historiesOf(own)
  const measured = await measuredOf(run, contract)
  const changed: RejudgedResult[] = []
  const unable = new Map<string, {readonly id: string; readonly because: string; results: number}>()
  for (const result of wanted) {
    const clause = contract.rules.find(({id}) => id === result.id)
    const after = rejudge(result, {
      clause,
      ruleDigest: clause === undefined ? '' : ruleDigest(clause, contract.referenceFiles),
      counted: result.counted,
      at: result.at,
      before: (histories.get(historyKey(result)) ?? [])
        .filter(({at}) => Date.parse(at) < Date.parse(result.at))
        .map(({counted}) => counted),
      ...(result.isValidation || result.isGated ? {} : {measured: measured(result)}),
    })
    if ('because' in after) {
      const key = `${result.id} ${after.because}`
      const one = unable.get(key) ?? {id: result.id, because: after.because, results: 0}
      unable.set(key, {...one, results: one.results + 1})
    } else if (!isSameVerdict(result, after)) changed.push(changeOf(result, after))
  }
  return {
    dataset: contract.dataset,
    contractVersion: contract.version,
    results: wanted.length,
    changed,
    notRejudged: [...unable.values()],
  }
}

/** More than a year of days would say nothing of what is usual. */
const keptInView = 400

/** What the checks of committed versions measured, and of those before; of gated deliveries and validations nothing is kept. */
async function measuredOf(run: RunScope, contract: Contract): Promise<(result: StandingCheck) => NonNullable<Rejudging['measured']>> {
  const {dataset, rules} = contract
  const checks = rules.filter(({kind}) => ruleKinds.get(kind)?.scope === 'dataset').map(({id}) => id)
  const stored = checks.length === 0 ? [] : await pastFacts(run.database, {layer: layerOf(contract), dataset, checks}, keptInView)
  return ({id, version}) =>
    (basis) => {
      const own = stored.filter((one) => one.check === id && one.basis === basis)
      const then = own.find((one) => one.version === version)
      return then && {...then, past: own.filter((one) => one.version < version)}
    }
}

/** What each check's ratchet may look back at, newest first: its own rule, promotions and validations apart, nothing gated. */
function historiesOf(results: readonly RejudgeableCheck[]): ReadonlyMap<string, readonly RejudgeableCheck[]> {
  const ungated = results.filter(({isGated, counted}) => !isGated && counted.denominator > 0)
  return Map.groupBy(ungated.toReversed(), historyKey)
}

const historyKey = ({id, ruleDigest: digest, isValidation}: StandingCheck): string => `${id} ${digest} ${isValidation ?? false}`

function changeOf(result: StandingCheck, after: RejudgedResult['after']): RejudgedResult {
  const {layer, id, run, version, at, violated, denominator, percent, outcome, severity, threshold} = result
  return {layer, id, run, version, at, violated, denominator, percent, before: {outcome, severity, threshold}, after}
}

interface Recorded {
  readonly contracts: readonly Contract[]
  readonly datasets: readonly RejudgedDataset[]
  readonly reason: string
}

async function record({actor}: Workspace, run: RunScope, {contracts, datasets, reason}: Recorded): Promise<void> {
  const at = run.startedAt.toISOString()
  await run.database.transaction(async (tx) => {
    for (const [index, {dataset, changed}] of datasets.entries()) {
      const contract = contracts[index]
      if (contract === undefined || changed.length === 0) continue
      await recordRejudged(tx, {run: run.id, at, dataset, contract}, changed)
      const subject = `${dataset}: ${changed.length} results by contract ${contract.version}`
      await recordAudit(tx, {run: run.id, action: 'rejudge', subject, reason, at, actor})
    }
  })
}

function summarise({changed, results}: RejudgedDataset): {state: 'ok' | 'noop'; detail: string} {
  return {state: changed.length > 0 ? 'ok' : 'noop', detail: `${changed.length} of ${results} results`}
}
