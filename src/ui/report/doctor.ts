// What `hippo doctor` looked at, with the fix under whatever is not well.
import {formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {type Mark, markOf, shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'failed'
  readonly detail: string
  readonly fix?: string
}

/** One line a finding. */
export function doctorReport(findings: readonly Finding[], paper: Paper): string {
  const width = Math.max(0, ...findings.map(({check}) => check.length))
  const lines = findings.flatMap(({check, state, detail, fix}) => [
    ...wrap(paper, `${shape(paper, markOf(state))} ${check.padEnd(width)}  ${plain(paper, untrusted(detail))}`, 0, width + 4),
    ...(fix === undefined ? [] : wrap(paper, `next: ${plain(paper, untrusted(fix))}`, width + 4, width + 10)),
  ])
  return [...lines, ...headline(paper, verdict(findings))].join('\n')
}

function verdict(findings: readonly Finding[]): {mark: Mark; text: string} {
  const failed = findings.filter(({state}) => state === 'failed').length
  const warned = findings.filter(({state}) => state === 'warn').length
  if (failed > 0) return {mark: 'failed', text: `${formatPlural(failed, 'thing')} must be mended`}
  if (warned > 0) return {mark: 'warn', text: `works, with ${formatPlural(warned, 'remark')}`}
  return {mark: 'ok', text: 'all is well'}
}
