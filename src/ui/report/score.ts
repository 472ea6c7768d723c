// Scores as lines: sources, then a line a dataset with what moved it; of named datasets the dimensions and the worst checks as well.
import {formatInstant, formatScore} from './format.ts'
import {nextLine, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {type Mark, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

interface Move {
  readonly id: string
  readonly points: number
}

export interface ScoreProps {
  readonly datasets: readonly {
    readonly dataset: string
    readonly layer: string
    readonly score?: number
    readonly judgement?: {readonly at: string; readonly version: number}
    readonly dimensions: readonly {readonly dimension: string; readonly score: number; readonly checks: number}[]
    readonly checks: readonly {readonly id: string; readonly score: number}[]
    readonly earlier?: {readonly score?: number}
    readonly moved: readonly Move[]
  }[]
  readonly sources: readonly {readonly source: string; readonly score?: number; readonly datasets: number}[]
}

const shownChecks = 10
const shownMoves = 3

/** The text of `hippo score`; `all` adds dimensions and checks. */
export function scoreReport({datasets, sources}: ScoreProps, paper: Paper, {all}: {readonly all: boolean}): string {
  if (datasets.length === 0) return `${shape(paper, 'waiting')} there is no dataset yet    ${nextLine(paper, 'hippo init --from FILE')}`
  const rows = datasets.map((one) => [
    `${shape(paper, markOfScore(one.score))} ${untrusted(one.dataset)}`,
    one.layer,
    plain(paper, formatScore(one.score)),
    plain(paper, differenceOf(one)),
    plain(
      paper,
      one.judgement === undefined
        ? 'not judged yet'
        : `version ${one.judgement.version}, ${formatInstant(one.judgement.at, paper.timeZone)}`,
    ),
  ])
  const columns = [
    {title: '  dataset', flexible: true},
    {title: 'layer'},
    {title: 'score', align: 'right'},
    {title: 'change', align: 'right'},
    {title: 'of', flexible: true, drop: 1},
  ] as const
  return [
    ...table(paper, columns, rows),
    ...sourceLines(sources, paper),
    ...datasets.flatMap(({dataset, moved}) => moveLines(dataset, moved, paper)),
    ...(all ? datasets.flatMap((one) => detailLines(one, paper)) : []),
  ].join('\n')
}

type DatasetProps = ScoreProps['datasets'][number]

const markOfScore = (score: number | undefined): Mark => (score === undefined ? 'waiting' : score === 100 ? 'ok' : 'warn')

function differenceOf({score, earlier}: DatasetProps): string {
  if (score === undefined || earlier?.score === undefined) return '—'
  return signed(score - earlier.score)
}

const signed = (points: number): string => `${points > 0 ? '+' : ''}${points.toFixed(2)}`

function sourceLines(sources: ScoreProps['sources'], paper: Paper): readonly string[] {
  const rows = sources.map(({source, score, datasets}) => [
    `${shape(paper, markOfScore(score))} ${untrusted(source)}`,
    plain(paper, formatScore(score)),
    `mean of ${datasets}`,
  ])
  return table(paper, [{title: '  source', flexible: true}, {title: 'score', align: 'right'}, {title: 'datasets'}], rows)
}

function moveLines(dataset: string, moved: readonly Move[], paper: Paper): readonly string[] {
  if (moved.length === 0) return []
  const said = moved.slice(0, shownMoves).map(({id, points}) => `${signed(points)} ${untrusted(id)}`)
  const more = moved.length > shownMoves ? `, and ${moved.length - shownMoves} more` : ''
  return wrap(paper, `${untrusted(dataset)} moved by  ${plain(paper, said.join(', '))}${more}`, 2, 4)
}

function detailLines({dataset, dimensions, checks}: DatasetProps, paper: Paper): readonly string[] {
  const worst = checks.filter(({score}) => score < 100).slice(0, shownChecks)
  return [
    `  ${paint(paper, 'strong', untrusted(dataset))}`,
    ...table(
      paper,
      [{title: ''}, {title: '', align: 'right'}, {title: ''}],
      dimensions.map(({dimension, score, checks: count}) => [dimension, formatScore(score), `${count} checks`]),
      4,
    ),
    ...table(
      paper,
      [
        {title: '', flexible: true},
        {title: '', align: 'right'},
      ],
      worst.map(({id, score}) => [untrusted(id), score.toFixed(2)]),
      4,
    ),
  ]
}
