// How the demo ends: what was planted against what was found, kind by kind.
import {formatCount, formatPlural} from './format.ts'
import {headline} from './lines.ts'
import type {Paper} from './paper.ts'
import {shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface DemoProps {
  /** As the user would type it after `cd`. */
  readonly directory: string
  readonly truth: Readonly<Record<string, {readonly planted: number; readonly found: number}>>
  readonly falseAlarms: number
  readonly durationMs?: number
}

/** Found against planted a kind, and where to look next. */
export function demoReport({directory, truth, falseAlarms, durationMs}: DemoProps, paper: Paper): string {
  const kinds = Object.entries(truth)
  const missed = kinds.filter(([, {planted, found}]) => planted !== found).length
  const columns = [
    {title: '  planted fault', flexible: true},
    {title: 'planted', align: 'right'},
    {title: 'found', align: 'right'},
  ] as const
  const rows = kinds.map(([kind, {planted, found}]) => [
    `${shape(paper, planted === found ? 'ok' : 'failed')} ${untrusted(kind)}`,
    formatCount(planted),
    formatCount(found),
  ])
  const planted = kinds.reduce((sum, [, counts]) => sum + counts.planted, 0)
  const isExact = missed === 0 && falseAlarms === 0
  const text = isExact
    ? `all ${formatCount(planted)} planted faults of ${formatPlural(kinds.length, 'kind')} found, 0 false alarms`
    : `${formatPlural(missed, 'kind')} not found exactly, ${formatPlural(falseAlarms, 'false alarm')}`
  return [
    ...table(paper, columns, rows),
    ...headline(paper, {mark: isExact ? 'ok' : 'failed', text, next: `cd ${untrusted(directory)} && hippo status`, durationMs}),
  ].join('\n')
}
