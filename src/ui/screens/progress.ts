// How far a run is: step, amount, rate, time left, bar. Amounts that are not known are left out, never guessed.
import type {LiveProgress, RunningRun} from '../../core/query/index.ts'
import type {ColumnSpec} from '../columns.ts'
import {type CellContent, toned} from '../page.ts'
import {formatBytes, formatCount, formatDuration, formatShortCount} from '../report/format.ts'
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
    const sinceMs = now.getTime() - Date.parse(step?.startedAt ?? run.startedAt)
    return [name, subject, toned('quiet', `for ${formatDuration(Math.max(0, sinceMs))}`), '', '', '']
  }
  const {rowsPerSecond, remainingMs, total, done} = progress
  return [
    name,
    subject,
    amounts(progress),
    rowsPerSecond === undefined ? '' : `${formatShortCount(rowsPerSecond)}/s`,
    remainingMs === undefined ? '' : `${formatDuration(remainingMs)} left`,
    total === undefined || total === 0 ? '' : {kind: 'bar', share: done / total},
  ]
}

/** `8.1 M of 12.3 M rows` */
export function amounts({done, total, unit}: LiveProgress): string {
  const amount = (count: number): string =>
    unit === 'bytes' ? formatBytes(count) : unit === 'rows' ? formatShortCount(count) : formatCount(count)
  const noun = unit === 'bytes' ? '' : ` ${untrusted(unit)}`
  return total === undefined ? `${amount(done)}${noun}` : `${amount(done)} of ${amount(total)}${noun}`
}
