// What needs a person, every dataset, and what runs now.
import type {Attention, DatasetStatus, Overview, Reader, RunningRun} from '../../core/query/index.ts'
import {badge, type CellContent, none, type PageBuilder, type PageContext, type PageRow, type Section, toned} from '../page.ts'
import {formatAgo, formatCount, formatDuration, formatScore, shortRunId} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'
import {age, hours} from '../times.ts'
import type {View} from '../views.ts'
import {progressCells, progressColumns} from './progress.ts'

export async function readOverviewPage(reader: Reader): Promise<PageBuilder> {
  const [overview, running] = [await reader.overview(), await reader.running()]
  return (context) => overviewPage(overview, running, context)
}

/** All of what needs a person, for when the overview has room for a part only. */
export async function readAttentionPage(reader: Reader): Promise<PageBuilder> {
  const {attention} = await reader.overview()
  return (context) => ({sections: [attentionSection(attention, context)]})
}

export function overviewPage({datasets, attention}: Overview, running: readonly RunningRun[], context: PageContext) {
  const room = Math.max(3, Math.floor(context.height / 3))
  const shown = attention.length > room ? attention.slice(0, room - 1) : attention
  const hidden = attention.length - shown.length
  const more: readonly PageRow[] =
    hidden > 0
      ? [
          {
            key: 'more',
            cells: [badge('waiting'), '', toned('quiet', `and ${hidden} more`), ''],
            opens: {screen: 'attention'},
            command: 'hippo status',
          },
        ]
      : []
  const needs = attentionSection(shown, context)
  return {
    sections: [
      ...(datasets.length + attention.length > 0
        ? [{...needs, ...(attention.length > 0 ? {note: String(attention.length)} : {}), rows: [...needs.rows, ...more]}]
        : []),
      datasetSection(datasets, context),
    ],
    ...(running.length > 0 ? {pinned: runningSection(running, context)} : {}),
    command: datasets.length === 0 ? 'hippo init --from FILE --copy' : 'hippo status',
  }
}

export function attentionSection(attention: readonly Attention[], {now, timeZone}: PageContext): Section {
  return {
    heading: 'NEEDS A PERSON',
    columns: [{title: ''}, {title: '', flexible: true}, {title: '', flexible: true}, {title: '', align: 'right', drop: 1}],
    rows: attention.map((entry) => ({
      key: `attention ${entry.kind} ${entry.dataset ?? ''} ${entry.run ?? ''} ${entry.what}`,
      cells: [
        badge(stateOf(entry)),
        untrusted(entry.dataset ?? ''),
        untrusted(entry.what),
        toned('quiet', entry.since === '' ? '' : formatAgo(entry.since, now, timeZone)),
      ],
      command: untrusted(entry.command),
      ...opensOf(entry),
    })),
    empty: 'Nothing needs a person.',
  }
}

function stateOf({kind}: Attention): string {
  return kind === 'quarantine' || kind === 'late' || kind === 'rejected' ? 'warned' : 'failed'
}

function opensOf({kind, dataset, run}: Attention): {readonly opens?: View} {
  if (kind === 'runFailed' && run !== undefined) return {opens: {screen: 'run', id: run}}
  return dataset === undefined ? {} : {opens: {screen: 'dataset', dataset}}
}

function datasetSection(datasets: readonly DatasetStatus[], context: PageContext): Section {
  return {
    heading: 'DATASETS',
    columns: [
      {title: ''},
      {title: '', flexible: true},
      {title: 'silver', align: 'right'},
      {title: 'gold', align: 'right'},
      {title: 'fresh', align: 'right', drop: 4},
      {title: 'score', align: 'right'},
      {title: 'trend', align: 'right', drop: 1},
      {title: 'quarantine', align: 'right'},
      {title: 'last run', drop: 3},
      {title: 'took', align: 'right', drop: 2},
    ],
    rows: datasets.map((dataset) => datasetRow(dataset, context)),
    empty: 'No dataset is described yet. Draft one from a file: hippo init --from FILE',
  }
}

function datasetRow(status: DatasetStatus, {now, timeZone}: PageContext): PageRow {
  const {dataset, state, layers, score, scores, openQuarantine, lastRun} = status
  const name = untrusted(dataset)
  return {
    key: `dataset ${dataset}`,
    cells: [
      badge(state),
      name,
      version(layers.silver),
      goldVersion(status),
      freshness(status, now),
      score === undefined ? none : formatScore(score),
      {kind: 'trend', points: scores},
      toned(openQuarantine > 0 ? 'warn' : 'quiet', formatCount(openQuarantine)),
      lastRun === undefined ? none : badge(lastRun.state, lastRunWord(lastRun, now, timeZone)),
      toned('quiet', lastRun?.durationMs === undefined ? '' : formatDuration(lastRun.durationMs)),
    ],
    opens: {screen: 'dataset', dataset},
    command: nextCommand(status),
  }
}

/** What moves the dataset on. */
function nextCommand({dataset, layers}: DatasetStatus): string {
  if (layers.silver === undefined && layers.gold !== undefined) return `hippo promote gold ${untrusted(dataset)}`
  return layers.bronze === undefined && layers.silver === undefined ? 'hippo ingest' : `hippo promote silver ${untrusted(dataset)}`
}

function lastRunWord({state, at}: NonNullable<DatasetStatus['lastRun']>, now: Date, timeZone: string | undefined): string {
  const ago = formatAgo(at, now, timeZone)
  return state === 'committed' ? ago : `${state} ${ago}`
}

const version = (number: number | undefined): CellContent => (number === undefined ? none : `v${number}`)

/** A version that readers do not see yet is marked by the one they see. */
function goldVersion({layers, liveVersion}: DatasetStatus): CellContent {
  if (layers.gold === undefined || liveVersion === undefined || liveVersion === layers.gold) return version(layers.gold)
  return toned('warn', `v${layers.gold}, live v${liveVersion}`)
}

function freshness({freshness: {updatedAt, promisedHours, isLate}}: DatasetStatus, now: Date): CellContent {
  if (updatedAt === undefined) return none
  const old = age(updatedAt, now)
  if (promisedHours === undefined) return old
  return isLate ? toned('warn', `${old} of ${hours(promisedHours)} late`) : `${old} of ${hours(promisedHours)}`
}

function runningSection(running: readonly RunningRun[], {now}: PageContext): Section {
  return {
    heading: 'RUNNING',
    columns: [{title: ''}, {title: '', flexible: true}, ...progressColumns],
    rows: running.map((entry) => ({
      key: `running ${entry.run.id}`,
      cells: [
        badge(entry.run.isDead ? 'died' : 'running', undefined),
        untrusted(entry.run.pipeline ? `${entry.run.verb} ${entry.run.pipeline}` : entry.run.verb),
        ...(entry.run.isDead ? [toned('warn', 'its process is gone; the next run finishes it')] : progressCells(entry, now)),
      ],
      opens: {screen: 'run', id: entry.run.id},
      command: `hippo runs show ${shortRunId(entry.run.id)}`,
    })),
  }
}
