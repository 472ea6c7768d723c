// What ran, newest first. Runs that another called are in the details of their caller.
import type {Reader, RunItem, RunningRun} from '../../core/query/index.ts'
import {badge, type Page, type PageBuilder, type PageContext, type PageRow, toned} from '../page.ts'
import {formatAgo, formatDuration, shortRunId} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'
import {progressCells, progressColumns} from './progress.ts'

const shownRuns = 300

export async function readRunsPage(reader: Reader): Promise<PageBuilder> {
  const [runs, running] = [await reader.runs({limit: shownRuns}), await reader.running()]
  return (context) => runsPage(runs, running, context)
}

export const runName = ({verb, pipeline}: Pick<RunItem, 'verb' | 'pipeline'>): string => untrusted(pipeline ? `${verb} ${pipeline}` : verb)

export const runState = ({state, isDead}: Pick<RunItem, 'state' | 'isDead'>): string => (isDead ? 'died' : state)

export function runsPage(runs: readonly RunItem[], running: readonly RunningRun[], context: PageContext): Page {
  const known = new Set(runs.map(({id}) => id))
  const now = running.filter(({run}) => !run.isDead)
  const going = new Set(now.map(({run}) => run.id))
  const past = runs.filter(({id, parent}) => !going.has(id) && (parent === undefined || !known.has(parent)))
  return {
    sections: [
      ...(now.length > 0
        ? [
            {
              heading: 'RUNNING',
              columns: [{title: ''}, {title: '', flexible: true}, ...progressColumns],
              rows: now.map((entry) => ({
                key: `run ${entry.run.id}`,
                cells: [badge('running'), runName(entry.run), ...progressCells(entry, context.now)],
                opens: {screen: 'run', id: entry.run.id} as const,
                command: `hippo runs show ${shortRunId(entry.run.id)}`,
              })),
            },
          ]
        : []),
      {
        heading: 'RUNS',
        columns: [
          {title: ''},
          {title: 'what', flexible: true},
          {title: 'started'},
          {title: 'took', align: 'right'},
          {title: 'by', flexible: true, drop: 2},
          {title: 'run', drop: 1},
          {title: 'problem', drop: 3},
        ],
        rows: past.map((run) => runRow(run, context)),
        empty: 'Nothing has run yet. Put files into the inbox of a source, then: hippo ingest',
      },
    ],
    command: runs.length === 0 ? 'hippo ingest' : 'hippo runs list',
  }
}

export function runRow(run: RunItem, {now, timeZone}: PageContext): PageRow {
  return {
    key: `run ${run.id}`,
    cells: [
      badge(runState(run), runState(run)),
      runName(run),
      formatAgo(run.startedAt, now, timeZone),
      run.durationMs === undefined ? '' : formatDuration(run.durationMs),
      untrusted(run.actor),
      toned('quiet', shortRunId(run.id)),
      toned('failed', untrusted(run.error?.code ?? '')),
    ],
    opens: {screen: 'run', id: run.id},
    command: `hippo runs show ${shortRunId(run.id)}`,
  }
}
