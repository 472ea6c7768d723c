// History: the list of runs, and one run with its steps.
import type {CheckResult} from '../../core/model/check.ts'
import {checkLines} from './checks.ts'
import {formatAgo, formatDuration, formatInstant, shortRunId} from './format.ts'
import {nextLine, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {progressLine, type StepProgress} from './progress-line.ts'
import {markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface RunProps {
  readonly id: string
  readonly verb: string
  readonly pipeline?: string
  readonly state: string
  readonly actor: string
  readonly startedAt: string
  readonly finishedAt?: string
  readonly parent?: string
  readonly error?: {readonly code: string; readonly message: string; readonly hint?: string}
  readonly progress?: StepProgress
  readonly host: string
  readonly pid: number
}

export interface RunStepProps {
  readonly step: string
  readonly subject?: string
  readonly state: string
  readonly detail?: string
  readonly startedAt: string
  readonly finishedAt?: string
}

/** The list of runs, newest first as given. */
export function runsReport(runs: readonly RunProps[], paper: Paper): string {
  if (runs.length === 0) return `${shape(paper, 'waiting')} nothing has run yet    ${nextLine(paper, 'hippo ingest')}`
  const columns = [
    {title: '  run'},
    {title: 'what', flexible: true},
    {title: 'state'},
    {title: 'started'},
    {title: 'took', align: 'right'},
    {title: 'by', flexible: true},
  ] as const
  const rows = runs.map((run) => [
    `${shape(paper, markOf(run.state))} ${shortRunId(run.id)}`,
    untrusted(run.pipeline ? `${run.verb} ${run.pipeline}` : run.verb),
    run.state,
    plain(paper, formatAgo(run.startedAt, paper.now, paper.timeZone)),
    plain(paper, took(run)),
    untrusted(run.actor),
  ])
  return table(paper, columns, rows).join('\n')
}

export interface RunReportProps {
  readonly run: RunProps
  readonly steps: readonly RunStepProps[]
  /** Runs that this one called, such as the steps of a pipeline. */
  readonly children?: readonly RunProps[]
  readonly checks?: readonly (CheckResult & {readonly dataset: string})[]
}

/** One run: what, when, who, its steps, the checks that did not pass, its error. */
export function runReport({run, steps, children = [], checks = []}: RunReportProps, paper: Paper): string {
  const title = `${shape(paper, markOf(run.state))} ${paint(paper, 'strong', untrusted(run.pipeline ? `${run.verb} ${run.pipeline}` : run.verb))}  ${run.state}`
  const facts = [
    ['run', run.id],
    ['started', `${formatInstant(run.startedAt, paper.timeZone)}, ${formatAgo(run.startedAt, paper.now, paper.timeZone)}`],
    ['took', took(run)],
    ['by', `${untrusted(run.actor)}, ${untrusted(run.host)} process ${run.pid}`],
    ...(run.parent ? [['part of', run.parent]] : []),
  ].map((row) => row.map((cell) => plain(paper, cell)))
  const error = run.error
  return [
    title,
    ...table(paper, [{title: ''}, {title: '', flexible: true}], facts),
    ...(run.progress && run.state === 'running' ? [`  now      ${progressLine(run.progress)}`] : []),
    ...stepLines(steps, paper),
    ...(children.length > 0 ? [runsReport(children, paper)] : []),
    ...troubledChecks(checks, paper),
    ...(error ? wrap(paper, plain(paper, `${shape(paper, 'failed')} ${untrusted(error.message)}  ${error.code}`), 0, 2) : []),
    ...(error?.hint ? wrap(paper, `next: ${plain(paper, untrusted(error.hint))}`, 2, 8) : []),
  ].join('\n')
}

function troubledChecks(checks: RunReportProps['checks'] & {}, paper: Paper): readonly string[] {
  return [...Map.groupBy(checks, ({dataset}) => dataset)].flatMap(([dataset, own]) => {
    const lines = checkLines(own, paper)
    return lines.length === 0 ? [] : [`  ${paint(paper, 'strong', untrusted(dataset))}`, ...lines]
  })
}

function stepLines(steps: readonly RunStepProps[], paper: Paper): readonly string[] {
  const columns = [
    {title: '  step'},
    {title: '', flexible: true},
    {title: 'state'},
    {title: 'took', align: 'right'},
    {title: '', flexible: true},
  ] as const
  const rows = steps.map((step) => [
    `${shape(paper, markOf(step.state))} ${untrusted(step.step)}`,
    untrusted(step.subject ?? ''),
    step.state,
    plain(paper, took(step)),
    plain(paper, untrusted(step.detail ?? '')),
  ])
  return table(paper, columns, rows)
}

function took({startedAt, finishedAt}: {readonly startedAt: string; readonly finishedAt?: string}): string {
  return finishedAt === undefined ? '—' : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))
}
