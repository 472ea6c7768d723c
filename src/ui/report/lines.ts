// The parts most reports share: a closing line with its `next:`, wrapped sentences.
import type {Location} from '../../core/errors/hippo-error.ts'
import {textWidth} from '../text-width.ts'
import {formatDuration} from './format.ts'
import {type Paper, paint, plain} from './paper.ts'
import {type Mark, shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

export interface Headline {
  readonly mark: Mark
  readonly text: string
  /** The command to type next. */
  readonly next?: string
  readonly durationMs?: number | undefined
}

/** `● text        next: command        4.2 s`, over several lines when the paper is narrow. */
export function headline(paper: Paper, {mark, text, next, durationMs}: Headline): readonly string[] {
  const first = `${shape(paper, mark)} ${plain(paper, text)}`
  const took = durationMs === undefined ? '' : formatDuration(durationMs)
  const command = next === undefined ? '' : nextLine(paper, next)
  const whole = spread(paper, first, [command, took].filter((part) => part !== '').join('    '))
  if (whole !== undefined) return [whole]
  const timed = spread(paper, first, took)
  return [
    ...(timed === undefined ? wrap(paper, `${first}  ${took}`.trimEnd(), 0, 2) : [timed]),
    ...(command === '' ? [] : [`  ${command}`]),
  ]
}

/** A place in a file in front of what is said about it. */
export function placeOf(at: Pick<Location, 'file' | 'line' | 'column'> | undefined): string {
  return at ? `${untrusted(at.file)}:${at.line}:${at.column}  ` : ''
}

/** Left and right on one line, or undefined when the paper is too narrow. */
function spread(paper: Paper, left: string, right: string): string | undefined {
  const room = paper.columns - textWidth(left) - textWidth(right)
  if (right === '') return room >= 0 ? left : undefined
  return room >= 4 ? left + ' '.repeat(room) + right : undefined
}

/** `next: command` */
export function nextLine(paper: Paper, command: string): string {
  return `next: ${paint(paper, 'accent', plain(paper, command))}`
}

/** Breaks text at spaces to the paper's width; the first line is indented by `first`, the others by `rest`. */
export function wrap(paper: Paper, text: string, first: number, rest: number): readonly string[] {
  const lines: string[] = []
  let line = ' '.repeat(first)
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(word) > paper.columns) {
      lines.push(line)
      line = ' '.repeat(rest) + word
    } else {
      line += isEmpty ? word : ` ${word}`
    }
    isEmpty = false
  }
  return [...lines, line]
}
