// From rows of the catalog to one line a dataset. Pure.
import type {DatasetName, Instant} from '../model/names.ts'
import {promisedHours} from './promised-hours.ts'
import type {DatasetRow, StepRow} from './read-datasets.ts'
import type {DatasetState, DatasetStatus, Freshness} from './reader.ts'

export interface CatalogPicture {
  readonly rows: readonly DatasetRow[]
  readonly steps: readonly StepRow[]
  /** Dataset -> newest batch with files of it. */
  readonly bronze: ReadonlyMap<DatasetName, number>
  /** `gold.<model>` or `silver.<dataset>` -> version that readers see. */
  readonly live: ReadonlyMap<string, number>
  readonly now: Date
}

/** A line for every silver dataset (with the model of its name), then for the other models; by name within each. */
export function datasetStatuses(picture: CatalogPicture): readonly DatasetStatus[] {
  const {rows, bronze} = picture
  const names = new Set([...rows.map(({dataset}) => dataset), ...bronze.keys()])
  const isModelOnly = (name: string): boolean => !bronze.has(name) && !rows.some((row) => row.dataset === name && row.layer === 'silver')
  return [...names]
    .sort((a, b) => Number(isModelOnly(a)) - Number(isModelOnly(b)) || (a < b ? -1 : 1))
    .map((name) => statusOf(name, picture))
}

function statusOf(dataset: DatasetName, {rows, steps, bronze, live, now}: CatalogPicture): DatasetStatus {
  const silver = rows.find((row) => row.dataset === dataset && row.layer === 'silver')
  const gold = rows.find((row) => row.dataset === dataset && row.layer === 'gold')
  const own = steps.filter((step) => step.subject === dataset)
  const main = silver ?? gold
  const batch = bronze.get(dataset)
  const liveVersion = live.get(`gold.${dataset}`)
  const lastRun = lastRunOf(silver, gold, own)
  return {
    dataset,
    state: stateOf([silver, gold], own, now),
    layers: {
      ...(batch === undefined ? {} : {bronze: batch}),
      ...(typeof silver?.version === 'number' ? {silver: silver.version} : {}),
      ...(typeof gold?.version === 'number' ? {gold: gold.version} : {}),
    },
    ...(liveVersion === undefined ? {} : {liveVersion}),
    freshness: main === undefined ? {} : freshnessOf(main, now),
    ...(typeof main?.score === 'number' ? {score: main.score} : {}),
    scores: main?.scores ?? [],
    openQuarantine: silver?.openQuarantine ?? 0,
    ...(lastRun === undefined ? {} : {lastRun}),
  }
}

type MaybeRow = DatasetRow | undefined

/** The worst of its layers; a layer whose newest promotion was gated or failed stays so until one commits. */
function stateOf(layers: readonly MaybeRow[], steps: readonly StepRow[], now: Date): DatasetState {
  const states = steps.map(({state}) => state)
  if (states.includes('running')) return 'running'
  if (states.includes('failed')) return 'failed'
  if (states.includes('gated')) return 'gated'
  const known = layers.filter((row) => row !== undefined)
  if (!known.some(({version}) => version !== null)) return 'waiting'
  const isWarned = known.some((row) => (row.brokenChecks ?? 0) > 0 || row.openQuarantine > 0 || freshnessOf(row, now).isLate === true)
  return isWarned ? 'warned' : 'ok'
}

function freshnessOf({committedAt, sla}: DatasetRow, now: Date): Freshness {
  const hours = promisedHours(sla)
  return {
    ...(committedAt === null ? {} : {updatedAt: committedAt}),
    ...(hours === undefined ? {} : {promisedHours: hours, isLate: committedAt !== null && ageHours(committedAt, now) > hours}),
  }
}

export interface Late {
  readonly dataset: DatasetName
  readonly layer: 'silver' | 'gold'
  readonly since: Instant
  readonly promisedHours: number
}

/** When a dataset's promise of freshness ended, or undefined while it holds. */
export function lateness(row: DatasetRow, now: Date): Late | undefined {
  const {updatedAt, promisedHours: hours, isLate} = freshnessOf(row, now)
  if (!isLate || hours === undefined || updatedAt === undefined) return undefined
  const since = new Date(Date.parse(updatedAt) + hours * 3_600_000).toISOString()
  return {dataset: row.dataset, layer: row.layer, since, promisedHours: hours}
}

const ageHours = (instant: Instant, now: Date): number => (now.getTime() - Date.parse(instant)) / 3_600_000

function lastRunOf(silver: MaybeRow, gold: MaybeRow, steps: readonly StepRow[]): DatasetStatus['lastRun'] {
  const step = silver ? 'promote silver' : 'promote gold'
  // What went wrong in a layer counts before how the dataset's own promotion went.
  const rank = (one: StepRow): number => (one.state !== 'ok' ? 0 : one.step === step ? 1 : 2)
  const [newest] = steps.toSorted((a, b) => rank(a) - rank(b) || (a.startedAt < b.startedAt ? 1 : -1))
  if (newest !== undefined) {
    const {run, state, startedAt, finishedAt} = newest
    return {
      id: run,
      state: state === 'ok' ? 'committed' : state,
      at: finishedAt ?? startedAt,
      ...(finishedAt === null ? {} : {durationMs: Date.parse(finishedAt) - Date.parse(startedAt)}),
    }
  }
  const main = silver ?? gold
  if (main === undefined || main.committedAt === null || main.committedBy === null) return undefined
  return {id: main.committedBy, state: 'committed', at: main.committedAt}
}
