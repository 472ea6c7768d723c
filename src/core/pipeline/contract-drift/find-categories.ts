// Values that a list of accepted ones does not have, seen often enough to be no slip of the pen. Not of protected columns: their values
// are nobody's business here.
import {mayBeListed} from '../../contract/listable-values.ts'
import {hintsOf} from '../../contract/name-hints.ts'
import {bool, column, type Expr} from '../../expr/expr.ts'
import {isProtected} from '../../model/contract.ts'
import type {DriftFinding, Drifting} from './find-drift.ts'
import type {FinderPorts} from './finder-ports.ts'

const sampledRows = 4000
/** Rows that share a new value before it counts as a category. */
const minSightings = 3

export async function findCategories({contract, delivery}: Drifting, {engine, signal}: FinderPorts): Promise<readonly DriftFinding[]> {
  const {compiled, rows} = delivery
  const found: DriftFinding[] = []
  for (const check of compiled.checks) {
    const {clause} = check
    const of = contract.columns.find(({name}) => name === clause.column)
    if (check.scope !== 'row' || clause.kind !== 'acceptedValues' || of === undefined || isProtected(of)) continue
    const bad: Expr = {kind: 'coalesce', of: [check.judgement.when, bool(false)]}
    const strangers = await engine.rows(
      {kind: 'select', input: {kind: 'filter', input: rows, where: bad}, columns: [{name: 'value', expr: column(of.name)}]},
      sampledRows,
      {signal},
    )
    const counts = new Map<string, number>()
    for (const {value} of strangers) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
    const often = [...counts].filter(([, count]) => count >= minSightings)
    const values = often.map(([value]) => value)
    if (values.length === 0 || !mayBeListed(values, hintsOf(of.name, contract.dataset))) continue
    const seen = often.reduce((sum, [, count]) => sum + count, 0)
    found.push({
      kind: 'categories',
      column: of.name,
      message: `${of.name} has ${values.length === 1 ? 'a value' : `${values.length} values`} that ${clause.id} does not accept: ${values.join(', ')}`,
      rows: seen,
      remedy: {
        kind: 'addValues',
        column: of.name,
        values: of.logicalType === 'integer' || of.logicalType === 'number' ? values.map(Number) : values,
      },
    })
  }
  return found
}
