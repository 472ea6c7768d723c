// History: the list of runs, and one run with its steps.
import type {RunRecord, RunStep} from '../../core/catalog/catalog.ts'
import {formatAgo, formatDuration, formatInstant, shortRunId} from './format.ts'
import {nextLine, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** The list of runs, newest first as given. */
export function runsReport(runs: readonly RunRecord[], paper: Paper): string {
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
  readonly run: RunRecord
  readonly steps: readonly RunStep[]
}

/** One run: what, when, who, its steps, its error. */
export function runReport({run, steps}: RunReportProps, paper: Paper): string {
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
    ...(run.progress && run.state === 'running'
      ? [`  now      ${untrusted([run.progress.step, run.progress.subject].filter(Boolean).join(' '))}`]
      : []),
    ...stepLines(steps, paper),
    ...(error ? wrap(paper, plain(paper, `${shape(paper, 'failed')} ${untrusted(error.message)}  ${error.code}`), 0, 2) : []),
    ...(error?.hint ? wrap(paper, `next: ${plain(paper, untrusted(error.hint))}`, 2, 8) : []),
  ].join('\n')
}

function stepLines(steps: readonly RunStep[], paper: Paper): readonly string[] {
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
