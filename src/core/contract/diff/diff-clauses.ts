// Differences between the rules of two contracts. A rule that rejects rows is a promise to readers and a demand on writers: to drop
// or loosen it breaks readers, to add or tighten it breaks writers. One that only warns breaks nobody.

import type {RuleClause, Threshold} from '../../model/contract.ts'
import type {ContractChange, Side} from '../../model/contract-change.ts'
import {describeClause} from '../compile-rules.ts'
import {change, isSame} from './change.ts'
import {compareParams, type Direction} from './compare-params.ts'

/** Columns that one contract has and the other has not: what is said of the column says enough of its rules. */
export interface ColumnPairs {
  readonly added: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
  readonly retyped: ReadonlySet<string>
}

export function diffClauses(
  before: readonly RuleClause[],
  after: readonly RuleClause[],
  {added, removed, retyped}: ColumnPairs,
): readonly ContractChange[] {
  const isOf = (columns: ReadonlySet<string>, {column}: RuleClause): boolean => column !== undefined && columns.has(column)
  const isTypeOf = (clause: RuleClause): boolean => clause.kind === 'type' && isOf(retyped, clause)
  const from = before.filter((clause) => !isOf(removed, clause) && !isTypeOf(clause))
  const to = after.filter((clause) => !isTypeOf(clause))
  const byId = new Map(from.map((clause) => [clause.id, clause]))
  const kept = new Set(to.filter(({id}) => byId.has(id)).map(({id}) => id))
  const gone = from.filter(({id}) => !kept.has(id))
  const twins = new Map<RuleClause, RuleClause>()
  for (const clause of to.filter(({id}) => !kept.has(id))) {
    const twin = gone.find((one) => isTwin(one, clause) && ![...twins.values()].includes(one))
    if (twin !== undefined) twins.set(clause, twin)
  }
  const old = new Set(twins.values())
  return [
    ...to.flatMap((clause) => {
      const same = byId.get(clause.id)
      if (same !== undefined) return diffClause(same, clause)
      const twin = twins.get(clause)
      if (twin !== undefined) return [renamed(twin, clause), ...diffClause(twin, clause)]
      return isOf(added, clause) ? [] : [addedClause(clause)]
    }),
    ...gone.filter((clause) => !old.has(clause)).map(removedClause),
  ]
}

const isTwin = (a: RuleClause, b: RuleClause): boolean => a.kind === b.kind && a.column === b.column && isSame(a.params, b.params)

/** Whether rows that break it are kept out. */
export const isEnforced = ({onFailure, notCheckedBecause}: RuleClause): boolean => onFailure !== 'warn' && notCheckedBecause === undefined

const place = ({column, id: check, at}: RuleClause) => ({column, check, at})

function addedClause(clause: RuleClause): ContractChange {
  const breaks: readonly Side[] = isEnforced(clause) ? ['writers'] : []
  const how = isEnforced(clause) ? '' : ' (it only warns)'
  return change('ruleAdded', `new rule ${clause.id}: ${describeClause(clause)}${how}`, {...place(clause), breaks})
}

function removedClause(clause: RuleClause): ContractChange {
  const {column, id: check} = clause
  const message = `rule ${check} is gone: ${describeClause(clause)}`
  return change('ruleRemoved', message, {column, check, breaks: isEnforced(clause) ? ['readers'] : []})
}

const renamed = (before: RuleClause, after: RuleClause): ContractChange =>
  change('ruleRenamed', `rule ${before.id} is called ${after.id}: its history begins anew`, place(after))

function diffClause(before: RuleClause, after: RuleClause): readonly ContractChange[] {
  const changes: ContractChange[] = []
  const tell = (message: string, direction: Direction): void => {
    const breaks = isEnforced(before) || isEnforced(after) ? sidesOf(direction) : []
    changes.push(change('ruleChanged', `${after.id}: ${message}`, {...place(after), breaks}))
  }
  if (before.kind !== after.kind) tell(`${describeClause(before)}; now ${describeClause(after)}`, 'other')
  else {
    const direction = compareParams(before, after)
    if (direction !== 'same') tell(changedWords(before, after), direction)
  }
  if (isEnforced(before) !== isEnforced(after))
    tell(
      isEnforced(after) ? 'rows that break it are no longer accepted' : 'rows that break it are accepted',
      isEnforced(after) ? 'tighter' : 'looser',
    )
  else if (before.onFailure !== after.onFailure) tell(`onFailure ${before.onFailure} becomes ${after.onFailure}`, 'same')
  if (before.severity !== after.severity) tell(`severity ${before.severity} becomes ${after.severity}`, 'same')
  if (!isSame(before.threshold, after.threshold)) {
    const message = `${sayThreshold(before.threshold)} may break it; now ${sayThreshold(after.threshold)}`
    tell(message, compareThresholds(before.threshold, after.threshold))
  }
  return changes
}

function changedWords(before: RuleClause, after: RuleClause): string {
  const [from, to] = [describeClause(before), describeClause(after)]
  return from === to ? `${to}, with other parameters` : `${from}; now ${to}`
}

const sidesOf = (direction: Direction): readonly Side[] => {
  if (direction === 'other') return ['readers', 'writers']
  return direction === 'same' ? [] : direction === 'tighter' ? ['writers'] : ['readers']
}

const sayThreshold = ({max, unit, exclusive}: Threshold): string =>
  max === 0 ? 'no row' : `${exclusive ? 'less than' : 'up to'} ${max} ${unit === 'percent' ? '% of rows' : 'rows'}`

function compareThresholds(before: Threshold, after: Threshold): Direction {
  if (before.unit !== after.unit && before.max !== 0 && after.max !== 0) return 'other'
  if (before.max !== after.max) return after.max > before.max ? 'looser' : 'tighter'
  return after.exclusive ? 'tighter' : 'looser'
}
