// Progress of a run on stderr: one line that is rewritten on a terminal, one timestamped line a finished step elsewhere.
// Holds nothing back from the verb: a listener only draws.
import type {RunEvent, RunListener} from '../../core/model/run.ts'
import {formatDuration} from '../../ui/report/format.ts'
import {type Paper, plain} from '../../ui/report/paper.ts'
import {formatAmount, formatAmounts} from '../../ui/report/progress-line.ts'
import {shape} from '../../ui/report/state-word.ts'
import {untrusted} from '../../ui/report/untrusted.ts'

export interface Progress {
  readonly listen: RunListener
  /** Clears the line; nothing is drawn afterwards. */
  stop(): void
}

type ProgressEvent = Extract<RunEvent, {kind: 'progress'}>

export interface ProgressOptions {
  readonly write: (text: string) => void
  readonly paper: Paper
  readonly isTerminal: boolean
  readonly now: () => number
}

const redrawEveryMs = 100
const barCells = 10
const clearLine = '\r\u001b[K'

/** Draws run events until `stop`. */
export function startProgress({write, paper, isTerminal, now}: ProgressOptions): Progress {
  let lastDrawnMs = Number.NEGATIVE_INFINITY
  let stopped = false
  const startedMs = new Map<string, number>()
  const draw = (line: string): void => {
    lastDrawnMs = now()
    write(clearLine + line)
  }
  const listen = (event: RunEvent): void => {
    if (stopped) return
    const subject = 'step' in event ? title(event) : ''
    if (event.kind === 'stepStarted') startedMs.set(subject, now())
    if (!isTerminal) {
      if (event.kind === 'stepFinished') write(`${finishedLine(event, now())}\n`)
    } else if (event.kind === 'stepStarted') {
      draw(`${shape(paper, 'running')} ${subject}`)
    } else if (event.kind === 'progress' && now() - lastDrawnMs >= redrawEveryMs) {
      draw(fitted(`${subject}   ${progressFacts(event, now() - (startedMs.get(subject) ?? now()))}`, event, paper))
    }
  }
  const stop = (): void => {
    if (!stopped && isTerminal && lastDrawnMs > Number.NEGATIVE_INFINITY) write(clearLine)
    stopped = true
  }
  return {listen, stop}
}

const title = ({step, subject}: {readonly step: string; readonly subject?: string}): string =>
  subject === undefined ? step : `${step}  ${untrusted(subject)}`

function finishedLine(event: Extract<RunEvent, {kind: 'stepFinished'}>, nowMs: number): string {
  const detail = event.detail === undefined ? '' : `  ${untrusted(event.detail)}`
  return `${new Date(nowMs).toISOString()}  ${title(event)}  ${event.state}${detail}`
}

/** `8.1 M of 12.3 M rows   412 k/s   10 s left` */
export function progressFacts({done, total, unit}: Omit<ProgressEvent, 'kind' | 'run' | 'step'>, elapsedMs: number): string {
  const facts = [formatAmounts({done, unit, ...(total === undefined ? {} : {total})})]
  const perMs = elapsedMs > 500 ? done / elapsedMs : 0
  if (perMs > 0 && (unit === 'rows' || unit === 'bytes')) facts.push(`${formatAmount(perMs * 1000, unit)}/s`)
  if (perMs > 0 && total !== undefined && total > done) facts.push(`${formatDuration((total - done) / perMs)} left`)
  return facts.join('   ')
}

function fitted(text: string, {done, total}: ProgressEvent, paper: Paper): string {
  const room = paper.columns - 4
  const cut = text.length > room ? `${text.slice(0, room - 1)}${plain(paper, '…').slice(0, 1)}` : text
  const filled = total === undefined || total === 0 ? undefined : Math.min(barCells, Math.floor((done / total) * barCells))
  const [full, empty] = paper.unicode ? ['▓', '░'] : ['#', '.']
  const bar = filled === undefined || cut.length + barCells + 3 > room ? '' : `   ${full.repeat(filled)}${empty.repeat(barCells - filled)}`
  return `${shape(paper, 'running')} ${cut}${bar}`
}
