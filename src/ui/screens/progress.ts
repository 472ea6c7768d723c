// How far a run is: step, amount, rate, time left, bar. Amounts that are not known are left out, never guessed.
import type {RunningRun} from '../../core/query/index.ts'
import type {ColumnSpec} from '../columns.ts'
import {type CellContent, toned} from '../page.ts'
import {formatDuration, formatShortCount} from '../report/format.ts'
import {formatAmounts} from '../report/progress-line.ts'
import {untrusted} from '../report/untrusted.ts'

export const progressColumns: readonly ColumnSpec[] = [
  {title: '', flexible: true},
  {title: '', flexible: true},
  {title: ''},
  {title: '', align: 'right', drop: 2},
  {title: '', align: 'right', drop: 3},
  {title: '', drop: 1},
]

export function progressCells({step, progress, run}: Pick<RunningRun, 'step' | 'progress' | 'run'>, now: Date): readonly CellContent[] {
  const name = step === undefined ? 'starting' : untrusted(step.step)
  const subject = untrusted(step?.subject ?? '')
  if (progress === undefined) {
    return [name, subject, '', waited(step?.startedAt ?? run.startedAt, now), '', '']
  }
  const {rowsPerSecond, remainingMs, total, done} = progress
  if (done === 0)
    return [
      name,
      subject,
      total === undefined ? '' : formatAmounts({done: total, unit: progress.unit}),
      waited(step?.startedAt, now),
      '',
      '',
    ]
  return [
    name,
    subject,
    formatAmounts(progress),
    rowsPerSecond === undefined ? '' : `${formatShortCount(rowsPerSecond)}/s`,
    remainingMs === undefined ? '' : `${formatDuration(remainingMs)} left`,
    total === undefined || total === 0 ? '' : {kind: 'bar', share: done / total},
  ]
}

/** An engine that cannot say how far it is: then for how long it has been at it. */
function waited(since: string | undefined, now: Date): CellContent {
  return since === undefined ? '' : toned('quiet', `for ${formatDuration(Math.max(0, now.getTime() - Date.parse(since)))}`)
}
