// What a look at the stored bytes found: how much was read, then each problem with its key.
import type {VerifyResult} from '../../core/index.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

const longestList = 50

/** One line an area, one a problem, at most 50 of these; --json has all. */
export function verifyReport({areas, problems, counts, lake}: VerifyResult, paper: Paper): string {
  const rows = Object.entries(areas).map(([area, {objects, read}]) => [area, formatCount(objects), formatCount(read)])
  const columns = [{title: 'area'}, {title: 'objects', align: 'right' as const}, {title: 'bytes read of', align: 'right' as const}]
  const shown = problems.slice(0, longestList).flatMap(({kind, key, detail}) => {
    const mark = kind === 'stranger' ? 'warn' : 'failed'
    return wrap(paper, `${shape(paper, mark)} ${kind}  ${untrusted(key)}  ${plain(paper, untrusted(detail))}`, 0, 4)
  })
  const rest = problems.length - longestList
  const more = rest > 0 ? [`  and ${formatPlural(rest, 'problem')} more: see them with --json`] : []
  return [untrusted(lake), ...table(paper, columns, rows), ...shown, ...more, ...headline(paper, verdict(counts))].join('\n')
}

function verdict({rot, loss, stranger}: VerifyResult['counts']) {
  if (rot + loss > 0) return {mark: 'failed' as const, text: `${formatCount(rot)} changed, ${formatCount(loss)} gone`}
  if (stranger > 0)
    return {mark: 'warn' as const, text: `nothing changed or gone; ${formatPlural(stranger, 'object')} that nothing refers to`}
  return {mark: 'ok' as const, text: 'everything is as it was written'}
}
