// The row of a table that fits best: its cells that hold something equal the row's key, and its age band holds the person's age; an
// empty cell fits anything. Of several the one with more cells filled counts, then the one that comes first. Rows have to be known
// when a contract is compiled, so the table is a file. One lookup for each combination of filled cells that the file has.
import {HippoError} from '../errors/hippo-error.ts'
import {compare, type Expr, isNull, literal, or, type ScalarType, type ScalarValue, when} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {type AgeBand, ageExpr} from './age.ts'
import type {Relation, RuleScope} from './define-rule.ts'
import {sayReference} from './reference-name.ts'

type Values = Extract<Plan, {readonly kind: 'values'}>

export interface BestRow {
  /** True where a row fits. */
  readonly exists: Expr
  /** A cell of the row that fits. */
  take(column: string): Expr
}

/** What a table's rows are chosen by: its columns with what they are held against, and an age band. */
export interface RowChoice {
  readonly name: string
  readonly keys: readonly {readonly column: string; readonly value: Expr}[]
  readonly age?: AgeBand
}

const bandColumn = 'age band'

export function bestRow(relation: Relation, choice: RowChoice, scope: RuleScope): BestRow {
  const {plan} = relation
  if (plan.kind !== 'values') {
    const message = `${sayReference(choice.name)}: age bands and empty cells are read from a file`
    throw new HippoError('CONTRACT_RULE_INVALID', {message, hint: 'name a CSV file with file: instead of dataset:'})
  }
  const banded = choice.age === undefined ? undefined : withBands(plan, choice.age, {name: choice.name, scope})
  const keys = [...choice.keys, ...(banded === undefined ? [] : [{column: bandColumn, value: banded.value}])]
  const tables = byFilledCells(banded?.plan ?? plan, keys)
  return {
    exists: or(...tables.map(({key, relation, on}): Expr => ({kind: 'existsIn', key, relation, on}))),
    take: (column) =>
      tables.reduceRight<Expr>(
        (otherwise, {key, relation, on}) => {
          const found: Expr = {kind: 'lookup', key, relation, on, take: column}
          return tables.length === 1 ? found : when({kind: 'existsIn', key, relation, on}, found, otherwise)
        },
        literal(null, typeOf(plan, column)),
      ),
  }
}

function typeOf({columns}: Values, name: string): ScalarType {
  return columns.find((column) => column.name === name)?.type ?? 'string'
}

interface Table {
  readonly key: readonly Expr[]
  readonly relation: Values
  readonly on: readonly string[]
}

/** The rows by which of their key cells are filled, those with most of them first. A row without any fits every row. */
function byFilledCells(plan: Values, keys: RowChoice['keys']): readonly Table[] {
  const places = keys.map(({column}) => plan.columns.findIndex(({name}) => name === column))
  const tables = new Map<string, ScalarValue[][]>()
  for (const row of plan.rows) {
    const filled = places.map((place) => (row[place] === null ? '0' : '1')).join('')
    tables.set(filled, [...(tables.get(filled) ?? []), [...row]])
  }
  const weight = (filled: string): number => filled.replaceAll('0', '').length
  return [...tables]
    .sort(([a], [b]) => weight(b) - weight(a) || (a < b ? 1 : -1))
    .map(([filled, rows]) => {
      const used = keys.filter((_, index) => filled[index] === '1')
      return used.length > 0
        ? {key: used.map(({value}) => value), relation: {...plan, rows}, on: used.map(({column}) => column)}
        : {key: [literal(true, 'boolean')], relation: alwaysThere(plan, rows), on: [anyRow]}
    })
}

const anyRow = 'any row'

const alwaysThere = (plan: Values, rows: readonly (readonly ScalarValue[])[]): Values => ({
  kind: 'values',
  columns: [...plan.columns, {name: anyRow, type: 'boolean'}],
  rows: rows.map((row) => [...row, true]),
})

/** Bands cut into the smallest that the table tells apart: a row stands once for each of those in its own, so that a key finds it. */
function withBands(
  plan: Values,
  age: AgeBand,
  {name, scope}: {readonly name: string; readonly scope: RuleScope},
): {readonly plan: Values; readonly value: Expr} {
  const [from, to] = [age.from, age.to].map((name) => plan.columns.findIndex((column) => column.name === name))
  const end = (row: readonly ScalarValue[], place: number | undefined): bigint | null =>
    (row[place ?? -1] as bigint | null | undefined) ?? null
  const ends = [...new Set(plan.rows.flatMap((row) => [end(row, from), end(row, to)]))].filter((value) => value !== null)
  const cuts = ends.sort((a, b) => (a < b ? -1 : 1))
  const rows = plan.rows.flatMap((row): ScalarValue[][] => {
    const [low, high] = [end(row, from), end(row, to)]
    if (low === null && high === null) return [[...row, null]]
    if (low !== null && high !== null && low >= high) {
      const message = `${sayReference(name)}: a row's ${age.from} is not below its ${age.to}`
      throw new HippoError('CONTRACT_RULE_INVALID', {message})
    }
    const first = low === null ? 0 : cuts.indexOf(low) + 1
    const last = high === null ? cuts.length : cuts.indexOf(high)
    return Array.from({length: Math.max(0, last - first + 1)}, (_, index) => [...row, BigInt(first + index)])
  })
  const years = ageExpr(age, scope)
  const band = cuts.reduceRight<Expr>(
    (otherwise, cut, index) => when(compare(years, '<', literal(cut, 'int64')), literal(BigInt(index), 'int64'), otherwise),
    literal(BigInt(cuts.length), 'int64'),
  )
  const isUnknown = or(isNull(years), compare(years, '<', literal(0n, 'int64')))
  return {
    plan: {...plan, columns: [...plan.columns, {name: bandColumn, type: 'int64'}], rows},
    value: when(isUnknown, literal(null, 'int64'), band),
  }
}
