// A column that went and one that came may be the same under another name. Told by content: the share of the new column's values that
// silver already has in the old one. Proposed, never assumed.

import {typedExpr} from '../../contract/scalar-type.ts'
import {bindSources} from '../../contract/source-columns.ts'
import {and, column, type Expr, isPresent} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import type {Column} from '../../model/contract.ts'
import {rawColumn} from '../sample-file.ts'
import {soundRows} from '../stage-texts.ts'
import type {DriftFinding, Drifting} from './find-drift.ts'
import type {FinderPorts} from './finder-ports.ts'

/** Fewer values may agree by chance. */
const minValues = 10
const minShare = 0.5

interface Candidate {
  readonly column: Column
  readonly header: string
  readonly share: number
  readonly values: number
}

export async function findRenamed({contract, delivery, before}: Drifting, {measure}: FinderPorts): Promise<readonly DriftFinding[]> {
  if (before === undefined) return []
  const {header, ready, records} = delivery
  const {added, removed} = bindSources(contract, header)
  const lost = contract.columns.filter(({sources}) => sources.some((source) => removed.includes(source)))
  if (lost.length === 0 || added.length === 0) return []
  const sound = soundRows(
    ready.map(({prepared}) => prepared),
    header,
  )
  const pairs = lost.flatMap((one) => added.map((name) => ({column: one, header: name})))
  const answers = await measure(pairs.map((pair, index) => overlapPlan(pair, {id: `pair ${index}`, header, sound, before})))
  const found = pairs.flatMap((pair, index): readonly Candidate[] => {
    const answer = answers[index]
    if (answer === undefined || typeof answer === 'string') return []
    const [values, known] = [Number(answer.values.values ?? 0), Number(answer.values.known ?? 0)]
    return values < minValues || known < values * minShare ? [] : [{...pair, values, share: known / values}]
  })
  return best(found).map(({column: {name}, header: other, share, values}) => ({
    kind: 'renamed',
    column: name,
    message: `no file has ${name}, and ${Math.round(share * 100)} % of ${values} values of the new column ${other} are values that ${name} had: perhaps it is called ${other}`,
    rows: records,
    remedy: {kind: 'addSource', column: name, header: other},
  }))
}

interface Overlap {
  readonly id: string
  readonly header: readonly string[]
  readonly sound: Plan
  readonly before: Plan
}

function overlapPlan(pair: {readonly column: Column; readonly header: string}, {id, header, sound, before}: Overlap) {
  const received: Expr = {kind: 'text', function: 'trim', of: column(rawColumn(header.indexOf(pair.header)))}
  const value = typedExpr(pair.column, received)
  const known: Expr = {kind: 'existsIn', key: [value], relation: relationOf(before, pair.column), on: ['value']}
  return {
    id,
    input: sound,
    aggregates: [
      {name: 'values', function: 'countIf' as const, of: isPresent(received)},
      {name: 'known', function: 'countIf' as const, of: and(isPresent(value), known)},
    ],
  }
}

const relationOf = (before: Plan, {name}: Column): Plan => ({
  kind: 'select',
  input: {kind: 'filter', input: before, where: isPresent(column(name))},
  columns: [{name: 'value', expr: column(name)}],
})

/** Each column and each header at most once, the likeliest first. */
function best(candidates: readonly Candidate[]): readonly Candidate[] {
  const taken = new Set<string>()
  return candidates
    .toSorted((a, b) => b.share - a.share)
    .filter(({column: {name}, header}) => {
      const keys = [`column ${name}`, `header ${header}`]
      if (keys.some((key) => taken.has(key))) return false
      for (const key of keys) taken.add(key)
      return true
    })
}
