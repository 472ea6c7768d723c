// What became better and worse from one run to another: every check of every dataset that the later one judged, against the run named,
// or else against the judgement of the same kind before it.
import {getRun} from '../catalog/reader.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {DatasetName, Layer, RunId} from '../model/names.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'
import {type CheckChange, compareChecks} from './compare-checks.ts'
import {compareRejected, type RejectedRows} from './compare-rejected.ts'
import {type Judgement, type JudgementRef, judgementsOf, newestJudgements} from './judgements.ts'
import type {ReadableWorkspace} from './reader.ts'

export interface RunDiffRequest {
  /** Id of the later run, or its beginning. */
  readonly run: string
  /** Of the earlier one; the judgement before, of each dataset, when absent. */
  readonly earlier?: string
  /** How many rejected rows of each check to name. */
  readonly rows?: number
}

export interface DatasetDiff {
  readonly dataset: DatasetName
  readonly layer: Layer
  readonly after: JudgementRef
  /** Absent when there is nothing earlier to compare with. */
  readonly before?: JudgementRef
  readonly changes: readonly (CheckChange & {readonly rows?: RejectedRows})[]
}

export interface RunDiff {
  readonly run: RunId
  readonly earlier?: RunId
  readonly datasets: readonly DatasetDiff[]
  readonly counts: Readonly<Record<CheckChange['state'], number>>
}

/** CONFIG_RUN_UNKNOWN unless both are runs; CONFIG_USAGE for one that recorded no results. */
export async function diffRuns(workspace: ReadableWorkspace, {run, earlier, rows = 0}: RunDiffRequest): Promise<RunDiff> {
  const db = await workspace.database()
  const later = await judgementsOfRun(db, run)
  const named = earlier === undefined ? undefined : await judgementsOfRun(db, earlier)
  const datasets: DatasetDiff[] = []
  for (const after of later.judgements) {
    const before = named === undefined ? await judgementBefore(db, after) : newestOf(named.judgements, after)
    datasets.push(await diffJudgements(workspace, {before, after, rows}))
  }
  const counts = {new: 0, existing: 0, resolved: 0, stable: 0, notCompared: 0}
  for (const {changes} of datasets) for (const {state} of changes) counts[state]++
  return {run: later.id, ...(named === undefined ? {} : {earlier: named.id}), datasets, counts}
}

/** The newest judgement of each dataset in a run and the runs it called. */
async function judgementsOfRun(db: Database, idPrefix: string): Promise<{readonly id: RunId; readonly judgements: readonly Judgement[]}> {
  const {id, verb} = await getRun(db, idPrefix)
  const all = await judgementsOf(db, [id, ...(await runsCalledBy(db, id))])
  const last = new Map(all.map((one) => [`${one.layer} ${one.dataset}`, one]))
  if (last.size > 0) return {id, judgements: [...last.values()]}
  throw new HippoError('CONFIG_USAGE', {
    message: `run ${id} (${verb}) recorded no results of checks`,
    hint: 'name a run that promoted or validated something: hippo runs list',
  })
}

/** Runs that a pipeline's run called. */
export async function runsCalledBy(db: Queryable, run: RunId): Promise<readonly RunId[]> {
  const {rows} = await db.query<{id: RunId}>(sql`select id from hippo.runs where parent = ${run}::uuid order by started_at, id`)
  return rows.map(({id}) => id)
}

async function judgementBefore(db: Database, {dataset, layer, isValidation, at, run}: Judgement): Promise<Judgement | undefined> {
  const past = await newestJudgements(db, {dataset, layer, isValidation: isValidation === true, before: at, withGated: true}, 2)
  return past.find((one) => one.run !== run)
}

const newestOf = (judgements: readonly Judgement[], {dataset, layer}: Judgement): Judgement | undefined =>
  judgements.find((one) => one.dataset === dataset && one.layer === layer)

interface Sides {
  readonly before: Judgement | undefined
  readonly after: Judgement
  readonly rows: number
}

async function diffJudgements(workspace: ReadableWorkspace, {before, after, rows}: Sides): Promise<DatasetDiff> {
  const {dataset, layer} = after
  const compared = compareChecks(before?.checks ?? [], after.checks)
  const changes: (CheckChange & {readonly rows?: RejectedRows})[] = []
  for (const change of compared) {
    const hasRows = rows > 0 && layer === 'silver' && before !== undefined && ['new', 'existing', 'resolved'].includes(change.state)
    const by = {dataset, check: change.id, before: before?.run ?? '', after: after.run, limit: rows}
    const rejected = hasRows ? await compareRejected(workspace, by) : undefined
    changes.push(rejected === undefined ? change : {...change, rows: rejected})
  }
  return {dataset, layer, after: refOf(after), ...(before === undefined ? {} : {before: refOf(before)}), changes}
}

const refOf = ({dataset, layer, version, run, at}: Judgement): JudgementRef => ({dataset, layer, version, run, at})
