// Legal holds on persons: who, when and why, never on whom.
import type {HoldResult, LegalHold} from '../../core/index.ts'
import {headline} from './lines.ts'
import type {Paper} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** One line a hold. */
export function holdsReport(holds: readonly LegalHold[], paper: Paper): string {
  if (holds.length === 0) return 'no legal hold is on a person'
  const columns = [{title: 'hold'}, {title: 'since'}, {title: 'by', flexible: true}, {title: 'why', flexible: true}]
  const rows = holds.map(({id, placedAt, placedBy, reason}) => [
    id,
    placedAt.slice(0, 16).replace('T', ' '),
    untrusted(placedBy),
    untrusted(reason),
  ])
  return table(paper, columns, rows).join('\n')
}

const verdicts = {
  placed: {mark: 'ok', text: 'the hold is on the person'},
  held: {mark: 'waiting', text: 'a hold was on the person already'},
  released: {mark: 'ok', text: 'the hold is off'},
} as const

/** What became of one. */
export function holdReport({run, state, hold}: HoldResult, paper: Paper): string {
  return [holdsReport([hold], paper), ...headline(paper, {...verdicts[state], durationMs: run.durationMs})].join('\n')
}
