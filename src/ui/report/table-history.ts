// The versions of one table, newest first.
import {formatAgo, formatCount, formatScore, shortRunId} from './format.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface SnapshotProps {
  readonly layer: string
  readonly version: number
  readonly committedAt: string
  /** Absent when a writer did not say. */
  readonly rows?: number
  readonly counts?: {readonly quarantined: number}
  readonly score?: number
  readonly contractVersion?: string
  readonly run?: string
  /** As Delta names it. */
  readonly operation?: string
  /** It replaced everything that earlier versions had. */
  readonly rebuilt?: boolean
}

/** The history of a table: version, when, by which run, rows, score, contract. */
export function tableHistoryReport(dataset: string, snapshots: readonly SnapshotProps[], paper: Paper): string {
  if (snapshots.length === 0) return `${shape(paper, 'waiting')} ${untrusted(dataset)} has no version yet`
  const columns = [
    {title: 'layer', drop: 2},
    {title: 'version', align: 'right'},
    {title: 'committed'},
    {title: 'rows', align: 'right'},
    {title: 'quarantined', align: 'right'},
    {title: 'score', align: 'right'},
    {title: 'contract', drop: 1},
    {title: 'run'},
  ] as const
  const rows = snapshots.map((snapshot) => [
    snapshot.layer,
    String(snapshot.version),
    plain(paper, `${formatAgo(snapshot.committedAt, paper.now, paper.timeZone)}${remark(snapshot)}`),
    snapshot.rows === undefined ? '' : formatCount(snapshot.rows),
    snapshot.counts ? formatCount(snapshot.counts.quarantined) : '',
    plain(paper, formatScore(snapshot.score)),
    untrusted(snapshot.contractVersion ?? ''),
    snapshot.run === undefined ? '' : untrusted(shortRunId(snapshot.run)),
  ])
  return table(paper, columns, rows).join('\n')
}

const remarks: Readonly<Record<string, string>> = {
  OPTIMIZE: 'optimized',
  RESTORE: 'restored',
  DELETE: 'rows deleted',
  'CHANGE COLUMN': 'widened',
  'SET TBLPROPERTIES': 'properties set',
}

/** What was done to the table, of a commit that is no promotion. */
function remark({rebuilt, operation, run}: SnapshotProps): string {
  if (rebuilt) return ', rebuilt'
  const done =
    remarks[operation ?? ''] ?? (run === undefined && operation !== undefined ? `${untrusted(operation)} by another tool` : undefined)
  return done === undefined ? '' : `, ${done}`
}
