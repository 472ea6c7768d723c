// The results of a run, or the newest of every dataset, as one document: what all report formats are made from. Names, counts, rules
// and reasons; never a value of a row. Verdicts are told as they stand, with the run that judged them again where one did.
import {getRun, latestChecks, standingChecks} from '../catalog/reader.ts'
import {type DimensionScore, dimensionScores, scoreOf} from '../contract/score.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import type {Instant, Layer, RunId} from '../model/names.ts'
import type {GoldResult, RunState, ValidationResult, Verb} from '../model/run.ts'
import {runsCalledBy} from './diff-runs.ts'
import {groupJudgements, type Judgement, judgementsOf} from './judgements.ts'
import type {ReadableWorkspace} from './reader.ts'

export interface QualityReport {
  readonly workspace: string
  readonly generatedAt: Instant
  /** Absent when it is of the newest judgement of every dataset. */
  readonly run?: ReportedRun
  /** By layer and name; of the newest judgements a promotion comes before a newer validation. */
  readonly datasets: readonly ReportedDataset[]
}

export interface ReportedRun {
  readonly id: RunId
  readonly verb: Verb
  readonly state: RunState
  readonly startedAt: Instant
  readonly finishedAt?: Instant
}

export interface ReportedDataset extends Judgement {
  /** Of the contract as it is now; absent when there is none. */
  readonly contractId?: string
  readonly source?: string
  readonly score?: number
  readonly dimensions: readonly DimensionScore[]
  /** Where the table is, as OpenLineage names datasets. */
  readonly place: {readonly namespace: string; readonly name: string}
}

/** CONFIG_RUN_UNKNOWN for a run that is not there; CONFIG_USAGE when nothing was judged. */
export async function readQualityReport(workspace: ReadableWorkspace, idPrefix?: string): Promise<QualityReport> {
  const {run, judgements} = idPrefix === undefined ? await newest(workspace) : await ofRun(workspace, idPrefix)
  if (judgements.length === 0) {
    const message = run === undefined ? 'nothing was judged yet' : `run ${run.id} (${run.verb}) judged nothing`
    throw new HippoError('CONFIG_USAGE', {message, hint: 'judge something first: hippo promote silver, or hippo validate'})
  }
  const [contracts, store] = [await workspace.contracts(), await workspace.store()]
  const datasets = judgements.map((one) => describe(one, contracts, store.uri))
  return {
    workspace: workspace.config.name,
    generatedAt: workspace.clock.now().toISOString(),
    ...(run === undefined ? {} : {run}),
    datasets: datasets.toSorted(
      (a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer) || (a.dataset < b.dataset ? -1 : a.dataset > b.dataset ? 1 : 0),
    ),
  }
}

const layers: readonly Layer[] = ['bronze', 'silver', 'gold']

interface Found {
  readonly run?: ReportedRun
  readonly judgements: readonly Judgement[]
}

async function newest(workspace: ReadableWorkspace): Promise<Found> {
  const db = await workspace.database()
  const latest = await latestChecks(db)
  if (latest.length === 0) return {judgements: []}
  const wanted = new Set(latest.map(({run, layer, dataset, version}) => JSON.stringify([run, layer, dataset, version])))
  const standing = await standingChecks(db, {runs: [...new Set(latest.map(({run}) => run))]})
  return {
    judgements: groupJudgements(
      standing.filter(({run, layer, dataset, version}) => wanted.has(JSON.stringify([run, layer, dataset, version]))),
    ),
  }
}

async function ofRun(workspace: ReadableWorkspace, idPrefix: string): Promise<Found> {
  const db = await workspace.database()
  const {id, verb, state, startedAt, finishedAt, result} = await getRun(db, idPrefix)
  const run: ReportedRun = {id, verb, state, startedAt, ...(finishedAt === undefined ? {} : {finishedAt})}
  const recorded = await judgementsOf(db, [id, ...(await runsCalledBy(db, id))])
  return {run, judgements: recorded.length > 0 ? recorded : inResult(run, result)}
}

/** What a run judged without recording it: a file, or a dry run. */
function inResult({id, verb, startedAt}: ReportedRun, result: unknown): readonly Judgement[] {
  const {datasets = [], models = []} = (result ?? {}) as Partial<ValidationResult & GoldResult>
  const at = startedAt
  const judged = [
    ...datasets.map((one) => ({...one, layer: 'silver' as const})),
    ...models.map((one) => ({...one, dataset: one.model, layer: 'gold' as const})),
  ]
  return judged
    .filter(({checks}) => checks.length > 0)
    .map(({dataset, layer, version, checks}) => {
      const place = {dataset, layer, version, run: id, at}
      const as = verb === 'validate' ? {isValidation: true as const} : {}
      return {...place, ...as, checks: checks.map((check) => ({...check, ...place, ...as}))}
    })
}

function describe(judgement: Judgement, contracts: readonly Contract[], lakeUri: string): ReportedDataset {
  const {dataset, layer, checks} = judgement
  const contract = contracts.find((one) => one.dataset === dataset && layerOf(one) === layer)
  const score = scoreOf(checks)
  return {
    ...judgement,
    ...(contract === undefined ? {} : {contractId: contract.id}),
    ...(contract?.source === undefined ? {} : {source: contract.source.source}),
    ...(score === undefined ? {} : {score}),
    dimensions: dimensionScores(checks),
    place: placeOf(judgement, lakeUri),
  }
}

/** OpenLineage: a bucket is a namespace and the key a name; local tables are paths of namespace `file`; gold is a table of the warehouse. */
function placeOf({dataset, layer}: Judgement, lakeUri: string): ReportedDataset['place'] {
  if (layer === 'gold') return {namespace: 'postgres', name: `gold.${dataset}`}
  const table = `${layer}/${dataset}`
  const bucket = /^(s3:\/\/[^/]+)\/?(.*)$/.exec(lakeUri)
  if (bucket?.[1] !== undefined) return {namespace: bucket[1], name: bucket[2] ? `${bucket[2]}/${table}` : table}
  return {namespace: 'file', name: `${decodeURIComponent(new URL(lakeUri).pathname)}/${table}`}
}
