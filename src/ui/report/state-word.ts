// Every state has a word, a shape and a tone; nothing is told by colour alone.
import {type Paper, paint, type Tone} from './paper.ts'

export type Mark = 'ok' | 'warn' | 'failed' | 'waiting' | 'running'

const shapes: Readonly<Record<Mark, readonly [unicode: string, ascii: string, tone: Tone]>> = {
  ok: ['●', 'ok', 'ok'],
  warn: ['▲', '! ', 'warn'],
  failed: ['✖', 'x ', 'failed'],
  waiting: ['◌', '. ', 'quiet'],
  running: ['◐', '* ', 'accent'],
}

/** The shape of a mark in its tone; one column wide, two in ASCII. */
export function shape(paper: Paper, mark: Mark): string {
  const [unicode, ascii, tone] = shapes[mark]
  return paint(paper, tone, paper.unicode ? unicode : ascii)
}

const marks: Readonly<Record<string, Mark>> = {
  succeeded: 'ok',
  committed: 'ok',
  captured: 'ok',
  live: 'ok',
  ok: 'ok',
  passed: 'ok',
  noop: 'waiting',
  known: 'waiting',
  ignored: 'warn',
  warn: 'warn',
  warned: 'warn',
  waived: 'warn',
  notChecked: 'warn',
  interrupted: 'warn',
  cancelled: 'warn',
  gated: 'failed',
  failed: 'failed',
  errored: 'failed',
  rejected: 'failed',
  running: 'running',
}

/** The mark for any state word of runs, datasets, files, checks and findings; waiting for what is none of them. */
export function markOf(state: string): Mark {
  return Object.hasOwn(marks, state) ? (marks[state] ?? 'waiting') : 'waiting'
}
