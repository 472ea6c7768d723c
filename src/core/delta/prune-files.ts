// File pruning: which files of a table may hold a key, by the smallest and largest values in their statistics. A file is left
// out only when its statistics rule every wanted key out; one that says nothing, or nothing that compares exactly, stays.
import type {ScalarType, ScalarValue} from '../expr/expr.ts'
import type {AddAction} from './actions.ts'
import {isObject} from './decode-entry.ts'

/** Smallest and largest wanted value of one key column; nulls are no values. */
export interface KeyBounds {
  readonly column: string
  readonly type: ScalarType
  readonly min: ScalarValue
  readonly max: ScalarValue
}

/** Types whose statistics compare exactly with values of a plan. */
export function hasExactBounds(type: ScalarType): boolean {
  return type === 'string' || type === 'date' || type === 'int64'
}

/** True when the file's statistics bound one of the columns: only then is there something to prune by. */
export function boundsAny({stats}: AddAction, columns: readonly string[]): boolean {
  const {minValues, maxValues} = readStats(stats)
  return columns.some((column) => minValues[column] !== undefined && maxValues[column] !== undefined)
}

/** False when a row of the file cannot have a key within all the bounds. */
export function mayHold({stats}: AddAction, bounds: readonly KeyBounds[]): boolean {
  const {minValues, maxValues} = readStats(stats)
  return bounds.every(({column, type, min, max}) => {
    if (min === null || max === null) return false
    return !isBelow(maxValues[column], min, type) && !isBelow(max, minValues[column], type)
  })
}

/** True only when both are values of the type and `a` comes before `b`. */
function isBelow(a: unknown, b: unknown, type: ScalarType): boolean {
  if (type === 'int64') return isWhole(a) && isWhole(b) && BigInt(a) < BigInt(b)
  // Texts are ordered by their UTF-8 bytes, and so are dates.
  return hasExactBounds(type) && typeof a === 'string' && typeof b === 'string' && Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
}

/** A JSON number beyond 2^53 may have been rounded: it bounds nothing. */
const isWhole = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isSafeInteger(value)

type Values = Readonly<Record<string, unknown>>

function readStats(stats: string | undefined): {readonly minValues: Values; readonly maxValues: Values} {
  try {
    const parsed: unknown = JSON.parse(stats ?? '{}')
    const valuesOf = (name: string): Values => (isObject(parsed) && isObject(parsed[name]) ? parsed[name] : {})
    return {minValues: valuesOf('minValues'), maxValues: valuesOf('maxValues')}
  } catch {
    return {minValues: {}, maxValues: {}}
  }
}
