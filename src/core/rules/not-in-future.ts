// A date or time is not later than the start of the run, plus days of grace (for senders ahead of UTC).
import {compare, literal} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface NotInFutureParams {
  readonly graceDays: number
}

const dayMs = 86_400_000

export const notInFuture = defineRule<NotInFutureParams>({
  name: 'notInFuture',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.temporal',
  parse: (raw, at) => ({graceDays: ruleParams('notInFuture', raw, at, ['graceDays']).count('graceDays') ?? 0}),
  complaint: (_, type) => (type === 'date' || type === 'timestamp' ? undefined : `a column of type ${typeName(type)} has no place in time`),
  violates: ({graceDays}, {value, type}, {now}) => {
    const latest = new Date(Date.parse(now) + graceDays * dayMs).toISOString()
    return compare(
      value,
      '>',
      type === 'date' ? literal(latest.slice(0, 10), 'date') : literal(latest.replace(/\.?0*Z$/, 'Z'), 'timestamp'),
    )
  },
  describe: ({graceDays}) => (graceDays === 0 ? 'is not in the future' : `is at most ${graceDays} days in the future`),
  examples: [
    {params: {}, type: 'timestamp', rows: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z', '1900-01-01T00:00:00Z', null], bad: [1]},
    {params: {}, type: 'date', rows: ['2026-01-01', '2026-01-02', null], bad: [1]},
    {params: {graceDays: 1}, type: 'date', rows: ['2026-01-02', '2026-01-03'], bad: [1]},
  ],
})
