import type {CheckResult} from '../../src/core/model/check.ts'
import type {RowCounts, RunSummary, Verb} from '../../src/core/model/run.ts'

const hex = '0123456789abcdef'
export const sha = (digit: number): string => (hex[digit % 16] ?? '0').repeat(64)

export const runOf = (verb: Verb, state: RunSummary['state'] = 'succeeded', durationMs = 4200): RunSummary => ({
  id: '019a0f3c-8f2c-7c11-9e55-0d6f1c2b3a4d',
  verb,
  outputs: [],
  state,
  startedAt: '2026-03-04T02:15:00.000Z',
  finishedAt: '2026-03-04T02:15:04.200Z',
  durationMs,
})

export const check = (
  id: string,
  outcome: CheckResult['outcome'],
  violated: number,
  denominator: number,
  description: string,
  reason?: string,
): CheckResult => ({
  id,
  rule: id.split('.').at(-1) ?? id,
  column: id.split('.')[0] ?? id,
  dimension: 'conformity',
  kahn: 'conformance.value',
  severity: outcome === 'warned' ? 'warning' : 'error',
  outcome,
  violated,
  denominator,
  percent: denominator === 0 ? 0 : (violated / denominator) * 100,
  threshold: {max: 0, unit: 'rows'},
  description,
  ...(reason === undefined ? {} : {reason}),
})

export const rows = (read: number, other: Partial<RowCounts> = {}): RowCounts => {
  const rest = {quarantined: 0, duplicate: 0, unchanged: 0, waived: 0, ...other}
  return {read, accepted: read - rest.quarantined - rest.duplicate - rest.unchanged - rest.waived, ...rest}
}
