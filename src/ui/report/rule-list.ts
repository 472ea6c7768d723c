// Rules in words: of one dataset, or every kind by an example.
import type {ListedRule} from '../../core/index.ts'
import {formatPlural} from './format.ts'
import {headline} from './lines.ts'
import type {Paper} from './paper.ts'
import {type ColumnSpec, table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** One line a rule. */
export function ruleListReport(items: readonly ListedRule[], paper: Paper): string {
  const isOfDataset = items.some(({check}) => check !== undefined)
  const specs: readonly ColumnSpec[] = [
    {title: isOfDataset ? 'check' : 'rule'},
    {title: isOfDataset ? 'on failure' : 'judges', drop: 1},
    {title: isOfDataset ? 'says' : 'for example', flexible: true},
  ]
  const rows = items.map(({check, rule, scope, onFailure, description, notCheckedBecause}) => [
    untrusted(check ?? rule),
    notCheckedBecause === undefined ? (onFailure ?? (scope === 'row' ? 'rows' : 'the dataset')) : 'not checked',
    untrusted(description),
  ])
  return [
    ...table(paper, specs, rows),
    ...headline(paper, {mark: 'ok', text: formatPlural(items.length, isOfDataset ? 'rule' : 'kind')}),
  ].join('\n')
}
