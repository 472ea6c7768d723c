// The scalar expressions every engine must agree on. This file fixes the meaning; `test/conformance/engine.suite.ts`
// holds every engine to it against the reference interpreter.
//
// Meaning, once for all engines:
// - Three-valued logic as in SQL: a comparison with null is null; `and`, `or`, `not` are Kleene's (`and()` is true, `or()`
//   false); `isNull` is never null. `case` takes the first branch whose condition is true (null counts as false). A
//   judgement's null counts as "not bad". A function of null is null unless its node says otherwise.
// - Types never mix: `compare` and `arithmetic` want both sides of one type (int64 and float64 may meet as float64; decimals of
//   any precision compare exactly). Strings order by the bytes of their UTF-8. Nothing is ever cast leniently: only `parse`
//   turns text into a value. `type-of.ts` refuses whatever breaks this.
// - int64 is exact; float64 is IEEE 754 and always finite (`parse` refuses the rest; 0.0 equals -0.0); decimal(p,s) is exact;
//   timestamps are UTC with microseconds; dates are proleptic Gregorian, years 0001 to 9999.
// - Arithmetic is for int64 and float64. Division is float64 and null when the divisor is 0. A result outside int64, or not
//   finite, is null. There is no integer division, rounding, locale or random function, and no decimal arithmetic.
// - Text: lower and upper by the full Unicode mapping without locale (as Rust, Java and JavaScript do: `ß` upper is `SS`,
//   a final `Σ` lower is `ς`); `length` and `substring` count Unicode code points; `trim` strips the ASCII set
//   " \t\n\r\v\f" plus U+00A0 and U+FEFF on both ends. Only `nfc`
//   normalises: elsewhere é and e with an accent differ.
// - Regular expressions are the subset of `portable-regex.ts` (RE2 without look-around, back-references or flags).

export type ScalarType =
  | 'string'
  | 'boolean'
  | 'int64'
  | 'float64'
  | 'date'
  | 'timestamp'
  | {readonly kind: 'decimal'; readonly precision: number; readonly scale: number}

/**
 * int64 values are bigint (a safe integer number may stand in a literal); decimals are text with exactly `scale` fraction
 * digits; dates are `YYYY-MM-DD`; timestamps are `YYYY-MM-DDTHH:MM:SS[.ffffff]Z` without trailing zeros in the fraction.
 */
export type ScalarValue = string | number | bigint | boolean | null

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>='
export type DatePart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'isoWeekday'

/** luhn: mod 10 with every second digit from the right doubled (ISO/IEC 7812-1). verhoeff: over the dihedral group of order 10. */
export type CheckAlgorithm = 'luhn' | 'verhoeff'

/** nfc: Unicode's composed form. title: a letter behind anything but a letter in upper case, all others in lower case. */
export type TextFunction = 'trim' | 'lower' | 'upper' | 'nfc' | 'title'

/** mad: by the median of the distances to the median. iqr: by the distance between the quartiles. */
export type OutlierMethod = 'mad' | 'iqr'

export type Expr =
  | {readonly kind: 'column'; readonly name: string}
  | {readonly kind: 'literal'; readonly value: ScalarValue; readonly type: ScalarType}
  | {readonly kind: 'isNull'; readonly of: Expr}
  | {readonly kind: 'not'; readonly of: Expr}
  | {readonly kind: 'and'; readonly of: readonly Expr[]}
  | {readonly kind: 'or'; readonly of: readonly Expr[]}
  | {readonly kind: 'compare'; readonly operator: CompareOperator; readonly left: Expr; readonly right: Expr}
  /** Null when `of` is null; `values` hold no null. */
  | {readonly kind: 'isIn'; readonly of: Expr; readonly values: readonly Exclude<ScalarValue, null>[]; readonly type: ScalarType}
  /** True when the portable pattern occurs anywhere in the text. */
  | {readonly kind: 'matches'; readonly of: Expr; readonly pattern: string}
  /** Whether the last of 2 to 18 ASCII digits is the right one for those before it; false for any other text. */
  | {readonly kind: 'checkDigit'; readonly algorithm: CheckAlgorithm; readonly of: Expr}
  | {readonly kind: 'arithmetic'; readonly operator: '+' | '-' | '*' | '/'; readonly left: Expr; readonly right: Expr}
  | {readonly kind: 'case'; readonly branches: readonly {readonly when: Expr; readonly then: Expr}[]; readonly otherwise: Expr}
  | {readonly kind: 'coalesce'; readonly of: readonly Expr[]}
  /** Text; null when any part is null. */
  | {readonly kind: 'concat'; readonly of: readonly Expr[]}
  | {readonly kind: 'text'; readonly function: TextFunction; readonly of: Expr}
  | {readonly kind: 'length'; readonly of: Expr}
  /** `start` is 0-based, in code points; beyond the end gives ''. */
  | {readonly kind: 'substring'; readonly of: Expr; readonly start: number; readonly length?: number}
  /** Replaces every occurrence of a literal, not empty text, from left to right. */
  | {readonly kind: 'replaceText'; readonly of: Expr; readonly find: string; readonly by: string}
  /** What `take` matches where the whole text is `before`, `take` and `after` (portable patterns that divide it in one way only); else null. */
  | {readonly kind: 'extract'; readonly of: Expr; readonly before: string; readonly take: string; readonly after: string}
  /** Exact, case-sensitive, each `from` once; anything not listed, null too, becomes `otherwise` (give the column itself to keep it). */
  | {
      readonly kind: 'mapText'
      readonly of: Expr
      readonly entries: readonly (readonly [from: string, to: string | null])[]
      readonly otherwise: Expr
    }
  /** Text to value, null where the text is no exact literal of the type: see `parse-forms.ts` for the accepted forms. */
  | {readonly kind: 'parse'; readonly of: Expr; readonly as: ParseTarget}
  /** int64, in UTC; isoWeekday is 1 for Monday to 7. A date has year, month, day and isoWeekday only. */
  | {readonly kind: 'datePart'; readonly part: DatePart; readonly of: Expr}
  /** int64, negative backwards. day: from one UTC date to another, of dates or timestamps. microsecond: between timestamps. */
  | {readonly kind: 'elapsed'; readonly unit: 'day' | 'microsecond'; readonly from: Expr; readonly to: Expr}
  /**
   * The instant at which clocks in an IANA time zone show what the timestamp says when read without its zone; null when they skip
   * that time. Of a time that they show twice, the earlier or the later instant. By the engine's own edition of the zones.
   */
  | {readonly kind: 'instantOf'; readonly of: Expr; readonly zone: string; readonly twice: 'earlier' | 'later'}
  /** UTC date of a timestamp; a date stays as it is. */
  | {readonly kind: 'dateOf'; readonly of: Expr}
  /** The value as text, as ScalarValue writes it: integers in decimal digits, booleans true/false, text unchanged. Not for floats. */
  | {readonly kind: 'asText'; readonly of: Expr}
  | SetExpr

/**
 * Expressions about a row's place among all rows of the node's input (in a judgement: of the judged input). `key` parts that
 * are null never match anything. `relation` is a closed plan; where it has several rows with one key, its first row counts:
 * a row is never multiplied. Engines choose join, hash or separate pass.
 */
export type SetExpr =
  /** True when two or more rows of the input share the key; rows that are equal in all `unlessSame` columns (null = null) count once. Never null. */
  | {readonly kind: 'isDuplicated'; readonly key: readonly string[]; readonly unlessSame?: readonly string[]}
  /** True for every row but the first (in input order) among rows with the same non-null key and equal `columns` (null = null). Never null. */
  | {readonly kind: 'isRepeat'; readonly key: readonly string[]; readonly columns: readonly string[]}
  /** True when another row with the same key has a greater `by`; false where a key part or `by` is null. Never null. */
  | {readonly kind: 'isSuperseded'; readonly key: readonly string[]; readonly by: string}
  /**
   * True when the span from `start` up to, but without, `end` has a part in common with that of another row of the same key for
   * which `where` is true too. Without an end it lasts for ever. Where `start` is null or after `end`, there is no span. Rows that
   * are equal in key, span and all `unlessSame` columns (null = null) are one. Never null.
   */
  | {
      readonly kind: 'overlaps'
      readonly key: readonly string[]
      readonly start: string
      readonly end: string
      readonly where?: Expr
      readonly unlessSame?: readonly string[]
    }
  /**
   * True when at least `minRows` rows of the input share the key, at least `percent` (51 to 100) of them have one and the same
   * non-null value in `of`, and this row has another value there or none. With `undecidedAreBad` also where rows with the key have
   * several values in `of` and none of them has that many: for every row with a value. Never null.
   */
  | {
      readonly kind: 'isOutvoted'
      readonly key: readonly string[]
      readonly of: string
      readonly minRows: number
      readonly percent: number
      readonly undecidedAreBad?: boolean
    }
  /**
   * True when the number in `of` (int64 or float64, read as float64) lies far from the others of its key. Of the group's n numbers in
   * order, the one in place ceil(share * n) is their quantile of that share; m is the quantile of one half. mad: where d, the same of
   * the distances to m, is above 0, a number farther than 1.4826 * `limit` * d from m. iqr: where the quantiles q1 and q3 of one and of
   * three quarters differ, a number farther than `limit` * (q3 - q1) below q1 or above q3. Only rows of which `where` is true count and
   * are judged, and only keys with `minRows` numbers; an empty key takes all rows as one group. Never null.
   */
  | {
      readonly kind: 'isFarOut'
      readonly key: readonly string[]
      readonly of: string
      readonly method: OutlierMethod
      readonly limit: number
      readonly minRows: number
      readonly where?: Expr
    }
  /**
   * The value of `of` in the row just before this one among the rows of the same key, in the order of `by`, where that is equal of `of`
   * (null first), where that is equal of the input. Rows without `by`, or for which `where` is not true, are nobody's predecessor and have none. Null where there is none.
   */
  | {
      readonly kind: 'previous'
      readonly key: readonly string[]
      readonly by: string
      readonly of: string
      readonly where?: Expr
    }
  /** True when `relation` has a row whose `on` columns equal the key; null when a key part is null. */
  | {readonly kind: 'existsIn'; readonly key: readonly Expr[]; readonly relation: import('./plan.ts').Plan; readonly on: readonly string[]}
  /** The value of `take` in the first row of `relation` whose `on` columns equal the key, or null. */
  | {
      readonly kind: 'lookup'
      readonly key: readonly Expr[]
      readonly relation: import('./plan.ts').Plan
      readonly on: readonly string[]
      readonly take: string
    }
  /** True when the row of `relation` with the same key equals this row in all `columns` (null = null). Never null. */
  | {
      readonly kind: 'isSameIn'
      readonly key: readonly string[]
      readonly relation: import('./plan.ts').Plan
      readonly columns: readonly string[]
    }

/**
 * integer: `[+-]?[0-9]{1,19}` within int64. number: `[+-]?digits[.digits]` with an optional exponent of at most three digits,
 * finite (`plain` refuses signs other than a leading minus, and exponents). decimal: no more digits than precision and scale.
 * boolean: true/false, t/f, yes/no, y/n, 1/0, any case. date, timestamp: `formats` (see `date-format.ts`) tried in order, or
 * ISO 8601 when empty; a timestamp without an offset is read as UTC, or refused when `offsetRequired`.
 */
export type ParseTarget =
  | {readonly type: 'int64'}
  | {readonly type: 'float64'; readonly plain?: boolean}
  | {readonly type: {readonly kind: 'decimal'; readonly precision: number; readonly scale: number}}
  | {readonly type: 'boolean'}
  | {readonly type: 'date'; readonly formats: readonly string[]}
  | {readonly type: 'timestamp'; readonly formats: readonly string[]; readonly offsetRequired?: boolean}

export const column = (name: string): Expr => ({kind: 'column', name})
export const isNull = (of: Expr): Expr => ({kind: 'isNull', of})
export const isPresent = (of: Expr): Expr => not(isNull(of))
export const not = (of: Expr): Expr => ({kind: 'not', of})
export const and = (...of: readonly Expr[]): Expr => ({kind: 'and', of})
export const or = (...of: readonly Expr[]): Expr => ({kind: 'or', of})
export const compare = (left: Expr, operator: CompareOperator, right: Expr): Expr => ({kind: 'compare', operator, left, right})
export const text = (value: string | null): Expr => ({kind: 'literal', value, type: 'string'})
export const literal = (value: ScalarValue, type: ScalarType): Expr => ({kind: 'literal', value, type})
export const bool = (value: boolean): Expr => ({kind: 'literal', value, type: 'boolean'})
export const isIn = (of: Expr, values: readonly Exclude<ScalarValue, null>[], type: ScalarType = 'string'): Expr => ({
  kind: 'isIn',
  of,
  values,
  type,
})
export const concat = (...of: readonly Expr[]): Expr => ({kind: 'concat', of})
export const matches = (of: Expr, pattern: string): Expr => ({kind: 'matches', of, pattern})
export const when = (condition: Expr, then: Expr, otherwise: Expr): Expr => ({kind: 'case', branches: [{when: condition, then}], otherwise})
