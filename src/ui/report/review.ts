// What a decision about rejected rows did, or would do: the balance of its rows, and their reasons before and after.
import type {ExportResult, ReviewResult} from '../../core/index.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

const parts = ['accepted', 'waived', 'discarded', 'superseded', 'duplicate', 'unchanged', 'quarantined'] as const
const words: Readonly<Record<(typeof parts)[number], string>> = {
  accepted: 'let in',
  waived: 'let in under the waiver',
  discarded: 'closed',
  superseded: 'closed: a later delivery brought the key',
  duplicate: 'the same as another of them',
  unchanged: 'in silver already',
  quarantined: 'still open',
}

export function reviewReport(result: ReviewResult, paper: Paper): string {
  const {run, dataset, rows, before, after, wouldCommit, error} = result
  if (rows.read === 0 && !error) {
    const why = result.action === 'fix' ? `the file corrects no row of ${dataset}` : `no such row of ${dataset} waits in quarantine`
    return headline(paper, {mark: 'waiting', text: `${why}; nothing was changed`}).join('\n')
  }
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort((a, b) => (before[b] ?? 0) - (before[a] ?? 0))
  const reasons = ids.map((id) => [untrusted(id), formatCount(before[id] ?? 0), formatCount(after[id] ?? 0)])
  const columns = [
    {title: `  ${untrusted(dataset)}`, flexible: true},
    {title: 'before', align: 'right' as const},
    {title: 'after', align: 'right' as const},
  ]
  const counted = parts.filter((name) => (rows[name] ?? 0) > 0).map((name) => `${formatCount(rows[name] ?? 0)} ${words[name]}`)
  return [
    ...table(paper, columns, reasons),
    plain(paper, `  ${formatPlural(rows.read, 'row')}: ${counted.join(', ')}`),
    ...(error ? [`${shape(paper, 'failed')} ${untrusted(error.message)}`] : []),
    ...headline(paper, {
      mark: wouldCommit ? 'waiting' : markOf(result.state),
      text: wouldCommit ? 'nothing was changed' : `decided in ${result.batches.map((number) => `batch ${number}`).join(', ')}`,
      durationMs: run.durationMs,
    }),
  ].join('\n')
}

/** Where the rows are, and what to do with them. */
export function exportReport({run, dataset, file, rows}: ExportResult, paper: Paper): string {
  if (rows === 0)
    return headline(paper, {mark: 'waiting', text: `no such row of ${dataset} waits in quarantine; nothing was written`}).join('\n')
  const text = `${formatPlural(rows, 'row')} of ${untrusted(dataset)} written to ${untrusted(file)}`
  const next = `hippo quarantine fix ${untrusted(dataset)} ${untrusted(file)} --dry-run`
  return headline(paper, {mark: 'ok', text, next, durationMs: run.durationMs}).join('\n')
}
