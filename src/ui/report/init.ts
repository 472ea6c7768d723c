// What `hippo init` wrote.
import {formatPlural} from './format.ts'
import {headline} from './lines.ts'
import type {Paper} from './paper.ts'
import {untrusted} from './untrusted.ts'

export interface InitProps {
  readonly root: string
  /** Relative to the root. */
  readonly created: readonly string[]
}

/** One line a file, then what to do next. */
export function initReport({root, created}: InitProps, paper: Paper): string {
  const mark = created.length > 0 ? 'ok' : 'waiting'
  const text =
    created.length > 0 ? `${formatPlural(created.length, 'file')} in ${untrusted(root)}` : `${untrusted(root)} has everything already`
  return [
    ...created.map((file) => `  ${untrusted(file)}`),
    ...headline(paper, {mark, text, next: 'describe your sources in hippo.yaml, then hippo doctor'}),
  ].join('\n')
}
