// Aggregates as Polars' own: over all rows, or over those of a group.
import type {Expr, ScalarType} from '../../expr/expr.ts'
import type {Aggregate} from '../../expr/plan.ts'
import {
  binary,
  bool,
  call,
  cast,
  type Dsl,
  fillNull,
  float64,
  hash,
  int64,
  isNotNull,
  isNull,
  nullOf,
  rowCount,
  sum,
  ternary,
} from './dsl.ts'

/** What `count` counts: every row. */
export const counted: Expr = {kind: 'literal', value: true, type: 'boolean'}

/** The aggregate of a column of its argument; sums are as wide as it takes to be exact. */
export function aggregated({function: name, share = 0}: Aggregate, of: Dsl, type: ScalarType): Dsl {
  switch (name) {
    case 'count':
      return rowCount
    case 'countIf':
      return sum(fillNull(of, bool(false)))
    case 'countNull':
      return sum(isNull(of))
    case 'countDistinct':
      return {Agg: {NUnique: call('DropNulls', of)}}
    case 'distinctHashes':
      return {Agg: {NUnique: cast(hash(call('DropNulls', of)), 'UInt64')}}
    case 'min':
    case 'max':
      return {Agg: {[name === 'min' ? 'Min' : 'Max']: {input: of, propagate_nans: false}}}
    case 'quantile':
      return quantile(cast(of, 'Float64'), share)
    case 'sum':
      return ternary(binary(sum(isNotNull(of)), 'Eq', int64(0)), cast(nullOf('string'), sumType(type)), sum(cast(of, sumType(type))))
  }
}

/** Of n numbers in order, the one in place ceil(share * n). */
export const quantile = (of: Dsl, share: number): Dsl => call({Quantile: {method: 'Equiprobable'}}, of, float64(share))

/** Wide enough that a sum of int64 is exact. */
function sumType(type: ScalarType): Dsl {
  if (type === 'int64') return 'Int128'
  return typeof type === 'object' ? {Decimal: [38, type.scale]} : 'Float64'
}
