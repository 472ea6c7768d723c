// Random well-typed expressions over one row of typed columns. The same seed gives the same expressions.
import type {CompareOperator, DatePart, Expr, ParseTarget, ScalarType, ScalarValue} from '../../../src/core/expr/expr.ts'
import {branch} from './expression-case.ts'

export type Random = () => number

/** mulberry32: numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

const decimalType: ScalarType = {kind: 'decimal', precision: 12, scale: 2}

export const randomColumns: Readonly<Record<string, ScalarType>> = {
  s1: 'string',
  s2: 'string',
  b1: 'boolean',
  b2: 'boolean',
  i1: 'int64',
  i2: 'int64',
  f1: 'float64',
  f2: 'float64',
  d1: 'date',
  d2: 'date',
  t1: 'timestamp',
  t2: 'timestamp',
  m1: decimalType,
  m2: decimalType,
}

const types: readonly ScalarType[] = ['string', 'boolean', 'int64', 'float64', 'date', 'timestamp', decimalType]

const values: Readonly<Record<string, readonly ScalarValue[]>> = {
  string: [
    ...[null, '', ' ', 'a', 'B', 'ab c', 'é', 'e\u0301', 'ß', '😀', ' x\t', '\u00a0y', '0', '-12', '3.50', '1e5', 'yes', 'N', '2024-02-29'],
    ...['29/02/2024', '2024-02-29T23:59:59.123Z', '2024-01-01T00:00:00+0200', 'a|b', '9223372036854775807', 'ΟΔΟΣ', '"q"', 'two\nlines'],
  ],
  boolean: [null, true, false],
  int64: [null, 0n, 1n, -1n, 2n, 7n, 1000n, -9223372036854775808n, 9223372036854775807n, 4294967296n, 3037000500n],
  float64: [null, 0, 1, -1, 0.5, 0.1, 1e308, -1e308, 5e-324, 123456.789, 2, 1e16],
  date: [null, '0001-01-01', '1900-03-01', '1969-12-31', '1970-01-01', '2000-02-29', '2024-02-29', '2024-12-30', '9999-12-31'],
  timestamp: [
    ...[null, '0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00Z', '2024-02-29T12:30:15.25Z'],
    ...['2024-02-29T12:30:15.000001Z', '2024-12-31T23:59:59Z', '9999-12-31T23:59:59.999999Z'],
  ],
  decimal: [null, '0.00', '0.01', '-0.01', '1.50', '12.30', '9999999999.99', '-9999999999.99'],
}

const valuesOf = (type: ScalarType): readonly ScalarValue[] => values[typeof type === 'string' ? type : 'decimal'] ?? []

export function randomRows(random: Random, count: number): readonly (readonly ScalarValue[])[] {
  return Array.from({length: count}, () => Object.values(randomColumns).map((type) => pick(random, valuesOf(type))))
}

/** An expression of any type. */
export function randomExpr(random: Random, depth: number): Expr {
  return exprOf(random, pick(random, types), depth)
}

export function randomCondition(random: Random, depth: number): Expr {
  return exprOf(random, 'boolean', depth)
}

function exprOf(random: Random, type: ScalarType, depth: number): Expr {
  if (depth === 0 || random() < 0.15) return leaf(random, type)
  const of = (wanted: ScalarType): Expr => exprOf(random, wanted, depth - 1)
  const general: readonly (() => Expr)[] = [
    () => ({kind: 'case', branches: [branch(of('boolean'), of(type)), branch(of('boolean'), of(type))], otherwise: of(type)}),
    () => ({kind: 'coalesce', of: [of(type), of(type)]}),
  ]
  const kinds = [...general, ...specific(random, type, of)]
  return pick(random, kinds)()
}

function leaf(random: Random, type: ScalarType): Expr {
  const names = Object.keys(randomColumns).filter((name) => randomColumns[name] === type)
  return random() < 0.75 ? {kind: 'column', name: pick(random, names)} : {kind: 'literal', value: pick(random, valuesOf(type)), type}
}

const operators: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>=']
const patterns = ['^[a-z]+$', '\\d', '\\s', '^.$', 'a|b', '[^a-z]', '', '^\\w*$', '(?:a|b){1,2}', '\\.']
const dateFormats = [[], ['dd/MM/yyyy'], ['yyyy-MM-dd', 'dd/MM/yyyy'], ["yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"]]
const timestampFormats = [[], ['yyyy-MM-dd'], ["yyyy-MM-dd'T'HH:mm:ssZ", "yyyy-MM-dd'T'HH:mm:ss.SSSX"]]

function specific(random: Random, type: ScalarType, of: (type: ScalarType) => Expr): readonly (() => Expr)[] {
  const parse =
    (as: ParseTarget): (() => Expr) =>
    () => ({kind: 'parse', of: of('string'), as})
  const arithmetic = (left: ScalarType, right: ScalarType, list: readonly ('+' | '-' | '*' | '/')[]): (() => Expr) => {
    return () => ({kind: 'arithmetic', operator: pick(random, list), left: of(left), right: of(right)})
  }
  if (typeof type === 'object') return [parse({type})]
  switch (type) {
    case 'string':
      return texts(random, of)
    case 'boolean':
      return conditions(random, of)
    case 'int64':
      return [
        arithmetic('int64', 'int64', ['+', '-', '*']),
        parse({type: 'int64'}),
        () => ({kind: 'length', of: of('string')}),
        () => ({
          kind: 'datePart',
          part: pick<DatePart>(random, ['year', 'month', 'day', 'isoWeekday']),
          of: of(pick(random, ['date', 'timestamp'])),
        }),
        () => ({kind: 'datePart', part: pick<DatePart>(random, ['hour', 'minute', 'second']), of: of('timestamp')}),
      ]
    case 'float64':
      return [
        arithmetic('float64', 'float64', ['+', '-', '*', '/']),
        arithmetic('int64', 'float64', ['+', '-', '*', '/']),
        arithmetic('int64', 'int64', ['/']),
        parse({type: 'float64', plain: random() < 0.5}),
      ]
    case 'date':
      return [
        parse({type: 'date', formats: pick(random, dateFormats)}),
        () => ({kind: 'dateOf', of: of(pick(random, ['date', 'timestamp']))}),
      ]
    case 'timestamp':
      return [parse({type: 'timestamp', formats: pick(random, timestampFormats), offsetRequired: random() < 0.3})]
  }
}

function texts(random: Random, of: (type: ScalarType) => Expr): readonly (() => Expr)[] {
  return [
    () => ({kind: 'concat', of: [of('string'), of('string')]}),
    () => ({kind: 'text', function: pick(random, ['trim', 'lower', 'upper', 'nfc', 'title']), of: of('string')}),
    () => ({
      kind: 'substring',
      of: of('string'),
      start: Math.floor(random() * 3),
      ...(random() < 0.5 ? {length: Math.floor(random() * 4)} : {}),
    }),
    () => ({
      kind: 'replaceText',
      of: of('string'),
      find: pick(random, ['a', '0', '-', 'é', 'ab']),
      by: pick(random, ['', 'x', '$0', '😀']),
    }),
    () => ({kind: 'extract', of: of('string'), before: '', take: '[^0-9]*', after: pick(random, ['', '[0-9]+', '(?:.|\\n)*'])}),
    () => ({
      kind: 'mapText',
      of: of('string'),
      entries: [
        ['a', 'mapped'],
        ['', null],
        ['yes', 'true'],
      ],
      otherwise: of('string'),
    }),
    () => ({kind: 'asText', of: of(pick(random, ['string', 'boolean', 'int64', 'date', 'timestamp', decimalType]))}),
  ]
}

function conditions(random: Random, of: (type: ScalarType) => Expr): readonly (() => Expr)[] {
  return [
    () => ({kind: pick(random, ['and', 'or']), of: [of('boolean'), of('boolean')]}),
    () => ({kind: 'not', of: of('boolean')}),
    () => ({kind: 'isNull', of: of(pick(random, types))}),
    () => {
      const type = pick(random, types)
      return {kind: 'compare', operator: pick(random, operators), left: of(type), right: of(type)}
    },
    () => ({kind: 'compare', operator: pick(random, operators), left: of('int64'), right: of('float64')}),
    () => {
      const type = pick(random, types)
      const listed = valuesOf(type).filter((value) => value !== null && random() < 0.4) as Exclude<ScalarValue, null>[]
      return {kind: 'isIn', of: of(type), values: listed, type}
    },
    () => ({kind: 'matches', of: of('string'), pattern: pick(random, patterns)}),
    () => ({kind: 'parse', of: of('string'), as: {type: 'boolean'}}),
  ]
}
