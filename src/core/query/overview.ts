// Every dataset with its state, and what needs a person. Reads the catalog in one snapshot of the database, so that the parts
// of one picture belong together; contracts are read only where no run has used one yet.
import {liveTables} from '../catalog/reader.ts'
import {toHippoError} from '../errors/hippo-error.ts'
import type {Contract} from '../model/contract.ts'
import {layerOf} from '../model/contract.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {raw} from '../postgres/sql.ts'
import {attentionOf, type StepTrouble} from './attention.ts'
import {datasetStatuses, lateness} from './dataset-status.ts'
import {type DatasetRow, readBronze, readDatasetRows, readLastSteps, readStepError, type StepRow} from './read-datasets.ts'
import {readFailedRuns, readRejectedFiles} from './read-troubles.ts'
import type {Attention, DatasetStatus, Overview, ReadableWorkspace} from './reader.ts'

export async function readOverview(workspace: ReadableWorkspace, db: Database): Promise<Overview> {
  const now = workspace.clock.now()
  const overview = await db.transaction(async (tx) => {
    await tx.query(raw('set transaction isolation level repeatable read, read only'))
    return fromCatalog(tx, now)
  })
  return overview.datasets.length > 0 ? overview : beforeFirstRun(workspace, overview.attention, now)
}

async function fromCatalog(tx: Queryable, now: Date): Promise<Overview> {
  const rows = await readDatasetRows(tx)
  const steps = await readLastSteps(tx)
  const live = new Map((await liveTables(tx)).map(({table, version}) => [table, version]))
  const datasets = datasetStatuses({rows, steps, bronze: await readBronze(tx), live, now})
  const failedRuns = await readFailedRuns(tx, now)
  const rejected = await readRejectedFiles(tx, now)
  const attention = attentionOf({
    troubles: await readTroubles(tx, steps, rows),
    failedRuns,
    rejected,
    late: rows.flatMap((row) => lateness(row, now) ?? []),
    quarantine: rows.flatMap(({dataset, openQuarantine, quarantinedSince}) =>
      openQuarantine > 0 && quarantinedSince !== null ? [{dataset, rows: openQuarantine, since: quarantinedSince}] : [],
    ),
  })
  return {datasets, attention}
}

async function readTroubles(tx: Queryable, steps: readonly StepRow[], rows: readonly DatasetRow[]): Promise<readonly StepTrouble[]> {
  const troubles: StepTrouble[] = []
  for (const step of steps) {
    if (step.state !== 'gated' && step.state !== 'failed') continue
    const error = await readStepError(tx, step)
    const missing = missingSilver(error?.hint ?? '', rows)
    const [repair] = /hippo doctor --repair [\w.=-]+/.exec(error?.hint ?? '') ?? []
    troubles.push({
      step,
      ...(repair === undefined ? {} : {repair}),
      ...(typeof error?.message === 'string' ? {message: error.message} : {}),
      ...(missing === undefined ? {} : {missing}),
    })
  }
  return troubles
}

/** The silver dataset that a hint says is to be promoted first, while it still has no version. */
function missingSilver(hint: string, rows: readonly DatasetRow[]): string | undefined {
  const dataset = /^promote it first: hippo promote silver (\S+)$/.exec(hint)?.[1]
  const isThere = rows.some((row) => row.layer === 'silver' && row.dataset === dataset && row.version !== null)
  return isThere ? undefined : dataset
}

/** Nothing ran yet: the contracts say what there will be, and whether they can be read at all. */
async function beforeFirstRun(workspace: ReadableWorkspace, attention: readonly Attention[], now: Date): Promise<Overview> {
  try {
    const contracts = await workspace.contracts()
    return {datasets: [...new Map(contracts.map((contract) => [contract.dataset, waiting(contract)])).values()], attention}
  } catch (thrown) {
    const {message} = toHippoError(thrown)
    const problem: Attention = {kind: 'contract', what: message, since: now.toISOString(), command: 'hippo contract lint'}
    return {datasets: [], attention: [problem, ...attention]}
  }
}

function waiting(contract: Contract): DatasetStatus {
  const isPromised = layerOf(contract) === 'silver' && contract.freshnessHours !== undefined
  return {
    dataset: contract.dataset,
    state: 'waiting',
    layers: {},
    freshness: isPromised && contract.freshnessHours !== undefined ? {promisedHours: contract.freshnessHours, isLate: false} : {},
    scores: [],
    openQuarantine: 0,
  }
}
