// What a table's change data feed tells of some versions.
import type {ChangeCounts, TableChanges} from '../../core/model/table.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline} from './lines.ts'
import type {Paper} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** Rows by version and kind of change and, when there are some, rows of the feed. */
export function tableChangesReport(changes: TableChanges, paper: Paper): string {
  const {table: name, from, to, counts, versions, items = []} = changes
  const numbers = ['version', 'inserted', 'updated', 'deleted'].map((title) => ({title, align: 'right' as const}))
  const rows = versions.map((one) => [String(one.version), ...cells(one)])
  const columns = Object.keys(items[0] ?? {})
  const total = counts.insert + counts.update_postimage + counts.delete
  return [
    ...table(paper, numbers, rows),
    ...table(
      paper,
      columns.map((title) => ({title: untrusted(title), flexible: true})),
      items.map((item) => columns.map((column) => untrusted(item[column] ?? ''))),
    ),
    ...headline(paper, {mark: 'ok', text: `${untrusted(name)} versions ${from} to ${to}: ${formatPlural(total, 'row')} changed`}),
  ].join('\n')
}

const cells = (counts: ChangeCounts): readonly string[] => [
  formatCount(counts.insert),
  formatCount(counts.update_postimage),
  formatCount(counts.delete),
]
