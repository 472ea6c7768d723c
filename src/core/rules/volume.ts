// About as many rows as usual: as the median of the last `runs` promotions that came in on the same weekday (`compareWith: all` takes
// every day). `of` says what is counted: the records of the delivery, or the rows of the whole table. More than `below` percent fewer, or
// more than `above` percent more, is too far off. With fewer than `minRuns` to compare with it is not judged, and the result says how many
// are missing. Deliveries that were gated are no measure of what is usual.
import type {PastFacts} from '../model/facts.ts'
import {defineRule} from './define-rule.ts'
import {factOf, numberOf} from './measured-number.ts'
import {missingRuns, weekday} from './missing-runs.ts'
import {ruleParams} from './rule-params.ts'

interface VolumeParams {
  readonly of: 'delivery' | 'table'
  /** Percent. */
  readonly below: number
  readonly above: number
  readonly compareWith: 'weekday' | 'all'
  readonly minRuns: number
  readonly runs: number
}

const dayMs = 86_400_000
const usual = {below: 50, above: 100, minRuns: 4, runs: 8} as const

export const volume = defineRule<VolumeParams>({
  name: 'volume',
  scope: 'dataset',
  dimension: 'coverage',
  kahn: 'plausibility.temporal',
  parse: (raw, at) => {
    const params = ruleParams('volume', raw, at, ['of', 'below', 'above', 'compareWith', 'minRuns', 'runs'])
    const percent = (name: 'below' | 'above'): number => {
      const value = params.number(name) ?? usual[name]
      return value > 0 ? value : params.fail(name, `${name} is a number of percent above 0`)
    }
    const minRuns = params.count('minRuns') ?? usual.minRuns
    const runs = params.count('runs') ?? Math.max(usual.runs, minRuns)
    if (minRuns < 1) params.fail('minRuns', 'there has to be something to compare with: at least 1')
    if (runs < minRuns) params.fail('runs', `${runs} runs are fewer than minRuns asks for`)
    if (percent('below') > 100) params.fail('below', 'no more than 100 percent can be missing')
    return {
      of: params.oneOf('of', ['delivery', 'table']) ?? 'delivery',
      below: percent('below'),
      above: percent('above'),
      compareWith: params.oneOf('compareWith', ['weekday', 'all']) ?? 'weekday',
      minRuns,
      runs,
    }
  },
  basis: ({of}) => `rows of the ${of}`,
  isOfDelivery: ({of}) => of === 'delivery',
  ask: ({of}, {delivery}) => {
    if (of === 'table') return {kind: 'numbers', aggregates: [{name: 'rows', function: 'count'}]}
    if (delivery !== undefined) return {kind: 'nothing'}
    return {kind: 'notApplicable', reason: 'records of a delivery are counted when it is promoted'}
  },
  facts: ({of}, answer, {delivery}) => ({rows: of === 'table' ? numberOf(answer, 'rows') : (delivery?.read ?? 0)}),
  judge: ({below, above, compareWith, minRuns, runs}, facts, past, at) => {
    const comparable = past.filter((one) => compareWith === 'all' || weekday(one.at) === weekday(at)).slice(0, runs)
    if (comparable.length < minRuns) return {notApplicable: missingRuns(comparable.length, minRuns, compareWith === 'all' ? undefined : at)}
    const middle = median(comparable)
    const rows = factOf(facts, 'rows')
    const isOff = rows < middle * (1 - below / 100) || rows > middle * (1 + above / 100)
    return {violated: isOff ? 1 : 0, denominator: 1}
  },
  describe: ({of, below, above, compareWith}) => {
    const when = compareWith === 'weekday' ? ' on this weekday' : ''
    return `has about as many rows${of === 'delivery' ? ' in a delivery' : ''} as usual${when}: at most ${below} % fewer and ${above} % more`
  },
  examples: [
    {params: {minRuns: 2}, columns: {value: 'string'}, rows: [], delivery: {read: 50}, past: usualThursdays([100, 90, 110]), violated: 0},
    {params: {minRuns: 2}, columns: {value: 'string'}, rows: [], delivery: {read: 49}, past: usualThursdays([100, 90, 110]), violated: 1},
    {params: {minRuns: 2}, columns: {value: 'string'}, rows: [], delivery: {read: 200}, past: usualThursdays([100, 90, 110]), violated: 0},
    {params: {minRuns: 2}, columns: {value: 'string'}, rows: [], delivery: {read: 201}, past: usualThursdays([100, 90, 110]), violated: 1},
    {
      params: {},
      columns: {value: 'string'},
      rows: [],
      delivery: {read: 5},
      past: [...usualThursdays([100, 90, 110]), {at: '2025-12-31T08:00:00Z', version: 1, facts: {rows: 100}}],
      violated: '3 of the 4 Thursdays that it takes are known: 1 more promotion on a Thursday',
    },
    {
      params: {compareWith: 'all', runs: 4},
      columns: {value: 'string'},
      rows: [],
      delivery: {read: 5},
      past: [...usualThursdays([100, 90, 110]), {at: '2025-12-31T08:00:00Z', version: 1, facts: {rows: 100}}],
      violated: 1,
    },
    {
      params: {of: 'table', minRuns: 1, below: 10},
      columns: {value: 'string'},
      rows: [{value: 'a'}, {value: null}],
      delivery: 'none',
      past: usualThursdays([3]),
      facts: {rows: 2},
      violated: 1,
    },
    {
      params: {minRuns: 1},
      columns: {value: 'string'},
      rows: [{value: 'a'}],
      delivery: 'none',
      past: usualThursdays([1]),
      violated: 'records of a delivery are counted when it is promoted',
    },
  ],
})

/** Thursdays before the day of the examples, newest first. */
function usualThursdays(rows: readonly number[]): readonly PastFacts[] {
  const newest = Date.parse('2025-12-25T08:00:00Z')
  return rows.map((count, index) => ({at: new Date(newest - 7 * index * dayMs).toISOString(), version: 9 - index, facts: {rows: count}}))
}

function median(past: readonly PastFacts[]): number {
  const sorted = past.map(({facts}) => factOf(facts, 'rows')).sort((a, b) => a - b)
  const half = sorted.length >> 1
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[half], sorted[half]] : [sorted[half - 1], sorted[half]]
  return (low + high) / 2
}
