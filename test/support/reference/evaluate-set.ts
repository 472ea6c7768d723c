// Expressions about a row's place among other rows, by plain maps from key to rows.
import type {Expr, SetExpr} from '../../../src/core/expr/expr.ts'
import type {RunRelation} from './run-plan.ts'
import {type Table, valuesOf} from './table.ts'
import {keyOf, type Value} from './values.ts'

/** `valuesOfKey` evaluates a key part over the table. */
export function evaluateSet(
  expr: SetExpr,
  table: Table,
  relation: RunRelation,
  valuesOfKey: (part: Expr) => readonly Value[],
): readonly Value[] {
  switch (expr.kind) {
    case 'isDuplicated':
      return isDuplicated(table, expr.key, expr.unlessSame)
    case 'isRepeat':
      return isRepeat(table, expr.key, expr.columns)
    case 'isOutvoted':
      return isOutvoted(table, expr)
    case 'isSameIn': {
      const other = relation(expr.relation)
      const theirs = firstByKey(
        tuples(
          expr.key.map((name) => valuesOf(other, name)),
          other.length,
        ),
      )
      const theirValues = tuples(
        expr.columns.map((name) => valuesOf(other, name)),
        other.length,
      )
      const ours = tuples(
        expr.columns.map((name) => valuesOf(table, name)),
        table.length,
      )
      return tuples(
        expr.key.map((name) => valuesOf(table, name)),
        table.length,
      ).map((key, index) => {
        const found = key.includes(null) ? undefined : theirs.get(keyOf(key))
        return found !== undefined && keyOf(theirValues[found] ?? []) === keyOf(ours[index] ?? [])
      })
    }
    case 'existsIn':
    case 'lookup': {
      const other = relation(expr.relation)
      const theirs = firstByKey(
        tuples(
          expr.on.map((name) => valuesOf(other, name)),
          other.length,
        ),
      )
      const keys = tuples(expr.key.map(valuesOfKey), table.length)
      const found = keys.map((key) => (key.includes(null) ? undefined : theirs.get(keyOf(key))))
      if (expr.kind === 'existsIn') return keys.map((key, index) => (key.includes(null) ? null : found[index] !== undefined))
      const taken = valuesOf(other, expr.take)
      return found.map((row) => (row === undefined ? null : (taken[row] ?? null)))
    }
  }
}

/** Row by row, the values of several columns. */
function tuples(columns: readonly (readonly Value[])[], length: number): readonly (readonly Value[])[] {
  return Array.from({length}, (_, index) => columns.map((values) => values[index] ?? null))
}

/** Key -> first row with it; a key with a null part is nobody's. */
function firstByKey(keys: readonly (readonly Value[])[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const [index, key] of keys.entries()) if (!key.includes(null) && !first.has(keyOf(key))) first.set(keyOf(key), index)
  return first
}

function isDuplicated(table: Table, keyNames: readonly string[], unlessSame: readonly string[] | undefined): readonly boolean[] {
  const keys = tuples(
    keyNames.map((name) => valuesOf(table, name)),
    table.length,
  )
  const same = tuples(
    (unlessSame ?? []).map((name) => valuesOf(table, name)),
    table.length,
  )
  const variants = new Map<string, Set<string>>()
  for (const [index, key] of keys.entries()) {
    const variant = unlessSame === undefined ? String(index) : keyOf(same[index] ?? [])
    const known = variants.get(keyOf(key)) ?? new Set<string>()
    variants.set(keyOf(key), known.add(variant))
  }
  return keys.map((key) => !key.includes(null) && (variants.get(keyOf(key))?.size ?? 0) > 1)
}

function isRepeat(table: Table, keyNames: readonly string[], columnNames: readonly string[]): readonly boolean[] {
  const keys = tuples(
    keyNames.map((name) => valuesOf(table, name)),
    table.length,
  )
  const rest = tuples(
    columnNames.map((name) => valuesOf(table, name)),
    table.length,
  )
  const seen = new Set<string>()
  return keys.map((key, index) => {
    if (key.includes(null)) return false
    const whole = keyOf([...key, ...(rest[index] ?? [])])
    const repeats = seen.has(whole)
    seen.add(whole)
    return repeats
  })
}

type Outvoted = Extract<SetExpr, {readonly kind: 'isOutvoted'}>

function isOutvoted(table: Table, {key: keyNames, of, minRows, percent}: Outvoted): readonly boolean[] {
  const keys = tuples(
    keyNames.map((name) => valuesOf(table, name)),
    table.length,
  )
  const values = valuesOf(table, of)
  const groups = new Map<string, number[]>()
  for (const [index, key] of keys.entries()) if (!key.includes(null)) groups.set(keyOf(key), [...(groups.get(keyOf(key)) ?? []), index])
  return keys.map((key, index) => {
    const rows = groups.get(keyOf(key)) ?? []
    if (key.includes(null) || rows.length < minRows) return false
    const own = keyOf([values[index] ?? null])
    return rows.some((row) => {
      const other = keyOf([values[row] ?? null])
      const votes = rows.filter((voter) => keyOf([values[voter] ?? null]) === other).length
      return (values[row] ?? null) !== null && other !== own && votes * 100 >= percent * rows.length
    })
  })
}
