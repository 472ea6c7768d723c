// The tables of an example as plans, so that an engine can be asked about them.
import type {ScalarType, ScalarValue} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import type {ExampleDataset, Relation} from '../../rules/define-rule.ts'

/** The start of the run in all examples: a Thursday. */
export const exampleNow = '2026-01-01T00:00:00.000Z'

export function valuesPlan(
  columns: Readonly<Record<string, ScalarType>>,
  rows: readonly Readonly<Record<string, ScalarValue>>[],
): Extract<Plan, {readonly kind: 'values'}> {
  return {
    kind: 'values',
    columns: Object.entries(columns).map(([name, type]) => ({name, type})),
    rows: rows.map((row) => Object.keys(columns).map((name) => row[name] ?? null)),
  }
}

export function relationOf({columns, rows}: ExampleDataset): Relation {
  return {plan: valuesPlan(columns, rows), columns}
}
