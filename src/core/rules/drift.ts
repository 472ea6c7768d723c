// The values of a column are distributed as they were in earlier promotions: numbers by the population stability index (`psi`) and, where
// asked, the Kolmogorov-Smirnov distance (`ks`) over classes; texts, integers that are codes (`as: categories`) and booleans by `psi` and by
// categories that were never seen (`newCategories`). Classes are those of `bins`, or tenths of the first promotion, rounded. Compared
// are the last `runs` promotions together. Kept are counts alone, categories as hashes; a protected column is refused. With less than
// `minRows` rows, or fewer than `minRuns` promotions, it is not judged.
import type {PastFacts} from '../model/facts.ts'
import {defineRule} from './define-rule.ts'
import {askCategories, categoryFacts, judgeCategories} from './drift-categories.ts'
import {askClasses, classFacts, judgeClasses} from './drift-classes.ts'
import {type DriftParams, type DriftType, driftTypes} from './drift-params.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

const usual = {psi: 0.25, newCategories: 0, minRows: 100, minRuns: 1, runs: 5} as const

export const drift = defineRule<DriftParams>({
  name: 'drift',
  scope: 'dataset',
  standsUnder: 'column',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  severity: 'warning',
  parse: (raw, at) => {
    const params = ruleParams('drift', raw, at, ['of', 'as', 'psi', 'ks', 'newCategories', 'bins', 'minRows', 'minRuns', 'runs'])
    const as = params.oneOf('as', driftTypes)
    const bins = params.scalars('bins')?.map((bound) => (typeof bound === 'number' ? bound : params.fail('bins', 'bins are numbers')))
    if (bins?.some((bound, index) => index > 0 && bound <= (bins[index - 1] ?? bound))) params.fail('bins', 'bins ascend')
    const share = (name: 'psi' | 'ks'): number | undefined => {
      const value = params.number(name)
      return value === undefined || value > 0 ? value : params.fail(name, `${name} is a number above 0`)
    }
    const ks = share('ks')
    const [minRuns, minRows] = [params.count('minRuns') ?? usual.minRuns, params.count('minRows') ?? usual.minRows]
    if (minRuns < 1) params.fail('minRuns', 'there has to be something to compare with: at least 1')
    if (as === 'categories' && (ks !== undefined || bins !== undefined)) params.fail('as', 'ks and bins are for numbers')
    return {
      of: params.oneOf('of', ['delivery', 'table']) ?? 'delivery',
      ...(as === undefined ? {} : {as}),
      psi: share('psi') ?? usual.psi,
      ...(ks === undefined ? {} : {ks}),
      newCategories: params.count('newCategories') ?? usual.newCategories,
      ...(bins === undefined ? {} : {bins}),
      minRows,
      minRuns,
      runs: Math.max(params.count('runs') ?? usual.runs, minRuns),
    }
  },
  complaint: (params, {type, isProtected}) => {
    if (isProtected) return 'the column is protected, and nothing of its values may be kept to compare with'
    if (type === 'float64') return params.as === 'categories' ? 'numbers with decimals are no categories' : undefined
    if (type === 'int64') return undefined
    if (type === 'string' || type === 'boolean') return params.as === 'numbers' ? `${typeName(type)} is no number` : undefined
    return `${typeName(type)} has no drift that is judged; numbers, integers, texts and booleans have`
  },
  basis: ({of, as, bins}) =>
    `distribution of the ${of}${as === undefined ? '' : ` as ${as}`}${bins === undefined ? '' : ` in ${bins.join(' ')}`}`,
  isOfDelivery: ({of}) => of === 'delivery',
  ask: (params, subject) => {
    if (params.of === 'delivery' && subject.delivery === undefined)
      return {kind: 'notApplicable', reason: 'the rows of a delivery are measured when it is promoted'}
    return driftType(params, subject.field?.type) === 'categories' ? askCategories(params, subject) : askClasses(params, subject)
  },
  facts: (params, answer, subject) =>
    driftType(params, subject.field?.type) === 'categories' ? categoryFacts(answer) : classFacts(params, answer, subject.past),
  judge: (params, facts, past) => ('categories' in facts || 'tooMany' in facts ? judgeCategories : judgeClasses)(params, facts, past),
  describe: ({of, psi, ks, runs}) =>
    `is distributed${of === 'delivery' ? ' in a delivery' : ''} as in the last ${runs} promotions (psi at most ${psi}${ks === undefined ? '' : `, ks at most ${ks}`})`,
  examples: [
    {
      params: {minRows: 4},
      columns: {value: 'string'},
      rows: statuses('final', 'final', 'final', 'amended'),
      past: knownStatuses(),
      violated: 0,
    },
    {
      params: {minRows: 4, psi: 5},
      columns: {value: 'string'},
      rows: statuses('final', 'final', 'amended', 'cancelled'),
      past: knownStatuses(),
      violated: 1,
    },
    {
      params: {minRows: 4, newCategories: 1},
      columns: {value: 'string'},
      rows: statuses('amended', 'amended', 'amended', 'amended', null),
      past: knownStatuses(),
      facts: {rows: 4, categories: {'8c90591451015625': 4}},
      violated: 1,
    },
    {
      params: {minRows: 4},
      columns: {value: 'string'},
      rows: statuses('final', null, null, null),
      past: knownStatuses(),
      violated: '1 rows with a value, of the 4 that it takes',
    },
    {
      params: {minRows: 4, minRuns: 3},
      columns: {value: 'boolean'},
      rows: [true, true, true, true].map((value) => ({value})),
      past: past({rows: 9, categories: {b5bea41b6c623f7c: 9}}, {rows: 9, categories: {b5bea41b6c623f7c: 9}}),
      violated: '2 of the 3 promotions that it takes are known: 1 more promotion',
    },
    {
      params: {bins: [10, 20], ks: 0.4, minRows: 4},
      columns: {value: 'float64'},
      rows: [10, 10.5, 20, 20.1, null].map((value) => ({value})),
      past: past({rows: 8, bounds: [10, 20], counts: [2, 4, 2]}),
      facts: {rows: 4, bounds: [10, 20], counts: [1, 2, 1]},
      violated: 0,
    },
    {
      params: {bins: [10, 20], ks: 0.4, minRows: 4},
      columns: {value: 'int64'},
      rows: [21n, 22n, 23n, 24n].map((value) => ({value})),
      past: past({rows: 8, bounds: [10, 20], counts: [2, 4, 2]}),
      violated: 2,
    },
    {
      params: {minRows: 4},
      columns: {value: 'float64'},
      rows: [1.0004, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((value) => ({value})),
      facts: {rows: 10, bounds: [1, 2, 3, 4, 5, 6, 7, 8, 9]},
      violated: 'the classes were found in this promotion; 0 of the 1 promotion that it takes are known: 1 more promotion',
    },
    {
      params: {},
      columns: {value: 'string'},
      rows: statuses('final'),
      delivery: 'none',
      violated: 'the rows of a delivery are measured when it is promoted',
    },
  ],
})

const driftType = ({as}: DriftParams, type: unknown): DriftType =>
  as ?? (type === 'string' || type === 'boolean' ? 'categories' : 'numbers')

function past(...facts: readonly PastFacts['facts'][]): readonly PastFacts[] {
  return facts.map((one, index) => ({at: '2025-12-25T08:00:00Z', version: 9 - index, facts: one}))
}

function statuses(...values: readonly (string | null)[]): readonly {readonly value: string | null}[] {
  return values.map((value) => ({value}))
}

/** 30 times `final` and 10 times `amended`, as they are kept. */
function knownStatuses(): readonly PastFacts[] {
  return past({rows: 40, categories: {'2443630b4620165c': 30, '8c90591451015625': 10}})
}
