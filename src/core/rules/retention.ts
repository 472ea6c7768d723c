// No row is kept longer than promised: what the service level `retention` with an `element` says. Rows without a date are not judged.
// It only warns, and `hippo retain` removes what it finds.
import {compare, isPresent, literal} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {factOf, numberOf} from './measured-number.ts'
import {dayMs, readSpan, timelessComplaint} from './service-level.ts'

interface RetentionParams {
  readonly days: number
}

export const retention = defineRule<RetentionParams>({
  name: 'retention',
  scope: 'dataset',
  standsUnder: 'column',
  dimension: 'timeliness',
  kahn: 'plausibility.temporal',
  severity: 'warning',
  parse: (raw, at) => ({days: readSpan('retention', 'days', raw, at)}),
  complaint: (_, subject) => timelessComplaint(subject),
  basis: ({days}) => `rows older than ${days} days`,
  ask: ({days}, {field, scope}) => {
    if (field === undefined) return {kind: 'nothing'}
    const oldest = new Date(Date.parse(scope.now) - days * dayMs).toISOString().replace(/\.?0*Z$/, 'Z')
    const bound = field.type === 'date' ? literal(oldest.slice(0, 10), 'date') : literal(oldest, 'timestamp')
    return {
      kind: 'numbers',
      aggregates: [
        {name: 'dated', function: 'countIf', of: isPresent(field.value)},
        {name: 'older', function: 'countIf', of: compare(field.value, '<', bound)},
      ],
    }
  },
  facts: (_, answer) => ({dated: numberOf(answer, 'dated'), older: numberOf(answer, 'older')}),
  judge: (_, facts) => ({violated: factOf(facts, 'older'), denominator: factOf(facts, 'dated')}),
  describe: ({days}) => `is not older than ${days} days in any row`,
  examples: [
    {
      params: {days: 31},
      columns: {value: 'date'},
      rows: [{value: '2025-12-01'}, {value: '2025-11-30'}, {value: '2024-02-29'}, {value: null}],
      violated: 2,
      facts: {dated: 3, older: 2},
    },
    {
      params: {days: 1},
      columns: {value: 'timestamp'},
      rows: [{value: '2025-12-31T00:00:00Z'}, {value: '2025-12-30T23:59:59.999999Z'}],
      violated: 1,
    },
    {params: {days: 1}, columns: {value: 'date'}, rows: [{value: null}], violated: 0},
  ],
})
