// Whether a rule asks more of rows than it did, or less. Known for the kinds whose parameters have an order (bounds, lists of values,
// the condition they stand under); of others it can only be said that they are different.

import type {RuleClause} from '../../model/contract.ts'
import {ruleKinds} from '../../rules/index.ts'
import {splitGuard} from '../guard.ts'
import {isSame} from './change.ts'

/** tighter: rows that passed may fail. looser: rows that failed may pass. other: both may be. */
export type Direction = 'same' | 'tighter' | 'looser' | 'other'

type Params = Readonly<Record<string, unknown>>

/** How the parameters of two clauses of one kind stand to each other. */
export function compareParams(before: RuleClause, after: RuleClause): Direction {
  if (isSame(before.params, after.params) && isSame(before.hard, after.hard)) return 'same'
  if (!isSame(before.hard, after.hard)) return 'other'
  const [from, to] = [partsOf(before), partsOf(after)]
  const own = comparisons[before.kind]?.(from.params, to.params) ?? (isSame(from.params, to.params) ? 'same' : 'other')
  return together([own, compareGuards(from.guard, to.guard)])
}

function partsOf(clause: RuleClause): {readonly params: Params; readonly guard: unknown} {
  const {params, guard} = splitGuard(clause.params, clause.at)
  const parsed = ruleKinds.get(clause.kind)?.parse(params, clause.at)
  return {params: (parsed ?? params) as Params, guard}
}

/** A rule without a condition judges every row. */
function compareGuards(before: unknown, after: unknown): Direction {
  if (isSame(before, after)) return 'same'
  if (before === undefined) return 'looser'
  return after === undefined ? 'tighter' : 'other'
}

const comparisons: Readonly<Record<string, (before: Params, after: Params) => Direction>> = {
  range: (before, after) =>
    together([
      ...['min', 'exclusiveMin'].map((name) => compareBounds(before[name], after[name], 'up')),
      ...['max', 'exclusiveMax'].map((name) => compareBounds(before[name], after[name], 'down')),
    ]),
  length: (before, after) => together([compareBounds(before.min, after.min, 'up'), compareBounds(before.max, after.max, 'down')]),
  acceptedValues: (before, after) => {
    const spelling = before.ignoreCase === after.ignoreCase ? 'same' : after.ignoreCase ? 'looser' : 'tighter'
    return together([compareLists(before.values, after.values), spelling])
  },
  required: (before, after) => compareLists(after.missing, before.missing),
}

/** up: a higher bound lets less through. */
function compareBounds(before: unknown, after: unknown, stricter: 'up' | 'down'): Direction {
  if (isSame(before, after)) return 'same'
  if (before === undefined || before === null) return 'tighter'
  if (after === undefined || after === null) return 'looser'
  if (typeof before === 'number' && typeof after === 'number') return after > before === (stricter === 'up') ? 'tighter' : 'looser'
  if (typeof before === 'string' && typeof after === 'string') return after > before === (stricter === 'up') ? 'tighter' : 'looser'
  return 'other'
}

/** Lists of what is let through: one entry more is looser. */
function compareLists(before: unknown, after: unknown): Direction {
  const entries = (list: unknown): ReadonlySet<string> => new Set(Array.isArray(list) ? list.map(String) : [])
  const [from, to] = [entries(before), entries(after)]
  const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean => [...some].every((entry) => all.has(entry))
  return together([isWithin(from, to) ? 'same' : 'tighter', isWithin(to, from) ? 'same' : 'looser'])
}

function together(directions: readonly Direction[]): Direction {
  const different = new Set(directions.filter((direction) => direction !== 'same'))
  const [only = 'same'] = different
  return different.size > 1 ? 'other' : only
}
