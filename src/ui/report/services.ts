// The services of a workspace: what runs, and what was stopped.
import type {Paper} from './paper.ts'
import {plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

export interface DatabaseProps {
  readonly where: string
  readonly version: string
  readonly embedded: boolean
}

/** `● embedded PostgreSQL 18.4 runs at …` */
export function servicesReport({where, version, embedded}: DatabaseProps, paper: Paper): string {
  return plain(paper, `${shape(paper, 'ok')} ${embedded ? 'embedded ' : ''}PostgreSQL ${untrusted(version)}, ${untrusted(where)}`)
}

export interface StoppedProps {
  readonly stopped: boolean
}

/** Whether there was anything to stop. */
export function stoppedReport({stopped}: StoppedProps, paper: Paper): string {
  return stopped ? `${shape(paper, 'ok')} the embedded database is stopped` : `${shape(paper, 'waiting')} no embedded database was running`
}
