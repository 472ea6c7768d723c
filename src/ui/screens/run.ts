// One run: when, by whom, how far, its steps, the runs it called, what it wrote, the checks it found broken.
import type {Reader, RunDetail, RunStep} from '../../core/query/index.ts'
import {badge, type Page, type PageBuilder, type PageContext, type PageRow, type Section, toned} from '../page.ts'
import {formatAgo, formatCount, formatDuration, formatInstant, shortRunId} from '../report/format.ts'
import {progressLine} from '../report/progress-line.ts'
import {untrusted} from '../report/untrusted.ts'
import {checkColumns, checkRow, needsLook} from './check-row.ts'
import {type Fact, factSection} from './facts.ts'
import {runName, runRow, runState} from './runs.ts'

export async function readRunPage(reader: Reader, id: string): Promise<PageBuilder> {
  const detail = await reader.run(id)
  return (context) => runPage(detail, context)
}

export function runPage({run, steps, children, checks, outputs}: RunDetail, context: PageContext): Page {
  const broken = checks.filter(needsLook)
  return {
    sections: [
      factSection(runName(run).toUpperCase(), runFacts(run, context), context),
      ...(steps.length > 0 ? [stepSection(steps, context)] : []),
      ...(children.length > 0
        ? [
            {
              heading: 'CALLED',
              columns: [{title: ''}, {title: '', flexible: true}, {title: ''}, {title: '', align: 'right' as const}],
              rows: children.map((child) => shortRow(runRow(child, context))),
            },
          ]
        : []),
      ...(outputs.length > 0 ? [outputSection(outputs)] : []),
      ...(checks.length > 0
        ? [
            {
              heading: 'CHECKS',
              note: `${formatCount(broken.length)} of ${formatCount(checks.length)} need a look`,
              columns: checkColumns,
              rows: broken.map((check) => checkRow(check, context)),
              empty: 'All passed.',
            },
          ]
        : []),
    ],
    command: `hippo runs show ${shortRunId(run.id)}`,
  }
}

const shortRow = (row: PageRow): PageRow => ({...row, cells: row.cells.slice(0, 4)})

function runFacts(run: RunDetail['run'], {now, timeZone}: PageContext): readonly Fact[] {
  const {error, progress} = run
  return [
    ['state', badge(runState(run), run.isDead ? 'its process is gone; the next run finishes it' : run.state)],
    ['run', run.id],
    ['started', `${formatInstant(run.startedAt, timeZone)}, ${formatAgo(run.startedAt, now, timeZone)}`],
    ['took', run.durationMs === undefined ? undefined : formatDuration(run.durationMs)],
    ['by', `${untrusted(run.actor)}, ${untrusted(run.host)} process ${run.pid}`],
    ['now', progress === undefined ? undefined : progressLine(progress)],
    ['error', error === undefined ? undefined : untrusted(`${error.message} (${error.code})`)],
    ['next', error?.hint === undefined ? undefined : untrusted(error.hint)],
  ]
}

function stepSection(steps: readonly RunStep[], {now}: PageContext): Section {
  return {
    heading: 'STEPS',
    columns: [
      {title: ''},
      {title: '', flexible: true},
      {title: '', flexible: true},
      {title: '', align: 'right'},
      {title: '', flexible: true, drop: 1},
    ],
    rows: steps.map((step) => ({
      key: `step ${step.position}`,
      cells: [
        badge(step.state),
        untrusted(step.step),
        untrusted(step.subject ?? ''),
        tookOf(step, now),
        toned('quiet', untrusted(step.detail ?? '')),
      ],
      ...(step.subject !== undefined && step.step.startsWith('promote') ? {opens: {screen: 'dataset', dataset: step.subject}} : {}),
    })),
  }
}

function tookOf({startedAt, finishedAt}: RunStep, now: Date): string {
  return formatDuration(Math.max(0, (finishedAt === undefined ? now.getTime() : Date.parse(finishedAt)) - Date.parse(startedAt)))
}

function outputSection(outputs: RunDetail['outputs']): Section {
  return {
    heading: 'WROTE',
    columns: [
      {title: '', flexible: true},
      {title: '', align: 'right'},
      {title: '', drop: 1},
    ],
    rows: outputs.map(({uri, version, digest}) => ({
      key: `output ${uri} ${version}`,
      cells: [untrusted(uri), `v${version}`, toned('quiet', untrusted(digest.slice(0, 16)))],
    })),
  }
}
