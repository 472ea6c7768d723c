// By what rows that go are told from others: conditions on typed columns, and for persons the text that stands for them where there
// are no types. A table or file that lacks a column of a test has no rows that it could find.

import type {PersonReference} from '../../contract/data-subject.ts'
import {guardColumns, guardExpr} from '../../contract/guard.ts'
import {scalarType} from '../../contract/scalar-type.ts'
import {looseName} from '../../contract/source-columns.ts'
import {and, column, type Expr, or, type ScalarType, type ScalarValue} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import type {Column, Contract} from '../../model/contract.ts'

/** Values of some columns together, each as text. */
export type TextKey = readonly string[]

export interface RowTest {
  /** Columns that `where` looks at. */
  readonly columns: readonly Column[]
  /** True for rows that go, over the contract's typed columns; null counts as false. */
  readonly where: Expr
  /** The values that a row must have in `keyed`, as text, to be found where it has no types; absent where no value tells it. */
  readonly texts?: {readonly keyed: readonly Column[]; readonly keys: readonly TextKey[]}
}

/** True for rows that one of the tests finds, of those whose columns are there; undefined when none of them can be asked. */
export function anyOf(tests: readonly RowTest[], isThere: (column: Column) => boolean): Expr | undefined {
  const able = tests.filter(({columns}) => columns.every(isThere))
  return able.length === 0 ? undefined : or(...able.map(({where}) => where))
}

/** Rows whose reference leads to one of these keys. */
export function referenceTest(contract: Contract, reference: PersonReference, keys: readonly TextKey[], now: string): RowTest {
  const {columns: keyed, guard} = reference
  const names = keyed.map(({name}) => name)
  const types = keyed.map(scalarType)
  const relation: Plan = {
    kind: 'values',
    columns: names.map((name, index) => ({name, type: types[index] ?? 'string'})),
    rows: keys.map((key) => key.map((value, index) => scalarOf(value, types[index] ?? 'string'))),
  }
  const leads: Expr = {kind: 'existsIn', key: names.map(column), relation, on: names}
  const columns = Object.fromEntries(contract.columns.map((one) => [one.name, scalarType(one)]))
  const asked = new Set(guard ? guardColumns(guard) : [])
  return {
    columns: [...keyed, ...contract.columns.filter((one) => asked.has(one.name) && !keyed.includes(one))],
    where: guard ? and(guardExpr(guard, {columns, now}), leads) : leads,
    texts: {keyed, keys},
  }
}

/** What `asText` made of a value. */
function scalarOf(value: string, type: ScalarType): ScalarValue {
  if (type === 'int64') return BigInt(value)
  return type === 'boolean' ? value === 'true' : value
}

/** True where received columns, by their names, hold the values of a test as they came, but for blanks around them. */
export function receivedText({texts}: RowTest, received: readonly string[]): Expr | undefined {
  if (!texts || texts.keys.length === 0) return undefined
  const fields = texts.keyed.map(({sources}) => {
    const loose = new Set(sources.map(looseName))
    return received.filter((name) => loose.has(looseName(name)))
  })
  const on = texts.keyed.map(({name}) => name)
  const relation: Plan = {kind: 'values', columns: on.map((name) => ({name, type: 'string'})), rows: texts.keys}
  const ways = fields.reduce<readonly (readonly string[])[]>((all, some) => all.flatMap((way) => some.map((name) => [...way, name])), [[]])
  const trimmed = (name: string): Expr => ({kind: 'text', function: 'trim', of: column(name)})
  return ways.length === 0 ? undefined : or(...ways.map((way): Expr => ({kind: 'existsIn', key: way.map(trimmed), relation, on})))
}

/** The same of values given by name. */
export function givenText({texts}: RowTest): (values: Readonly<Record<string, string | null>>) => boolean {
  if (!texts) return () => false
  const keys = new Set(texts.keys.map((key) => JSON.stringify(key)))
  const sources = texts.keyed.map((one) => new Set(one.sources.map(looseName)))
  return (values) => {
    const given = sources.map((names) =>
      Object.entries(values)
        .find(([name]) => names.has(looseName(name)))?.[1]
        ?.trim(),
    )
    return keys.has(JSON.stringify(given))
  }
}

/** True for rows that one of some conditions holds; undefined when there is none. */
export const anyCondition = (conditions: readonly (Expr | undefined)[]): Expr | undefined => {
  const given = conditions.flatMap((one) => one ?? [])
  return given.length === 0 ? undefined : or(...given)
}
