// The state of the workspace as lines: what needs a person on top, then a line a dataset.
import {formatAgo, formatCount, formatScore} from './format.ts'
import {headline, nextLine} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface StatusDataset {
  readonly dataset: string
  readonly state: string
  readonly layers: Readonly<Partial<Record<'bronze' | 'silver' | 'gold', number>>>
  /** Gold version that readers see. */
  readonly liveVersion?: number
  readonly freshness: {readonly updatedAt?: string; readonly promisedHours?: number; readonly isLate?: boolean}
  readonly score?: number
  readonly openQuarantine: number
  readonly lastRun?: {readonly id: string; readonly state: string; readonly at: string}
}

export interface StatusAttention {
  readonly what: string
  readonly dataset?: string
  readonly since: string
  readonly command: string
}

export interface StatusProps {
  readonly name: string
  readonly datasets: readonly StatusDataset[]
  readonly attention: readonly StatusAttention[]
}

/** The text of `hippo status`. */
export function statusReport({name, datasets, attention}: StatusProps, paper: Paper): string {
  const ago = (instant: string): string => plain(paper, formatAgo(instant, paper.now, paper.timeZone))
  const needs = attention.flatMap(({what, dataset, since, command}) => [
    `${shape(paper, 'warn')} ${plain(
      paper,
      [dataset, what]
        .filter((part) => part !== undefined)
        .map(untrusted)
        .join('  '),
    )}  ${paint(paper, 'quiet', ago(since))}`,
    `  ${nextLine(paper, untrusted(command))}`,
  ])
  const version = (number: number | undefined): string => (number === undefined ? plain(paper, '—') : `v${number}`)
  const rows = datasets.map((row) => [
    `${shape(paper, markOf(row.state))} ${untrusted(row.dataset)}`,
    version(row.layers.silver),
    goldVersion(row, paper),
    freshness(row, paper),
    plain(paper, formatScore(row.score)),
    formatCount(row.openQuarantine),
    row.lastRun ? ago(row.lastRun.at) : plain(paper, '—'),
  ])
  const columns = [
    {title: '  dataset'},
    {title: 'silver', align: 'right'},
    {title: 'gold', align: 'right'},
    {title: 'fresh', align: 'right', drop: 2},
    {title: 'score', align: 'right'},
    {title: 'quarantine', align: 'right'},
    {title: 'last run', drop: 1},
  ] as const
  const first = firstStep(datasets)
  const calm = attention.length === 0 && first === undefined ? [`${shape(paper, 'ok')} nothing needs a person`] : []
  return [
    paint(paper, 'strong', untrusted(name)),
    ...needs,
    ...calm,
    ...table(paper, columns, rows),
    ...(first === undefined ? [] : headline(paper, {mark: 'waiting', ...first})),
  ].join('\n')
}

/** What readers see, and what was built when that is something else. */
function goldVersion({layers: {gold}, liveVersion}: StatusDataset, paper: Paper): string {
  if (gold === undefined) return plain(paper, '—')
  if (liveVersion === undefined) return `v${gold} built`
  return liveVersion === gold ? `v${gold}` : paint(paper, 'warn', `v${liveVersion} (v${gold} built)`)
}

/** What to begin with in a workspace where nothing was promoted yet. */
function firstStep(datasets: readonly StatusDataset[]): {readonly text: string; readonly next: string} | undefined {
  if (datasets.length === 0) return {text: 'no dataset is described yet', next: 'hippo init --from FILE --copy'}
  if (datasets.some(({layers}) => layers.silver !== undefined || layers.gold !== undefined)) return undefined
  return datasets.some(({layers}) => layers.bronze !== undefined)
    ? {text: 'nothing was promoted yet', next: 'hippo promote silver'}
    : {text: 'nothing was captured yet', next: 'hippo ingest'}
}

function freshness({freshness: {updatedAt, promisedHours, isLate}}: StatusDataset, paper: Paper): string {
  if (updatedAt === undefined) return plain(paper, '—')
  const hours = Math.max(0, (paper.now.getTime() - Date.parse(updatedAt)) / 3_600_000)
  const age = hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`
  return paint(paper, isLate ? 'warn' : 'plain', promisedHours === undefined ? age : `${age} of ${promisedHours} h${isLate ? ' late' : ''}`)
}
