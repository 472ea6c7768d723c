// One check result as a row, the same wherever results are listed.
import type {CheckRecord} from '../../core/query/index.ts'
import type {ColumnSpec} from '../columns.ts'
import {badge, type PageContext, type PageRow, toned} from '../page.ts'
import {formatAgo, formatCount, formatPercent} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'
import type {View} from '../views.ts'

export const checkColumns: readonly ColumnSpec[] = [
  {title: ''},
  {title: 'dataset', flexible: true},
  {title: 'check', flexible: true, narrowest: 20},
  {title: 'rows', align: 'right'},
  {title: 'of', align: 'right', drop: 3},
  {title: 'share', align: 'right', drop: 4},
  {title: 'rule', flexible: true, narrowest: 24, drop: 2},
  {title: 'judged', align: 'right', drop: 1},
]

const outcomeWords: Readonly<Record<string, string>> = {notChecked: 'not checked', notApplicable: 'not applicable'}

export const outcomeWord = (outcome: string): string => outcomeWords[outcome] ?? outcome

export const isJudged = ({outcome}: Pick<CheckRecord, 'outcome'>): boolean => ['passed', 'warned', 'failed', 'waived'].includes(outcome)

/** Not passed, and not left out on purpose. */
export const needsLook = ({outcome}: Pick<CheckRecord, 'outcome'>): boolean => !['passed', 'off', 'notApplicable'].includes(outcome)

export function checkRow(check: CheckRecord, {now, timeZone}: PageContext): PageRow {
  const counts = isJudged(check)
    ? [formatCount(check.violated), formatCount(check.denominator), formatPercent(check.percent)]
    : ['', '', '']
  return {
    key: `${check.isValidation ? 'validation' : 'check'} ${check.layer} ${check.dataset} ${check.id}`,
    cells: [
      badge(check.outcome, outcomeWord(check.outcome)),
      untrusted(check.layer === 'gold' ? `gold.${check.dataset}` : check.dataset),
      untrusted(check.id),
      ...counts,
      untrusted(check.reason ?? check.description),
      toned('quiet', formatAgo(check.at, now, timeZone)),
    ],
    opens: checkView(check),
    command: checkCommand(check),
  }
}

function checkView({dataset, id, layer}: CheckRecord): View {
  return {screen: 'check', dataset, id, ...(layer === 'bronze' ? {} : {layer})}
}

/** What shows more of it, or does something about it. */
export function checkCommand({
  dataset,
  id,
  layer,
  outcome,
  isValidation,
}: Pick<CheckRecord, 'dataset' | 'id' | 'layer' | 'outcome' | 'isValidation'>): string {
  if (layer === 'gold') return `hippo promote gold ${untrusted(dataset)}`
  if (isValidation) return `hippo validate ${untrusted(dataset)}`
  if (outcome === 'failed' || outcome === 'warned') return `hippo quarantine show ${untrusted(dataset)} --reason ${untrusted(id)}`
  return `hippo validate ${untrusted(dataset)}`
}
