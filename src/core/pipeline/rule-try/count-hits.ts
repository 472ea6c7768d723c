// What one row rule of a draft would have caught in a delivery, counted in one pass beside the rules in force: hits, what is accepted
// now, overlap, and hits by period.
import type {CompiledCheck} from '../../contract/compile-contract.ts'
import type {RowCheck} from '../../contract/compile-rules.ts'
import type {Measured} from '../../contract/judge-checks.ts'
import type {Measurement} from '../../engine/engine.ts'
import {and, bool, type Expr, not, or} from '../../expr/expr.ts'
import type {Aggregate, AggregatePlan} from '../../expr/plan.ts'
import type {CheckId} from '../../model/names.ts'
import type {Period} from './periods.ts'
import type {StoredDelivery} from './stored-deliveries.ts'

export interface PlanParts {
  /** The rules in force that reject rows. */
  readonly standing: readonly CompiledCheck[]
  readonly periods: readonly Period[]
  readonly input: StoredDelivery['rows']
}

export function hitsPlan(check: RowCheck, {standing, periods, input}: PlanParts): AggregatePlan {
  const {id} = check.clause
  const bad = orFalse(check.judgement.when)
  const others = standing.flatMap((one) => (one.scope === 'row' ? [{id: one.clause.id, when: orFalse(one.judgement.when)}] : []))
  const isAccepted = not(or(...others.map(({when}) => when)))
  const count = (name: string, of: Expr): Aggregate => ({name, function: 'countIf', of})
  return {
    id,
    input,
    aggregates: [
      count('hits', bad),
      count('judged', check.denominator),
      // A row that the rule says nothing of, because it has no value, is no proof that the rule is quiet.
      count('accepted', and(check.denominator, isAccepted)),
      count('hits on accepted', and(bad, isAccepted)),
      ...others.map((other) => count(`also ${other.id}`, and(bad, other.when))),
      ...periods.map((period) => count(`in ${period.name}`, and(bad, period.when))),
    ],
  }
}

const orFalse = (of: Expr): Expr => ({kind: 'coalesce', of: [of, bool(false)]})

/** What was counted of one rule over all deliveries so far. */
export interface Totals {
  readonly check: CompiledCheck
  judged: number
  hits: number
  accepted: number
  hitsOnAccepted: number
  readonly periods: Map<string, number>
  readonly overlap: Map<CheckId, number>
  error?: string
}

export const emptyTotals = (check: CompiledCheck): Totals => ({
  check,
  judged: 0,
  hits: 0,
  accepted: 0,
  hitsOnAccepted: 0,
  periods: new Map(),
  overlap: new Map(),
})

/** A delivery as a whole; one that the rule says nothing of, because there is nothing to hold it against, is not judged. */
export function addDelivery(total: Totals, measured: Measured | undefined, month: string): void {
  const {id} = total.check.clause
  const verdict = measured?.datasets[id]?.verdict
  if (verdict === undefined) total.error = measured?.errors?.[id] ?? measured?.notChecked?.[id] ?? 'it was not measured'
  else if (!('notApplicable' in verdict)) {
    const hits = verdict.violated > 0 ? 1 : 0
    total.judged += 1
    total.hits += hits
    more(total.periods, month, hits)
  }
}

const more = (map: Map<string, number>, key: string, count: number): void => void map.set(key, (map.get(key) ?? 0) + count)

/** Rows of a delivery; without periods they fall into its month. */
export function addRows(
  total: Totals,
  answer: Measurement | string | undefined,
  {month, periods}: {readonly month: string; readonly periods: readonly Period[]},
): void {
  if (answer === undefined || typeof answer === 'string') {
    total.error = answer ?? 'it was not measured'
    return
  }
  const value = (name: string): number => Number(answer.values[name] ?? 0)
  total.judged += value('judged')
  total.hits += value('hits')
  total.accepted += value('accepted')
  total.hitsOnAccepted += value('hits on accepted')
  if (periods.length === 0) more(total.periods, month, value('hits'))
  for (const {name} of periods) more(total.periods, name, value(`in ${name}`))
  for (const name of Object.keys(answer.values)) if (name.startsWith('also ')) more(total.overlap, name.slice('also '.length), value(name))
}
