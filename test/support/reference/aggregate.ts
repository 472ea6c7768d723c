// Aggregates over a table in memory.

import type {ScalarType, ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Aggregate} from '../../../src/core/expr/plan.ts'
import {typeOf} from '../../../src/core/expr/walk.ts'
import {evaluateColumn} from './evaluate-column.ts'
import type {RunRelation} from './run-plan.ts'
import type {Table} from './table.ts'
import {compareValues, keyOf, toScalar, type Value} from './values.ts'

type Present = Exclude<Value, null>

export function aggregate({function: name, of, share = 0}: Aggregate, table: Table, relation: RunRelation): ScalarValue {
  if (of === undefined) return BigInt(table.length)
  const values = evaluateColumn(of, table, relation)
  const present = values.filter((value): value is Present => value !== null)
  switch (name) {
    case 'count':
      return BigInt(table.length)
    case 'countIf':
      return BigInt(present.filter((value) => value === true).length)
    case 'countNull':
      return BigInt(values.length - present.length)
    case 'countDistinct':
    case 'distinctHashes':
      return BigInt(new Set(present.map((value) => keyOf([value]))).size)
    case 'quantile':
      return quantile(present.map(Number), share) ?? null
    default: {
      const type = typeOf(of, table.columns)
      const [first, ...rest] = present
      return first === undefined ? null : toScalar(fold(name, first, rest, type), type)
    }
  }
}

/** Of n numbers in order, the one in place ceil(share * n). */
export function quantile(numbers: readonly number[], share: number): number | undefined {
  return [...numbers].sort((a, b) => a - b)[Math.max(Math.ceil(share * numbers.length), 1) - 1]
}

function fold(name: 'sum' | 'min' | 'max', first: Present, rest: readonly Present[], type: ScalarType): Value {
  if (name === 'min') return rest.reduce((least, value) => (compareValues(value, least) < 0 ? value : least), first)
  if (name === 'max') return rest.reduce((most, value) => (compareValues(value, most) > 0 ? value : most), first)
  if (type !== 'float64') return rest.reduce<bigint>((total, value) => total + (value as bigint), first as bigint)
  const total = rest.reduce<number>((sum, value) => sum + (value as number), first as number)
  return Number.isFinite(total) ? total : null
}
