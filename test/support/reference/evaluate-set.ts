// Expressions about a row's place among other rows, by plain maps from key to rows.
import type {Expr, SetExpr} from '../../../src/core/expr/expr.ts'
import {quantile} from './aggregate.ts'
import type {RunRelation} from './run-plan.ts'
import {type Table, valuesOf} from './table.ts'
import {compareValues, keyOf, type Value} from './values.ts'

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
    case 'isSuperseded':
      return isSuperseded(table, expr.key, expr.by)
    case 'isOutvoted':
      return isOutvoted(table, expr)
    case 'isFarOut':
      return isFarOut(table, expr, expr.where === undefined ? undefined : valuesOfKey(expr.where))
    case 'previous':
      return previous(table, expr, expr.where === undefined ? undefined : valuesOfKey(expr.where))
    case 'overlaps':
      return overlaps(table, expr, expr.where === undefined ? undefined : valuesOfKey(expr.where))
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

/** Row numbers by key; rows whose key has a null part are nobody's. */
function rowsByKey(table: Table, names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>()
  for (const [index, key] of keysOf(table, names).entries()) {
    if (!key.includes(null)) groups.set(keyOf(key), [...(groups.get(keyOf(key)) ?? []), index])
  }
  return groups
}

function keysOf(table: Table, names: readonly string[]): readonly (readonly Value[])[] {
  return tuples(
    names.map((name) => valuesOf(table, name)),
    table.length,
  )
}

function flags(
  table: Table,
  groups: Iterable<readonly number[]>,
  isBad: (row: number, group: readonly number[]) => boolean,
): readonly boolean[] {
  const bad = new Set<number>()
  for (const group of groups) for (const row of group) if (isBad(row, group)) bad.add(row)
  return Array.from({length: table.length}, (_, index) => bad.has(index))
}

function isSuperseded(table: Table, key: readonly string[], by: string): readonly boolean[] {
  const values = valuesOf(table, by)
  const isGreater = (a: Value, b: Value): boolean => a !== null && b !== null && compareValues(a, b) > 0
  return flags(table, rowsByKey(table, key).values(), (row, group) =>
    group.some((other) => isGreater(values[other] ?? null, values[row] ?? null)),
  )
}

function isOutvoted(
  table: Table,
  {key, of, minRows, percent, undecidedAreBad}: Extract<SetExpr, {readonly kind: 'isOutvoted'}>,
): readonly boolean[] {
  const values = valuesOf(table, of).map((value) => (value === null ? undefined : keyOf([value])))
  return flags(table, rowsByKey(table, key).values(), (row, group) => {
    if (group.length < minRows) return false
    const said = new Set(group.flatMap((other) => values[other] ?? []))
    const votes = (value: string): number => group.filter((other) => values[other] === value).length
    const winner = [...said].find((value) => votes(value) * 100 >= percent * group.length)
    if (winner !== undefined) return values[row] !== winner
    return undecidedAreBad === true && said.size > 1 && values[row] !== undefined
  })
}

function isFarOut(
  table: Table,
  {key, of, method, limit, minRows}: Extract<SetExpr, {readonly kind: 'isFarOut'}>,
  where: readonly Value[] | undefined,
): readonly boolean[] {
  const values = valuesOf(table, of)
  const number = (row: number): number => Number(values[row])
  const isJudged = (row: number): boolean => values[row] !== null && (where === undefined || where[row] === true)
  return flags(table, rowsByKey(table, key).values(), (row, group) => {
    const judged = group.filter(isJudged)
    if (!isJudged(row) || judged.length < minRows) return false
    const at = (share: number, of = judged.map(number)): number => quantile(of, share) ?? Number.NaN
    if (method === 'iqr') {
      const [low, high] = [at(0.25), at(0.75)]
      const width = high - low
      return width > 0 && (low - number(row) > limit * width || number(row) - high > limit * width)
    }
    const middle = at(0.5)
    const distance = (of: number): number => Math.abs(number(of) - middle)
    const usual = at(0.5, judged.map(distance))
    return usual > 0 && distance(row) > 1.4826 * limit * usual
  })
}

function previous(
  table: Table,
  {key, by, of}: Extract<SetExpr, {readonly kind: 'previous'}>,
  where: readonly Value[] | undefined,
): readonly Value[] {
  const [orders, values] = [valuesOf(table, by), valuesOf(table, of)]
  const found = new Array<Value>(table.length).fill(null)
  for (const group of rowsByKey(table, key).values()) {
    const rows = group.filter((row) => orders[row] !== null && (where === undefined || where[row] === true))
    const compare = (left: Value = null, right: Value = null): number =>
      left === null || right === null ? Number(left !== null) - Number(right !== null) : compareValues(left, right)
    const sorted = rows.sort((a, b) => compare(orders[a], orders[b]) || compare(values[a], values[b]) || a - b)
    for (const [place, row] of sorted.entries()) found[row] = place === 0 ? null : (values[sorted[place - 1] ?? -1] ?? null)
  }
  return found
}

function overlaps(
  table: Table,
  {key, start, end, unlessSame}: Extract<SetExpr, {readonly kind: 'overlaps'}>,
  where: readonly Value[] | undefined,
): readonly boolean[] {
  const [starts, ends] = [valuesOf(table, start), valuesOf(table, end)]
  const same = unlessSame === undefined ? undefined : keysOf(table, unlessSame).map(keyOf)
  const isBefore = (a: Value, b: Value): boolean => b === null || (a !== null && compareValues(a, b) < 0)
  const hasSpan = (row: number): boolean => {
    const [from, to] = [starts[row] ?? null, ends[row] ?? null]
    return from !== null && (to === null || compareValues(from, to) <= 0) && (where === undefined || where[row] === true)
  }
  const isOne = (a: number, b: number): boolean =>
    same !== undefined && same[a] === same[b] && keyOf([starts[a] ?? null, ends[a] ?? null]) === keyOf([starts[b] ?? null, ends[b] ?? null])
  return flags(table, rowsByKey(table, key).values(), (row, group) =>
    group.some(
      (other) =>
        other !== row &&
        hasSpan(row) &&
        hasSpan(other) &&
        !isOne(row, other) &&
        isBefore(starts[row] ?? null, ends[other] ?? null) &&
        isBefore(starts[other] ?? null, ends[row] ?? null),
    ),
  )
}
