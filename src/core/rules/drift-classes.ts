// Drift of numbers: how many lie in each class. The first promotion finds the bounds of the classes (tenths of its values, rounded to
// three digits, so that none is a value of a person), the next ones count, and each is held against those before it.
import {column, compare, isPresent, literal} from '../expr/expr.ts'
import type {Aggregate, Plan} from '../expr/plan.ts'
import type {Facts, PastFacts} from '../model/facts.ts'
import type {DatasetAnswer, DatasetQuestion, DatasetSubject, DatasetVerdict} from './define-rule.ts'
import type {DriftParams} from './drift-params.ts'
import {factOf, listOf, numberOf} from './measured-number.ts'
import {missingRuns} from './missing-runs.ts'
import {largestDistance, stabilityIndex} from './population-shift.ts'

const tenths = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => tenth / 10)

/** Counts below each bound, or the bounds where none are known yet. */
export function askClasses(params: DriftParams, subject: DatasetSubject): DatasetQuestion {
  const value = subject.field?.value ?? column('')
  const bounds = boundsOf(params, subject.past)
  const asked =
    bounds === undefined
      ? tenths.map((share, index): Aggregate => ({name: `bound ${index}`, function: 'quantile', of: value, share}))
      : bounds.map((bound, index): Aggregate => {
          return {name: `below ${index}`, function: 'countIf', of: compare(value, '<=', literal(bound, 'float64'))}
        })
  return {
    kind: 'numbers',
    ...rowsAsked(params, subject),
    aggregates: [{name: 'rows', function: 'countIf', of: isPresent(value)}, ...asked],
  }
}

/** The rows that came in, or all of them. */
export function rowsAsked({of}: DriftParams, {delivery}: DatasetSubject): {readonly input?: Plan} {
  return of === 'table' || delivery === undefined ? {} : {input: delivery.accepted}
}

export function classFacts(params: DriftParams, answer: DatasetAnswer, past: readonly PastFacts[]): Facts {
  const rows = numberOf(answer, 'rows')
  const bounds = boundsOf(params, past)
  if (bounds === undefined) {
    const found = tenths.map((_, index) => Number(numberOf(answer, `bound ${index}`).toPrecision(3)))
    return rows < params.minRows ? {rows} : {rows, bounds: [...new Set(found)]}
  }
  const below = bounds.map((_, index) => numberOf(answer, `below ${index}`))
  return {rows, bounds, counts: [...below, rows].map((count, index) => count - (below[index - 1] ?? 0))}
}

/** As the contract says, else as the newest facts that have some. */
function boundsOf({bins}: DriftParams, past: readonly PastFacts[]): readonly number[] | undefined {
  return bins ?? past.map(({facts}) => listOf(facts, 'bounds')).find((bounds) => bounds !== undefined)
}

export function judgeClasses(params: DriftParams, facts: Facts, past: readonly PastFacts[]): DatasetVerdict {
  const {psi, ks, minRows, minRuns, runs} = params
  const rows = factOf(facts, 'rows')
  if (rows < minRows) return {notApplicable: `${rows} rows with a value, of the ${minRows} that it takes`}
  const counts = listOf(facts, 'counts')
  const comparable = past.filter((one) => isOfSameBounds(one.facts, facts) && factOf(one.facts, 'rows') >= minRows).slice(0, runs)
  if (counts === undefined) return {notApplicable: `the classes were found in this promotion; ${missingRuns(0, minRuns)}`}
  if (comparable.length < minRuns) return {notApplicable: missingRuns(comparable.length, minRuns)}
  const before = counts.map((_, index) => comparable.reduce((sum, one) => sum + (listOf(one.facts, 'counts')?.[index] ?? 0), 0))
  const broken = [stabilityIndex(before, counts) > psi, ks !== undefined && largestDistance(before, counts) > ks]
  return {violated: broken.filter(Boolean).length, denominator: ks === undefined ? 1 : 2}
}

function isOfSameBounds(a: Facts, b: Facts): boolean {
  return listOf(a, 'counts') !== undefined && listOf(a, 'bounds')?.join() === listOf(b, 'bounds')?.join()
}
