// The versions of one contract, newest first, with what changed.
import type {ContractVersion} from '../../core/index.ts'
import {formatInstant, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

/** A line a version and one a change. */
export function contractHistoryReport(dataset: string, items: readonly ContractVersion[], paper: Paper): string {
  return [
    ...items.flatMap((item) => [
      ...wrap(paper, plain(paper, titleOf(item, paper)), 0, 4),
      ...(item.changes ?? []).flatMap(({message, breaks}) => {
        const whom = breaks.length === 0 ? '' : `  breaks ${breaks.join(' and ')}`
        return wrap(paper, plain(paper, `${untrusted(message)}${whom}`), 4, 6)
      }),
      ...(item.unread === undefined ? [] : wrap(paper, `this hippo cannot read it: ${untrusted(item.unread)}`, 4, 6)),
    ]),
    ...headline(paper, {mark: 'ok', text: `${formatPlural(items.length, 'contract')} used for ${untrusted(dataset)}`}),
  ].join('\n')
}

function titleOf({version, digest, firstUsed, table, asks, fits}: ContractVersion, paper: Paper): string {
  const mark = shape(paper, fits === false ? 'warn' : 'ok')
  const made =
    table === undefined ? 'no table' : table.first === table.last ? `table ${table.first}` : `tables ${table.first}–${table.last}`
  const step =
    asks === undefined ? '' : `  ${asks === 'none' ? 'nothing changed' : asks}${fits === false ? ', which its version does not say' : ''}`
  return `${mark} ${untrusted(version)}  ${digest.slice(0, 8)}  ${formatInstant(firstUsed, paper.timeZone)}  ${made}${step}`
}
