// Two runs against each other: a line for each check that is broken in one of them, the newly broken ones first.
import {formatCount, formatInstant, formatPercent, formatPlural, shortRunId} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {type Mark, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

interface Side {
  readonly outcome: string
  readonly violated: number
  readonly denominator: number
  readonly percent: number
}

type State = 'new' | 'existing' | 'resolved' | 'stable' | 'notCompared'

interface Change {
  readonly id: string
  readonly state: State
  readonly because?: string
  readonly ruleChanged?: true
  readonly before?: Side
  readonly after?: Side
  readonly rows?: {
    readonly new: number
    readonly existing: number
    readonly resolved: number
    readonly items: readonly {readonly state: string; readonly file: string; readonly line: number}[]
  }
}

interface Ref {
  readonly run: string
  readonly at: string
}

export interface RunDiffProps {
  readonly datasets: readonly {readonly dataset: string; readonly after: Ref; readonly before?: Ref; readonly changes: readonly Change[]}[]
  readonly counts: Readonly<Record<State, number>>
}

const order: readonly State[] = ['new', 'existing', 'notCompared', 'resolved', 'stable']
const marks: Readonly<Record<State, Mark>> = {new: 'failed', existing: 'warn', notCompared: 'warn', resolved: 'ok', stable: 'ok'}
const words: Readonly<Partial<Record<State, string>>> = {notCompared: 'not compared'}

/** The text of `hippo runs diff`. */
export function runDiffReport({datasets, counts}: RunDiffProps, paper: Paper): string {
  const said = order.map((state) => `${formatCount(counts[state])} ${words[state] ?? state}`).join(', ')
  const mark = counts.new > 0 ? 'failed' : counts.existing + counts.notCompared > 0 ? 'warn' : 'ok'
  return [...datasets.flatMap((dataset) => datasetLines(dataset, paper)), ...headline(paper, {mark, text: said})].join('\n')
}

function datasetLines({dataset, after, before, changes}: RunDiffProps['datasets'][number], paper: Paper): readonly string[] {
  const since =
    before === undefined
      ? 'nothing earlier to compare with'
      : `since run ${shortRunId(before.run)}, ${formatInstant(before.at, paper.timeZone)}`
  const shown = changes.filter(isWorthALook).toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  const rows = shown.map((change) => [
    `${shape(paper, marks[change.state])} ${words[change.state] ?? change.state}`,
    plain(paper, `${sideOf(change.before)} -> ${sideOf(change.after)}`),
    untrusted(change.id),
  ])
  const columns = [{title: ''}, {title: ''}, {title: '', flexible: true}] as const
  return [
    ...wrap(paper, plain(paper, `${paint(paper, 'strong', untrusted(dataset))}  run ${shortRunId(after.run)}, ${since}`), 0, 2),
    ...table(paper, columns, rows, 4),
    ...shown.flatMap((change) => [...becauseLines(change, paper), ...rowLines(change, paper)]),
  ]
}

const isWorthALook = ({state, before}: Change): boolean => state !== 'stable' && (state !== 'notCompared' || before !== undefined)

function sideOf(side: Side | undefined): string {
  if (side === undefined) return '—'
  return side.denominator === 0 ? side.outcome : `${formatCount(side.violated)} (${formatPercent(side.percent)})`
}

function becauseLines({id, because, ruleChanged}: Change, paper: Paper): readonly string[] {
  const said = [because, ruleChanged ? 'the rule has changed' : undefined].filter((part) => part !== undefined)
  return said.length === 0 ? [] : wrap(paper, plain(paper, `${untrusted(id)}: ${untrusted(said.join('; '))}`), 4, 6)
}

function rowLines({id, rows}: Change, paper: Paper): readonly string[] {
  if (rows === undefined) return []
  const counted = `${formatPlural(rows.new, 'row')} new, ${formatCount(rows.existing)} there before, ${formatCount(rows.resolved)} gone`
  return [
    ...wrap(paper, `${untrusted(id)}  ${counted}`, 4, 6),
    ...rows.items.flatMap(({state, file, line}) => wrap(paper, plain(paper, `${state}  ${untrusted(file)} line ${line}`), 6, 8)),
  ]
}
