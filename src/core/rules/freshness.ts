// The newest date in a column is not older than promised: what the service level `freshness` (or `latency`) with an `element` says. The
// age counts from the end of the day where the column holds dates. What is old was sent late and is not wrong: it warns.
import {defineRule} from './define-rule.ts'
import {factOf} from './measured-number.ts'
import {dayMs, readSpan, timelessComplaint} from './service-level.ts'

interface FreshnessParams {
  readonly withinHours: number
}

const hourMs = 3_600_000

export const freshness = defineRule<FreshnessParams>({
  name: 'freshness',
  scope: 'dataset',
  standsUnder: 'column',
  dimension: 'timeliness',
  kahn: 'plausibility.temporal',
  severity: 'warning',
  parse: (raw, at) => ({withinHours: readSpan('freshness', 'withinHours', raw, at)}),
  complaint: (_, subject) => timelessComplaint(subject),
  basis: () => 'age of the newest',
  ask: (_, {field}) => ({kind: 'numbers', aggregates: field === undefined ? [] : [{name: 'newest', function: 'max', of: field.value}]}),
  facts: ({withinHours}, [row], {scope, isProtected}) => {
    const newest = row?.newest
    if (typeof newest !== 'string') return {}
    const from = newest.length === 10 ? Date.parse(`${newest}T00:00:00Z`) + dayMs : Date.parse(newest)
    const ageHours = (Date.parse(scope.now) - from) / hourMs
    // Of protected dates not even the newest may be told from what is kept.
    return isProtected === true ? {isLate: ageHours > withinHours ? 1 : 0} : {ageHours: Math.round(ageHours * 100) / 100}
  },
  isVerdict: (facts) => facts.isLate !== undefined,
  judge: ({withinHours}, facts) => {
    if (Object.keys(facts).length === 0) return {notApplicable: 'no row has a date'}
    const isLate = factOf(facts, 'isLate') === 1 || factOf(facts, 'ageHours') > withinHours
    return {violated: isLate ? 1 : 0, denominator: 1}
  },
  describe: ({withinHours}) => `is not older than ${withinHours} hours in its newest row`,
  examples: [
    {
      params: {withinHours: 24},
      columns: {value: 'timestamp'},
      rows: [{value: '2025-12-31T00:00:00Z'}, {value: '2025-01-01T00:00:00Z'}, {value: null}],
      violated: 0,
      facts: {ageHours: 24},
    },
    {params: {withinHours: 24}, columns: {value: 'timestamp'}, rows: [{value: '2025-12-30T23:59:00Z'}], violated: 1},
    {params: {withinHours: 24}, columns: {value: 'date'}, rows: [{value: '2025-12-30'}], violated: 0, facts: {ageHours: 24}},
    {params: {withinHours: 24}, columns: {value: 'date'}, rows: [{value: '2025-12-29'}], violated: 1},
    {params: {withinHours: 24}, columns: {value: 'date'}, rows: [{value: '2026-02-01'}], violated: 0},
    {params: {withinHours: 24}, columns: {value: 'date'}, rows: [{value: null}], violated: 'no row has a date'},
    {params: {withinHours: 24}, columns: {value: 'date'}, rows: [], violated: 'no row has a date'},
  ],
})
