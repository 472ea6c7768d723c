// What a draft rule would have caught: counts, months, what catches the same rows already, and a few of them.
import type {RuleTrial} from '../../core/index.ts'
import {formatCount, formatPercent, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

type Tried = RuleTrial['items'][number]

/** One part a rule, and a closing line. */
export function ruleTrialReport(trial: RuleTrial, paper: Paper): string {
  const {dataset, deliveries, rows, refusedFiles, items, notTried} = trial
  const refused = refusedFiles === 0 ? '' : `, ${formatPlural(refusedFiles, 'file')} not readable`
  const hits = items.reduce((sum, {hits: some}) => sum + some, 0)
  return [
    ...items.flatMap((item) => triedRule(item, trial, paper)),
    ...notTried.flatMap(({check, reason}) =>
      wrap(paper, `${shape(paper, 'warn')} ${untrusted(check)}  not tried: ${untrusted(reason)}`, 0, 4),
    ),
    ...headline(paper, {
      mark: hits > 0 ? 'warn' : 'ok',
      text: `${untrusted(dataset)}: ${formatPlural(rows, 'row')} of ${formatPlural(deliveries, 'delivery', 'deliveries')}${refused}; nothing was written`,
    }),
  ].join('\n')
}

function triedRule(item: Tried, {by}: RuleTrial, paper: Paper): readonly string[] {
  const {check, description, unit, judged, hits, percent, onAccepted, periods, overlap, examples, error} = item
  const title = `${shape(paper, hits > 0 ? 'warn' : 'ok')} ${untrusted(check)}  ${untrusted(description)}`
  if (error !== undefined) return [...wrap(paper, title, 0, 4), ...wrap(paper, `not measured: ${untrusted(error)}`, 4, 6)]
  const said = (text: string): readonly string[] => wrap(paper, plain(paper, text), 4, 6)
  const counted = periods.filter(({hits: some}) => some > 0).map(({period, hits: some}) => `${period} ${formatCount(some)}`)
  return [
    ...wrap(paper, plain(paper, title), 0, 4),
    ...said(`would catch ${formatCount(hits)} of ${formatCount(judged)} ${unit} (${formatPercent(percent)})`),
    ...(onAccepted === undefined
      ? []
      : said(
          `of ${formatPlural(onAccepted.rows, 'row')} of these that are accepted now: ${formatCount(onAccepted.hits)} (${formatPercent(onAccepted.percent)})`,
        )),
    ...(counted.length === 0 ? [] : said(`by ${untrusted(by)}: ${counted.join(', ')}`)),
    ...(overlap.length === 0
      ? []
      : said(`caught already by ${overlap.map((one) => `${untrusted(one.check)} (${formatCount(one.hits)})`).join(', ')}`)),
    ...examples.flatMap(({file, line, values}) => {
      const cells = Object.entries(values).map(([name, value]) => `${untrusted(name)} ${value === null ? '—' : untrusted(value)}`)
      return said(`${untrusted(file)}:${line}  ${cells.join(', ')}`)
    }),
  ]
}
