// No two spans of one key have a part in common: a person is in one bed at a time. A span lasts from its start up to, but without, its
// end, so that back-to-back is allowed; without an end it is open, and one whose end comes before its start is left to
// `temporalOrder`. All rows that meet another are bad, for nobody knows which one is right. `when` says which rows are compared
// (inpatient stays, say). Where rows are merged, a row that is merely sent twice meets nothing; rows of earlier deliveries are
// compared by `hippo validate` alone.
import {and, column, compare, isNull, isPresent, not, or} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface OverlapParams {
  readonly key: readonly string[]
  readonly start: string
  readonly end: string
}

export const overlap = defineRule<OverlapParams>({
  name: 'overlap',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'plausibility.temporal',
  parse: (raw, at) => {
    const params = ruleParams('overlap', raw, at, ['key', 'start', 'end'])
    return {key: params.need('key', params.textOrTexts('key')), start: params.needText('start'), end: params.needText('end')}
  },
  columns: ({key, start, end}) => [...key, start, end],
  standsAlone: () => true,
  complaint: ({start, end}, _, columns) => {
    const [from, to] = [columns[start], columns[end]]
    if (from === undefined || to === undefined || (from === to && (from === 'date' || from === 'timestamp'))) return undefined
    return `${start} is ${typeName(from)} and ${end} ${typeName(to)}: a span needs two dates or two timestamps`
  },
  violates: ({key, start, end}, _, {where, repeats}) => ({
    kind: 'overlaps',
    key,
    start,
    end,
    ...(where === undefined ? {} : {where}),
    ...(repeats === undefined ? {} : {unlessSame: repeats.key}),
  }),
  appliesTo: ({key, start, end}) =>
    and(...[...key, start].map((name) => isPresent(column(name))), or(isNull(column(end)), not(compare(column(start), '>', column(end))))),
  describe: ({key, start, end}) => `has a span from ${start} to ${end} that meets no other of its ${key.join(', ')}`,
  examples: [
    {
      params: {key: 'person', start: 'from', end: 'to'},
      columns: {person: 'string', from: 'date', to: 'date'},
      rows: [
        {person: 'a', from: '2026-01-01', to: '2026-01-10'},
        {person: 'a', from: '2026-01-10', to: '2026-01-12'},
        {person: 'a', from: '2026-01-11', to: null},
        {person: 'b', from: '2026-01-01', to: '2026-01-31'},
        {person: 'b', from: '2026-01-05', to: '2026-01-04'},
        {person: null, from: '2026-01-01', to: null},
        {person: null, from: '2026-01-01', to: null},
        {person: 'c', from: null, to: '2026-01-01'},
        {person: 'c', from: '2025-01-01', to: null},
      ],
      bad: [1, 2],
    },
    {
      params: {key: ['person', 'ward'], start: 'from', end: 'to'},
      columns: {person: 'string', ward: 'string', from: 'timestamp', to: 'timestamp'},
      repeats: {key: ['value'], columns: ['value', 'person', 'ward', 'from', 'to']},
      rows: [
        {value: '1', person: 'a', ward: 'X', from: '2026-01-01T08:00:00Z', to: '2026-01-02T08:00:00Z'},
        {value: '1', person: 'a', ward: 'X', from: '2026-01-01T08:00:00Z', to: '2026-01-02T08:00:00Z'},
        {value: '2', person: 'a', ward: 'Y', from: '2026-01-01T08:00:00Z', to: '2026-01-02T08:00:00Z'},
        {value: '3', person: 'b', ward: 'X', from: '2026-01-01T08:00:00Z', to: '2026-01-02T08:00:00Z'},
        {value: '4', person: 'b', ward: 'X', from: '2026-01-02T07:59:59Z', to: '2026-01-03T08:00:00Z'},
      ],
      bad: [3, 4],
    },
  ],
})
