// An error as people read it: what, the place with its line and a caret, the code, what to do next.
import type {ErrorJson, Location} from '../../core/errors/hippo-error.ts'
import {placeOf, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

export type ErrorProps = Omit<ErrorJson, 'location'> & {readonly location?: Location}

/** The text of one error; several lines, no trailing line break. */
export function errorReport(error: ErrorProps, paper: Paper): string {
  const {location} = error
  const mark = shape(paper, error.code === 'RUN_INTERRUPTED' ? 'warn' : 'failed')
  const later = error.retryAfterSeconds ? `, try again in ${error.retryAfterSeconds} s` : ''
  const code = paint(paper, 'quiet', `${error.code}, exit ${error.exitCode}${later}`)
  const lines = [
    ...wrap(paper, `${mark} ${placeOf(location)}${plain(paper, untrusted(error.message))}`, 0, 2),
    ...(location?.snippet === undefined ? [] : snippet(location.snippet, location, paper)),
    ...(error.hint === undefined ? [] : wrap(paper, `next: ${plain(paper, untrusted(error.hint))}`, 2, 8)),
    `  ${code}`,
  ]
  return lines.join('\n')
}

function snippet(line: string, {line: number, column}: Location, paper: Paper): readonly string[] {
  const gutter = String(number).length + 4
  const bar = paper.unicode ? '│' : '|'
  // One character for each, so that the caret stays under its column.
  const shown = [...line].map((character) => untrusted(character))
  const from = Math.max(0, column - 1 - Math.floor((paper.columns - gutter - 4) / 2))
  const window = shown.slice(from, from + paper.columns - gutter - 4).join('')
  return [
    paint(paper, 'quiet', `${String(number).padStart(gutter)} ${bar} `) + window.trimEnd(),
    paint(paper, 'quiet', `${' '.repeat(gutter)} ${bar} `) + ' '.repeat(column - 1 - from) + paint(paper, 'failed', '^'),
  ]
}
