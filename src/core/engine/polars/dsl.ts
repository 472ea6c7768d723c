// Polars' own expression tree, written down. nodejs-polars offers only part of it as methods (no exact strptime, no
// coalesce, no bytes, and closures that cannot be serialized), but `Expr.deserialize` reads all of it by name: an unknown
// name is an error, never another function. Every function here returns plain data; `lower.ts` hands it to Polars.
import type {ScalarType} from '../../expr/expr.ts'

export type Dsl = null | boolean | number | bigint | string | readonly Dsl[] | {readonly [key: string]: Dsl}

/** A column by its exact name; `pl.col` would read `*` and `^…$` as patterns. */
export const col = (name: string): Dsl => ({Column: name})
export const text = (value: string): Dsl => scalar('String', value)
export const int32 = (value: number): Dsl => scalar('Int32', value)
export const int64 = (value: number | bigint): Dsl => scalar('Int64', value)
export const uint64 = (value: bigint): Dsl => scalar('UInt64', value)
export const float64 = (value: number): Dsl => scalar('Float64', value)
export const bool = (value: boolean): Dsl => scalar('Boolean', value)
export const scalar = (type: string, value: Dsl): Dsl => ({Literal: {Scalar: {[type]: value}}})
export const nullOf = (type: ScalarType): Dsl => cast(scalar('Null', 'Null'), dtypeOf(type))

/** Never raises: what cannot be converted is null. */
export const cast = (of: Dsl, dtype: Dsl): Dsl => ({Cast: {expr: of, dtype: {Literal: dtype}, options: 'NonStrict'}})
export const call = (name: Dsl, ...input: readonly Dsl[]): Dsl => ({Function: {input, function: name}})
export const stringCall = (name: Dsl, ...input: readonly Dsl[]): Dsl => call({StringExpr: name}, ...input)
export const timeCall = (name: Dsl, ...input: readonly Dsl[]): Dsl => call({TemporalExpr: name}, ...input)
export const booleanCall = (name: Dsl, ...input: readonly Dsl[]): Dsl => call({Boolean: name}, ...input)
export const bytesCall = (name: Dsl, ...input: readonly Dsl[]): Dsl => call({BinaryExpr: name}, ...input)
export const binary = (left: Dsl, operator: string, right: Dsl): Dsl => ({BinaryExpr: {left, op: operator, right}})
/** A condition that is null counts as false. */
export const ternary = (condition: Dsl, then: Dsl, otherwise: Dsl): Dsl => ({
  Ternary: {predicate: condition, truthy: then, falsy: otherwise},
})
export const isNull = (of: Dsl): Dsl => booleanCall('IsNull', of)
export const isNotNull = (of: Dsl): Dsl => booleanCall('IsNotNull', of)
export const not = (of: Dsl): Dsl => booleanCall('Not', of)
export const fillNull = (of: Dsl, by: Dsl): Dsl => call('FillNull', of, by)
/** True where the pattern, in Rust's syntax, occurs. */
export const contains = (of: Dsl, pattern: string): Dsl => stringCall({Contains: {literal: false, strict: true}}, of, text(pattern))
export const extract = (of: Dsl, pattern: string, group: number): Dsl => stringCall({Extract: group}, of, text(pattern))
/** Characters from a 0-based start, negative from the end; no length takes the rest. */
export const slice = (of: Dsl, start: number, length?: number): Dsl =>
  stringCall('Slice', of, int64(start), length === undefined ? scalar('Null', 'Null') : int64(length))
export const joinText = (delimiter: string, skipNulls: boolean, ...of: readonly Dsl[]): Dsl =>
  stringCall({ConcatHorizontal: {delimiter, ignore_nulls: skipNulls}}, ...of)
/** A 64-bit hash; equal input gives equal output within one process, nothing more is promised. */
export const hash = (of: Dsl): Dsl => call({Hash: [0, 1, 2, 3]}, of)
export const struct = (...of: readonly Dsl[]): Dsl => call('AsStruct', ...of)
export const sum = (of: Dsl): Dsl => ({Agg: {Sum: of}})
export const rowCount: Dsl = 'Len'
export const alias = (of: Dsl, name: string): Dsl => ({Alias: [of, name]})

/** Kleene's and / or over any number of conditions, as a balanced tree so that long lists stay shallow. */
export function all(conditions: readonly Dsl[]): Dsl {
  return balanced(conditions, 'And', true)
}

export function any(conditions: readonly Dsl[]): Dsl {
  return balanced(conditions, 'Or', false)
}

function balanced(conditions: readonly Dsl[], operator: string, neutral: boolean): Dsl {
  const [only] = conditions
  if (only === undefined) return bool(neutral)
  if (conditions.length === 1) return only
  const half = conditions.length >> 1
  return binary(balanced(conditions.slice(0, half), operator, neutral), operator, balanced(conditions.slice(half), operator, neutral))
}

export const utcTimestamp: Dsl = {Datetime: ['Microseconds', {inner: 'UTC'}]}

/** Polars' data type for one of ours. */
export function dtypeOf(type: ScalarType): Dsl {
  if (typeof type !== 'string') return {Decimal: [type.precision, type.scale]}
  const names = {string: 'String', boolean: 'Boolean', int64: 'Int64', float64: 'Float64', date: 'Date', timestamp: utcTimestamp} as const
  return names[type]
}
