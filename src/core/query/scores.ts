// Scores of datasets and of the sources they come from: of the newest delivery, by dimension and check, with what moved each since
// the delivery before. How a score is reckoned is said in contract/score.ts.
import {snapshotHistory} from '../catalog/reader.ts'
import {
  type CheckScore,
  checkScores,
  type DimensionScore,
  dimensionScores,
  meanScore,
  type ScoreMove,
  scoreMoves,
  scoreOf,
} from '../contract/score.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import type {DatasetName, Instant, Layer, RunId, SourceName} from '../model/names.ts'
import type {Database} from '../postgres/database.ts'
import {type Judgement, type JudgementRef, newestJudgements} from './judgements.ts'
import type {ReadableWorkspace} from './reader.ts'

const deliveriesShown = 14

export interface DatasetScore {
  readonly dataset: DatasetName
  readonly layer: Layer
  readonly source?: SourceName
  /** Absent when nothing was judged that counts. */
  readonly score?: number
  /** The judgement it is of; absent when there was none yet. */
  readonly judgement?: JudgementRef
  /** Worst first. */
  readonly dimensions: readonly DimensionScore[]
  /** Worst first. */
  readonly checks: readonly CheckScore[]
  /** The judgement before. */
  readonly earlier?: JudgementRef & {readonly score?: number}
  /** What moved the score between the two, the most first; the points add up to the difference. */
  readonly moved: readonly ScoreMove[]
  /** Versions as they were judged when they were committed, newest first. */
  readonly deliveries: readonly {
    readonly version: number
    readonly run: RunId
    readonly batch?: number
    readonly at: Instant
    readonly score?: number
  }[]
}

export interface SourceScore {
  readonly source: SourceName
  /** Mean of its datasets'; absent when none has a score. */
  readonly score?: number
  /** Those with a score. */
  readonly datasets: number
}

export interface Scores {
  readonly datasets: readonly DatasetScore[]
  /** Worst first. */
  readonly sources: readonly SourceScore[]
}

/** Scores of the named datasets and models, or of all; CONFIG_DATASET_UNKNOWN for a name without a contract. */
export async function readScores(workspace: ReadableWorkspace, names: readonly DatasetName[]): Promise<Scores> {
  const contracts = await workspace.contracts()
  refuseUnknown(contracts, names)
  const db = await workspace.database()
  const wanted = contracts.filter(({dataset}) => names.length === 0 || names.includes(dataset))
  const datasets: DatasetScore[] = []
  for (const contract of wanted) datasets.push(await scoreOfDataset(db, contract))
  return {datasets, sources: scoresOfSources(datasets)}
}

async function scoreOfDataset(db: Database, contract: Contract): Promise<DatasetScore> {
  const {dataset, source} = contract
  const layer = layerOf(contract)
  const [newest, earlier] = await newestJudgements(db, {dataset, layer, isValidation: false}, 2)
  const history = await snapshotHistory(db, dataset, layer, deliveriesShown)
  const checks = newest?.checks ?? []
  return {
    dataset,
    layer,
    ...(source === undefined ? {} : {source: source.source}),
    ...withScore(newest),
    ...(newest === undefined ? {} : {judgement: refOf(newest)}),
    dimensions: dimensionScores(checks),
    checks: checkScores(checks).toSorted((a, b) => a.score - b.score),
    ...(earlier === undefined ? {} : {earlier: {...refOf(earlier), ...withScore(earlier)}}),
    moved: earlier === undefined ? [] : scoreMoves(earlier.checks, checks),
    deliveries: history.map(({version, run, batch, committedAt, score}) => ({
      ...{version, run, at: committedAt},
      ...(batch === undefined ? {} : {batch}),
      ...(score === undefined ? {} : {score}),
    })),
  }
}

function withScore(judgement: Judgement | undefined): {readonly score?: number} {
  const score = judgement === undefined ? undefined : scoreOf(judgement.checks)
  return score === undefined ? {} : {score}
}

const refOf = ({dataset, layer, version, run, at}: Judgement): JudgementRef => ({dataset, layer, version, run, at})

function scoresOfSources(datasets: readonly DatasetScore[]): readonly SourceScore[] {
  const bySource = Map.groupBy(
    datasets.filter(({source}) => source !== undefined),
    ({source}) => source ?? '',
  )
  return [...bySource]
    .map(([source, own]): SourceScore => {
      const scored = own.flatMap((one) => one.score ?? [])
      const score = meanScore(scored)
      return {source, ...(score === undefined ? {} : {score}), datasets: scored.length}
    })
    .sort((a, b) => (a.score ?? Number.POSITIVE_INFINITY) - (b.score ?? Number.POSITIVE_INFINITY))
}

function refuseUnknown(contracts: readonly Contract[], names: readonly DatasetName[]): void {
  const known = contracts.map(({dataset}) => dataset)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const guess = nearest(unknown, known)
  throw new HippoError('CONFIG_DATASET_UNKNOWN', {
    message: `There is no dataset ${unknown}.${guess ? ` Did you mean ${guess}?` : ''}`,
    hint: 'see what there is with hippo status',
  })
}
