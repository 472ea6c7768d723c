// Adds up what several batches of one dataset gave in one run. Pure.
import {verdictOf} from '../contract/verdict.ts'
import {type CheckResult, isJudged} from '../model/check.ts'
import type {RowCounts, SettledRows} from '../model/run.ts'

export const noRows: RowCounts = {read: 0, accepted: 0, quarantined: 0, duplicate: 0, unchanged: 0, waived: 0}

export function combineCounts(a: RowCounts, b: RowCounts): RowCounts {
  return {
    read: a.read + b.read,
    accepted: a.accepted + b.accepted,
    quarantined: a.quarantined + b.quarantined,
    duplicate: a.duplicate + b.duplicate,
    unchanged: a.unchanged + b.unchanged,
    waived: a.waived + b.waived,
    ...sumOf('discarded', a, b),
    ...sumOf('superseded', a, b),
  }
}

/** What only decisions about rejected rows give is absent where there was none. */
function sumOf(name: 'discarded' | 'superseded', a: RowCounts, b: RowCounts): Partial<RowCounts> {
  const sum = (a[name] ?? 0) + (b[name] ?? 0)
  return sum > 0 ? {[name]: sum} : {}
}

/** Undefined when nothing was settled. */
export function combineSettled(all: readonly (SettledRows | undefined)[]): SettledRows | undefined {
  const known = all.filter((one) => one !== undefined)
  if (known.length === 0) return undefined
  return {rows: known.reduce((sum, {rows}) => sum + rows, 0), reasons: known.map(({reasons}) => reasons).reduce(combineReasons, {})}
}

export function combineReasons(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum = {...a}
  for (const [id, count] of Object.entries(b)) sum[id] = (sum[id] ?? 0) + count
  return sum
}

/**
 * One result a check: counts added, the outcome judged again on the sums. One that could not be run stays `errored` whatever the
 * other batches gave; one that had nothing to judge in a batch keeps what the others gave. The last word counts on the table as a
 * whole: earlier batches are in it.
 */
export function combineChecks(batches: readonly (readonly CheckResult[])[]): readonly CheckResult[] {
  const combined = new Map<string, CheckResult>()
  for (const check of batches.flat()) {
    const before = combined.get(check.id)
    combined.set(check.id, before === undefined ? check : combineTwo(before, check))
  }
  return [...combined.values()]
}

function combineTwo(before: CheckResult, check: CheckResult): CheckResult {
  if (before.outcome === 'errored' || check.outcome === 'errored') return before.outcome === 'errored' ? before : check
  if (!isJudged(check)) return isJudged(before) ? before : check
  if (!isJudged(before) || isOfTable(check)) return check
  const {reason: _, ...rest} = check
  const [violated, denominator] = [before.violated + check.violated, before.denominator + check.denominator]
  const waived = [check, before].find(({outcome}) => outcome === 'waived')
  const outcome = verdictOf({...check, isWaived: waived !== undefined}, {violated, denominator})
  const because = outcome === 'waived' ? waived?.reason : undefined
  return {...rest, violated, denominator, percent: (100 * violated) / denominator, outcome, ...(because ? {reason: because} : {})}
}

const isOfTable = ({measured}: CheckResult): boolean => measured !== undefined && measured.isOfDelivery !== true
