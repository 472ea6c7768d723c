// What other thresholds make of stored results: a line a dataset, then each check with how often its verdict changes, and to what.
import type {RejudgedDataset, RejudgedResult, RejudgeResult} from '../../core/model/run.ts'
import {outcomeWord} from './checks.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** The text report of `hippo rejudge`. */
export function rejudgeReport({run, applied, datasets}: RejudgeResult, paper: Paper): string {
  const changed = datasets.reduce((sum, dataset) => sum + outcomesOf(dataset).length, 0)
  const others = datasets.reduce((sum, dataset) => sum + dataset.changed.length, 0) - changed
  const said = `${formatPlural(changed, 'verdict')} ${applied ? 'changed' : 'would change'}`
  const beside =
    others > 0 ? `, ${formatCount(others)} keep${others === 1 ? 's its' : ' their'} outcome under another threshold or severity` : ''
  const next = !applied && changed + others > 0 ? 'hippo rejudge --apply --reason TEXT' : undefined
  return [
    ...datasets.flatMap((dataset) => linesOf(dataset, paper)),
    ...headline(paper, {
      mark: changed > 0 && !applied ? 'warn' : 'ok',
      text: `${said}${beside}`,
      durationMs: run.durationMs,
      ...(next ? {next} : {}),
    }),
  ].join('\n')
}

const outcomesOf = ({changed}: RejudgedDataset): readonly RejudgedResult[] =>
  changed.filter(({before, after}) => before.outcome !== after.outcome)

function linesOf(dataset: RejudgedDataset, paper: Paper): readonly string[] {
  const {contractVersion, results, notRejudged} = dataset
  const title = `${paint(paper, 'strong', untrusted(dataset.dataset))}  contract ${untrusted(contractVersion)}  ${formatPlural(results, 'stored result')}`
  const groups = [...Map.groupBy(outcomesOf(dataset), ({id, before, after}) => JSON.stringify([id, before.outcome, after.outcome]))]
  const rows = groups.map(([, some]) => {
    const [{id, before, after}] = some as [RejudgedResult]
    return [
      `${shape(paper, markOf(after.outcome))} ${untrusted(id)}`,
      formatCount(some.length),
      `${outcomeWord(before.outcome)} -> ${outcomeWord(after.outcome)}`,
    ].map((cell) => plain(paper, cell))
  })
  const unable = notRejudged.flatMap(({id, results: count, because}) =>
    wrap(paper, plain(paper, `${untrusted(id)}: ${formatPlural(count, 'result')} not judged again: ${untrusted(because)}`), 4, 6),
  )
  return [
    ...wrap(paper, title, 0, 2),
    ...table(paper, [{title: '', flexible: true}, {title: '', align: 'right'}, {title: ''}], rows, 4),
    ...unable,
  ]
}
