// Who did what, newest first as given.
import {formatInstant, shortRunId} from './format.ts'
import {headline} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface AuditProps {
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly reason?: string
  readonly run?: string
}

/** One line an entry. */
export function auditReport(entries: readonly AuditProps[], paper: Paper): string {
  if (entries.length === 0) return headline(paper, {mark: 'waiting', text: 'nothing was done yet', next: 'hippo ingest'}).join('\n')
  const columns = [
    {title: 'when'},
    {title: 'who', flexible: true},
    {title: 'did'},
    {title: 'to', flexible: true},
    {title: 'why', flexible: true},
    {title: 'run', drop: 1},
  ] as const
  const rows = entries.map(({at, actor, action, subject, reason, run}) => [
    formatInstant(at, paper.timeZone),
    untrusted(actor),
    untrusted(action),
    untrusted(subject),
    plain(paper, untrusted(reason ?? '')),
    run === undefined ? '' : shortRunId(run),
  ])
  return table(paper, columns, rows).join('\n')
}
