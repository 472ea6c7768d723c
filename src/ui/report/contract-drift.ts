// How a delivery has drifted from its contract: each finding with the rows it is about and what the contract could say to it.
import type {DriftReport} from '../../core/index.ts'
import {formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

/** A line a finding, the changes of the patch, and what to do next. */
export function contractDriftReport({dataset, batch, rows, findings, patch}: DriftReport, paper: Paper): string {
  return [
    ...findings.flatMap(({kind, column, message, rows: some, step}) => {
      const remedy = step === undefined ? '' : ` (${step})`
      const subject = column === undefined ? '' : ` ${untrusted(column)}`
      return wrap(
        paper,
        plain(paper, `${shape(paper, 'warn')} ${kind}${subject}  ${untrusted(message)}; ${formatPlural(some, 'row')}${remedy}`),
        0,
        4,
      )
    }),
    ...(patch === undefined
      ? []
      : [
          ...wrap(paper, `the contract could say, as version ${untrusted(patch.version)} (${patch.step}):`, 0, 2),
          ...patch.changes.flatMap(({message, breaks}) =>
            wrap(paper, `${untrusted(message)}${breaks.length === 0 ? '' : `  breaks ${breaks.join(' and ')}`}`, 2, 4),
          ),
        ]),
    ...headline(paper, {
      mark: findings.length > 0 ? 'warn' : 'ok',
      text: `${untrusted(dataset)}, batch ${batch}: ${formatPlural(rows, 'row')}, ${findings.length === 0 ? 'no drift' : formatPlural(findings.length, 'finding')}`,
      ...(patch === undefined ? {} : {next: `hippo contract drift ${untrusted(dataset)} --output FILE`}),
    }),
  ].join('\n')
}
