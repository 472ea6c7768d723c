// What `hippo publish` or `hippo rollback` made visible.
import type {PublishedTable, PublishResult} from '../../core/model/run.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, nextLine, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {type Mark, markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** The text report of one publication or rollback. */
export function publishReport({run, tables}: PublishResult, paper: Paper): string {
  const columns = [
    {title: '  table', flexible: true},
    {title: 'version', align: 'right'},
    {title: 'rows', align: 'right'},
    {title: 'state'},
  ] as const
  const rows = tables.map((entry) => [
    `${shape(paper, markOf(entry.state))} ${untrusted(entry.table)}`,
    plain(paper, change(entry)),
    formatCount(entry.rows),
    entry.state,
  ])
  const heldBack = tables.flatMap(({table: name, version, rolledBackFrom}) =>
    rolledBackFrom === undefined ? [] : [{name, model: name.replace(/^gold\./, ''), version, newest: rolledBackFrom}],
  )
  return [
    ...table(paper, columns, rows),
    ...heldBack.flatMap(({name, model, version, newest}) => [
      ...wrap(
        paper,
        plain(paper, `${untrusted(name)}: version ${version} is live since a rollback; version ${newest} can be published`),
        2,
        4,
      ),
      `    ${nextLine(paper, `hippo publish ${untrusted(model)}`)}`,
    ]),
    ...headline(paper, {...summary(tables, run.verb === 'rollback'), durationMs: run.durationMs}),
  ].join('\n')
}

const change = ({version, previousVersion}: PublishedTable): string =>
  previousVersion === undefined || previousVersion === version ? String(version) : `${previousVersion} → ${version}`

function summary(tables: readonly PublishedTable[], isRollback: boolean): {mark: Mark; text: string; next?: string} {
  const live = tables.filter(({state}) => state === 'live').length
  const gated = tables.filter(({state}) => state === 'gated').length
  const verb = isRollback ? 'rolled back' : 'published'
  if (gated > 0)
    return {mark: 'failed', text: `${formatPlural(live, 'table')} ${verb}, ${gated} held back; readers still see the version before`}
  if (live === 0 && tables.some(({rolledBackFrom}) => rolledBackFrom !== undefined)) return {mark: 'waiting', text: 'nothing published'}
  if (live === 0) return {mark: 'waiting', text: isRollback ? 'nothing to roll back' : 'nothing new to publish'}
  return {mark: 'ok', text: `${formatPlural(live, 'table')} ${verb}`, next: isRollback ? 'hippo status' : 'hippo query "select …"'}
}
