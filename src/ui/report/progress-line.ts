// How far a step is, in words. Amounts that are not known are left out, never guessed.
import {formatBytes, formatCount, formatDuration, formatShortCount} from './format.ts'
import {untrusted} from './untrusted.ts'

export interface Amounts {
  readonly done: number
  readonly total?: number
  /** `rows`, `bytes`, `files`, `checks`. */
  readonly unit: string
}

export interface StepProgress extends Amounts {
  readonly step: string
  readonly subject?: string
  readonly rowsPerSecond?: number
  readonly remainingMs?: number
}

/** 8100000 rows → `8.1 M`, without the unit unless it is bytes. */
export function formatAmount(count: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(count)
  return unit === 'rows' ? formatShortCount(count) : formatCount(count)
}

/** `8.1 M of 12.3 M rows`; without a total `8.1 M rows`. */
export function formatAmounts({done, total, unit}: Amounts): string {
  const noun = unit === 'bytes' ? '' : ` ${untrusted(unit)}`
  return total === undefined ? `${formatAmount(done, unit)}${noun}` : `${formatAmount(done, unit)} of ${formatAmount(total, unit)}${noun}`
}

/** `promote silver  observation  8.1 M of 12.3 M rows  412 k/s  10 s left` */
export function progressLine(progress: StepProgress): string {
  const {step, subject, rowsPerSecond, remainingMs} = progress
  const facts = [
    step,
    subject,
    formatAmounts(progress),
    rowsPerSecond === undefined ? undefined : `${formatShortCount(rowsPerSecond)}/s`,
    remainingMs === undefined ? undefined : `${formatDuration(remainingMs)} left`,
  ]
  return facts
    .filter((fact) => fact !== undefined)
    .map(untrusted)
    .join('  ')
}
