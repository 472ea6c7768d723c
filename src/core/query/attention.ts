// What needs a person, most pressing first: what stopped, then what was refused, then what is late, then what waits. Pure. Each
// entry names the command that does something about it.
import {groupDigits} from '../model/group-digits.ts'
import type {DatasetName, Instant} from '../model/names.ts'
import type {Late} from './dataset-status.ts'
import type {StepRow} from './read-datasets.ts'
import type {FailedRun, RejectedFiles} from './read-troubles.ts'
import type {Attention} from './reader.ts'

/** A promotion of one dataset that was gated or failed. */
export interface StepTrouble {
  readonly step: StepRow
  /** What the run's result says about it. */
  readonly message?: string
  /** Silver dataset that a model waits for. */
  readonly missing?: DatasetName
  /** The repair that the error asks for: promoting again would fail the same way. */
  readonly repair?: string
}

export interface Troubles {
  readonly troubles: readonly StepTrouble[]
  readonly failedRuns: readonly FailedRun[]
  readonly rejected: readonly RejectedFiles[]
  readonly late: readonly Late[]
  readonly quarantine: readonly {readonly dataset: DatasetName; readonly rows: number; readonly since: Instant}[]
}

export function attentionOf({troubles, failedRuns, rejected, late, quarantine}: Troubles): readonly Attention[] {
  return [
    ...unexplained(failedRuns, troubles).map(failedRun),
    ...newestFirst(troubles.map(stepTrouble)),
    ...rejected.map(rejectedFiles),
    ...late.toSorted((a, b) => (a.since < b.since ? -1 : 1)).map(lateData),
    ...quarantine.toSorted((a, b) => b.rows - a.rows).map(openQuarantine),
  ]
}

/** A failed run is named once: not when a run it called tells more, and not when its datasets do. */
function unexplained(runs: readonly FailedRun[], troubles: readonly StepTrouble[]): readonly FailedRun[] {
  const told = new Set(troubles.map(({step}) => step.run))
  const explained = new Set(runs.flatMap(({id, parent}) => (told.has(id) ? [id, parent] : [])))
  const callers = new Set(runs.map(({parent}) => parent))
  return runs.filter(({id}) => !told.has(id) && !explained.has(id) && !callers.has(id))
}

const newestFirst = (entries: readonly Attention[]): readonly Attention[] => entries.toSorted((a, b) => (a.since < b.since ? 1 : -1))

function failedRun({id, verb, pipeline, state, finishedAt, message}: FailedRun): Attention {
  const name = pipeline === null ? verb : `${verb} ${pipeline}`
  const why = message ?? (state === 'interrupted' ? 'the next run finishes what it began' : undefined)
  return {
    kind: 'runFailed',
    what: `${name} ${state === 'failed' ? 'failed' : 'was interrupted'}${why === undefined ? '' : `: ${why}`}`,
    since: finishedAt,
    command: state === 'failed' ? `hippo runs show ${id.slice(0, 13)}` : commandOf(verb, pipeline),
    run: id,
  }
}

const commandOf = (verb: string, pipeline: string | null): string =>
  verb === 'run' ? ['hippo run', ...(pipeline === null || pipeline === 'all' ? [] : [pipeline])].join(' ') : `hippo ${verb}`

function stepTrouble({step, message, missing, repair}: StepTrouble): Attention {
  const said = message === undefined || step.state !== 'gated' ? message : `was not committed: ${message}`
  return {
    kind: step.state === 'gated' ? 'gated' : 'failed',
    what: said ?? `${step.step} ${step.state === 'gated' ? 'was gated' : 'failed'}${step.detail === null ? '' : `: ${step.detail}`}`,
    dataset: step.subject,
    since: step.finishedAt ?? step.startedAt,
    command: repair ?? (missing === undefined ? `hippo ${step.step} ${step.subject}` : `hippo promote silver ${missing}`),
    run: step.run,
  }
}

function rejectedFiles({dataset, source, reason, files, since, run}: RejectedFiles): Attention {
  const what = `${files === 1 ? '1 file' : `${files} files`} of ${source} refused at ingest: ${reason}`
  return {kind: 'rejected', what, dataset, since, command: `hippo runs show ${run.slice(0, 13)}`, run}
}

function lateData({dataset, layer, since, promisedHours}: Late): Attention {
  const promise = promisedHours >= 48 ? `${round(promisedHours / 24)} d` : `${round(promisedHours)} h`
  const what = `no fresh data within the promised ${promise}`
  return {kind: 'late', what, dataset, since, command: layer === 'silver' ? 'hippo ingest' : `hippo promote gold ${dataset}`}
}

const round = (value: number): number => Math.round(value * 10) / 10

function openQuarantine({dataset, rows, since}: Troubles['quarantine'][number]): Attention {
  const what = `${groupDigits(rows)} ${rows === 1 ? 'row' : 'rows'} in quarantine`
  return {kind: 'quarantine', what, dataset, since, command: `hippo quarantine list ${dataset}`}
}
