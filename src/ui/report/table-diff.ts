// What changed between two versions of a table.
import type {ChangedRow, TableDiff} from '../../core/model/table.ts'
import {formatCount, formatPlural} from './format.ts'
import {type Headline, headline, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** Rows by kind of change, cells by column and, when there are some, changed rows. */
export function tableDiffReport(diff: TableDiff, paper: Paper): string {
  const {added, removed, changed, columns, rows, schema} = diff
  const counts = [
    ...(rows === undefined
      ? []
      : [['rows', rows.before === rows.after ? formatCount(rows.after) : `${formatCount(rows.before)} → ${formatCount(rows.after)}`]]),
    ['added', formatCount(added)],
    ['removed', formatCount(removed)],
    ['changed', formatCount(changed)],
  ].map(([name = '', text = '']) => [name, plain(paper, text)])
  const schemaLines = Object.entries(schema).flatMap(([kind, names]) =>
    names.length === 0
      ? []
      : wrap(paper, `columns ${kind}${kind === 'retyped' ? ', their values not compared' : ''}: ${untrusted(names.join(', '))}`, 2, 4),
  )
  return [
    ...table(paper, [{title: ''}, {title: '', align: 'right'}], counts),
    ...schemaLines,
    ...table(
      paper,
      [
        {title: 'column', flexible: true},
        {title: 'changed cells', align: 'right'},
      ],
      columns.map((one) => [untrusted(one.column), formatCount(one.changed)]),
    ),
    ...(diff.items ?? []).flatMap((row) => changedRow(row, paper)),
    ...headline(paper, closing(diff)),
  ].join('\n')
}

function changedRow({key, cells}: ChangedRow, paper: Paper): readonly string[] {
  const named = Object.entries(key).map(([name, value]) => `${name} ${value ?? ''}`)
  return [
    paint(paper, 'quiet', untrusted(named.join(', '))),
    ...table(
      paper,
      [{title: ''}, {title: '', flexible: true}, {title: ''}, {title: '', flexible: true}],
      cells.map((cell) => [untrusted(cell.column), untrusted(cell.before ?? ''), plain(paper, '→'), untrusted(cell.after ?? '')]),
      4,
    ),
  ]
}

function closing({table: name, from, to, added, removed, changed, schema}: TableDiff): Headline {
  const versions = `${untrusted(name)} version ${from} → ${to}`
  const isSame = added + removed + changed === 0 && Object.values(schema).every((names) => names.length === 0)
  if (isSame) return {mark: 'ok', text: `${versions}: no row differs`}
  return {
    mark: 'ok',
    text: `${versions}: ${formatPlural(added + removed + changed, 'row')} differ${schema.retyped.length > 0 ? ' in the other columns' : ''}`,
    next: `hippo table history ${untrusted(name)}`,
  }
}
