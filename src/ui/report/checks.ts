// Check results as lines, worst first; what was not judged says why.
import type {CheckResult, Outcome} from '../../core/model/check.ts'
import {formatCount, formatPercent} from './format.ts'
import {type Paper, plain} from './paper.ts'
import {markOf, shape} from './state-word.ts'
import {type ColumnSpec, table} from './table.ts'
import {untrusted} from './untrusted.ts'

const ranks: readonly Outcome[] = ['errored', 'failed', 'warned', 'notChecked', 'waived', 'off', 'notApplicable', 'passed']

/** Words of outcomes for people; a failed check of severity warning is `warned` already. */
const words: Readonly<Partial<Record<Outcome, string>>> = {notChecked: 'not checked', notApplicable: 'not applicable'}

/** An outcome as people read it. */
export const outcomeWord = (outcome: Outcome): string => words[outcome] ?? outcome

/** Lines for the checks that need a look; passed ones too when `all`. */
export function checkLines(
  checks: readonly CheckResult[],
  paper: Paper,
  options: {readonly all?: boolean; readonly indent?: number} = {},
): readonly string[] {
  const shown = checks
    .filter(({outcome}) => options.all || (outcome !== 'passed' && outcome !== 'off' && outcome !== 'notApplicable'))
    .toSorted((a, b) => ranks.indexOf(a.outcome) - ranks.indexOf(b.outcome) || b.percent - a.percent)
  const columns: readonly ColumnSpec[] = [
    {title: ''},
    {title: '', align: 'right'},
    {title: '', align: 'right', drop: 1},
    {title: '', align: 'right'},
    {title: '', flexible: true},
    {title: '', flexible: true},
  ]
  const rows = shown.map((check) => [
    `${shape(paper, markOf(check.outcome))} ${outcomeWord(check.outcome)}`,
    judged(check) ? formatCount(check.violated) : '',
    judged(check) ? `of ${formatCount(check.denominator)}` : '',
    judged(check) ? formatPercent(check.percent) : '',
    untrusted(check.id),
    plain(paper, untrusted(check.reason ?? check.description)),
  ])
  return table(paper, columns, rows, options.indent ?? 4)
}

const judged = ({outcome}: CheckResult): boolean =>
  outcome === 'passed' || outcome === 'warned' || outcome === 'failed' || outcome === 'waived'

/** `22 checks: 20 passed, 1 warned, 1 failed` */
export function checkSummary(checks: readonly CheckResult[]): string {
  const counted = [...Map.groupBy(checks, ({outcome}) => outcome)].sort(([a], [b]) => ranks.indexOf(b) - ranks.indexOf(a))
  const total = `${formatCount(checks.length)} check${checks.length === 1 ? '' : 's'}`
  if (checks.length === 0) return total
  return `${total}: ${counted.map(([outcome, some]) => `${formatCount(some.length)} ${outcomeWord(outcome)}`).join(', ')}`
}
