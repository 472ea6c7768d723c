import {
  and,
  bool,
  type CompareOperator,
  column,
  compare,
  isIn,
  isNull,
  isPresent,
  literal,
  not,
  or,
  type ScalarType,
  type ScalarValue,
  text,
  when,
} from '../../../src/core/expr/expr.ts'
import {awkwardTexts, branch, type ExpressionCase} from './expression-case.ts'

const [a, b, x] = [column('a'), column('b'), column('x')]
const truths: readonly (boolean | null)[] = [true, false, null]
const everyPair = <T>(values: readonly T[]): readonly (readonly [T, T])[] =>
  values.flatMap((left) => values.map((right) => [left, right] as const))
const operators: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>=']

function comparisons(title: string, type: ScalarType, values: readonly ScalarValue[], other: ScalarType = type): ExpressionCase {
  return {
    title,
    columns: {a: type, b: other},
    rows: everyPair(values),
    gives: operators.map((operator) => ({expr: compare(a, operator, b)})),
  }
}

const extremeIntegers: readonly ScalarValue[] = [null, 0n, 1n, -1n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n]
const extremeFloats: readonly ScalarValue[] = [null, 0, -0, 1, -1.5, 5e-324, 1e308, -1e308, 1.7976931348623157e308, 0.1, 9007199254740992]

export const logicCases: readonly ExpressionCase[] = [
  {
    title: 'and, or and not are Kleene’s',
    columns: {a: 'boolean', b: 'boolean'},
    rows: everyPair(truths),
    gives: [
      {expr: and(a, b), expected: [true, false, null, false, false, false, null, false, null]},
      {expr: or(a, b), expected: [true, true, true, true, false, null, true, null, null]},
      {expr: not(a), expected: [false, false, false, true, true, true, null, null, null]},
      {expr: and(), expected: new Array(9).fill(true)},
      {expr: or(), expected: new Array(9).fill(false)},
      {expr: and(a), expected: [true, true, true, false, false, false, null, null, null]},
      {expr: or(b), expected: [true, false, null, true, false, null, true, false, null]},
      {expr: and(a, b, literal(null, 'boolean')), expected: [null, false, null, false, false, false, null, false, null]},
      {expr: compare(a, '<', b), expected: [false, false, null, true, false, null, null, null, null]},
    ],
  },
  {
    title: 'isNull is never null, and empty text is not null',
    columns: {x: 'string'},
    rows: [[null], [''], ['null']],
    gives: [
      {expr: isNull(x), expected: [true, false, false]},
      {expr: isPresent(x), expected: [false, true, true]},
      {expr: isNull(compare(x, '=', text(null))), expected: [true, true, true]},
      {expr: compare(x, '=', text('')), expected: [null, true, false]},
    ],
  },
  {
    title: 'orders text by the bytes of its UTF-8',
    columns: {a: 'string', b: 'string'},
    rows: [
      ['a', 'B'],
      ['Z', 'a'],
      ['é', 'z'],
      ['\uffee', '😀'],
      ['a', 'ab'],
      ['', 'a'],
      ['é', 'e\u0301'],
      ['10', '9'],
      [null, 'a'],
      ['a ', 'a'],
    ],
    gives: [
      {expr: compare(a, '<', b), expected: [false, true, false, true, true, true, false, true, null, false]},
      {expr: compare(a, '=', b), expected: [false, false, false, false, false, false, false, false, null, false]},
    ],
  },
  comparisons('compares awkward texts', 'string', awkwardTexts),
  comparisons('compares int64 exactly, to its limits', 'int64', extremeIntegers),
  comparisons('compares float64', 'float64', extremeFloats),
  comparisons('compares dates from year 1 to 9999', 'date', [
    null,
    '0001-01-01',
    '1582-10-10',
    '1969-12-31',
    '1970-01-01',
    '2024-02-29',
    '9999-12-31',
  ]),
  comparisons('compares timestamps to the microsecond', 'timestamp', [
    null,
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999999Z',
    '1970-01-01T00:00:00Z',
    '2024-02-29T12:00:00.5Z',
    '2024-02-29T12:00:00.500001Z',
    '9999-12-31T23:59:59.999999Z',
  ]),
  comparisons('compares decimals exactly', {kind: 'decimal', precision: 38, scale: 10}, [
    null,
    '0.0000000000',
    '-0.0000000001',
    '9999999999999999999999999999.9999999999',
    '-9999999999999999999999999999.9999999999',
    '1.0000000000',
  ]),
  {
    title: 'compares decimals of different scale by value',
    columns: {a: {kind: 'decimal', precision: 10, scale: 2}, b: {kind: 'decimal', precision: 12, scale: 4}},
    rows: [
      ['1.50', '1.5000'],
      ['1.50', '1.5001'],
      ['-1.50', '-1.5001'],
      ['99999999.99', '99999999.9900'],
      [null, '0.0000'],
    ],
    gives: [
      {expr: compare(a, '=', b), expected: [true, false, false, true, null]},
      {expr: compare(a, '>', b), expected: [false, false, true, false, null]},
      {expr: compare(a, '>=', literal('1.5', {kind: 'decimal', precision: 3, scale: 1})), expected: [true, true, false, true, null]},
    ],
  },
  {
    title: 'lets int64 and float64 meet as float64',
    columns: {a: 'int64', b: 'float64'},
    rows: [
      [1n, 1],
      [1n, 1.5],
      [9007199254740993n, 9007199254740992],
      [-1n, -0.5],
      [0n, -0],
      [null, 1],
      [1n, null],
    ],
    gives: [
      {expr: compare(a, '=', b), expected: [true, false, true, false, true, null, null]},
      {expr: compare(b, '>', a), expected: [false, true, false, true, false, null, null]},
      {expr: compare(a, '<=', literal(1.5, 'float64')), expected: [true, true, false, true, true, null, true]},
      {expr: compare(b, '<', literal(1n, 'int64')), expected: [false, false, false, true, true, false, null]},
    ],
  },
  {
    title: 'isIn is null for null and exact otherwise',
    columns: {x: 'string', i: 'int64', d: 'date', f: 'float64', b: 'boolean', m: {kind: 'decimal', precision: 6, scale: 2}},
    rows: [
      ['a', 1n, '2024-02-29', 0.5, true, '1.50'],
      ['A', 9223372036854775807n, '2023-03-01', -0, false, '0.00'],
      ['', -9223372036854775808n, '0001-01-01', 1e308, true, '-9999.99'],
      ['e\u0301', 0n, '9999-12-31', 5e-324, false, '9999.99'],
      [null, null, null, null, null, null],
    ],
    gives: [
      {expr: isIn(x, ['a', '', 'é']), expected: [true, false, true, false, null]},
      {expr: isIn(x, []), expected: [false, false, false, false, null]},
      {expr: isIn(column('i'), [1, 9223372036854775807n, -9223372036854775808n], 'int64'), expected: [true, true, true, false, null]},
      {expr: isIn(column('d'), ['2024-02-29', '9999-12-31'], 'date'), expected: [true, false, false, true, null]},
      {expr: isIn(column('f'), [0, 1e308], 'float64'), expected: [false, true, true, false, null]},
      {expr: isIn(column('b'), [true], 'boolean'), expected: [true, false, true, false, null]},
      {
        expr: isIn(column('m'), ['1.5', '-9999.99', 0], {kind: 'decimal', precision: 6, scale: 2}),
        expected: [true, true, true, false, null],
      },
    ],
  },
  {
    title: 'case takes the first branch that is true',
    columns: {a: 'boolean', b: 'boolean', x: 'string'},
    rows: [...everyPair(truths).map(([left, right]) => [left, right, 'x'] as const), [true, true, null]],
    gives: [
      {
        expr: {
          kind: 'case',
          branches: [branch(a, text('first')), branch(b, x)],
          otherwise: text('none'),
        },
        expected: ['first', 'first', 'first', 'x', 'none', 'none', 'x', 'none', 'none', 'first'],
      },
      {expr: when(a, x, text(null)), expected: ['x', 'x', 'x', null, null, null, null, null, null, null]},
      {expr: {kind: 'case', branches: [], otherwise: x}, expected: [...new Array(9).fill('x'), null]},
      {expr: when(bool(true), a, b), expected: [true, true, true, false, false, false, null, null, null, true]},
    ],
  },
  {
    title: 'coalesce takes the first value that is not null',
    columns: {a: 'int64', b: 'int64', x: 'string', y: 'string'},
    rows: [
      [1n, 2n, '', 'y'],
      [null, 2n, null, 'y'],
      [null, null, null, null],
    ],
    gives: [
      {expr: {kind: 'coalesce', of: [a, b]}, expected: [1n, 2n, null]},
      {expr: {kind: 'coalesce', of: [a, b, literal(0n, 'int64')]}, expected: [1n, 2n, 0n]},
      {expr: {kind: 'coalesce', of: [x, column('y')]}, expected: ['', 'y', null]},
      {expr: {kind: 'coalesce', of: [x]}, expected: ['', null, null]},
    ],
  },
  {
    title: 'gives literals of every type, nulls too',
    columns: {x: 'string'},
    rows: [['a'], [null]],
    gives: [
      {expr: text('it’s "x"\n'), expected: ['it’s "x"\n', 'it’s "x"\n']},
      {expr: text(''), expected: ['', '']},
      {expr: literal(-9223372036854775808n, 'int64'), expected: [-9223372036854775808n, -9223372036854775808n]},
      {expr: literal(9223372036854775807n, 'int64'), expected: [9223372036854775807n, 9223372036854775807n]},
      {expr: literal(7, 'int64'), expected: [7n, 7n]},
      {expr: literal(1e308, 'float64'), expected: [1e308, 1e308]},
      {expr: literal(0.1, 'float64'), expected: [0.1, 0.1]},
      {expr: bool(false), expected: [false, false]},
      {expr: literal('0001-01-01', 'date'), expected: ['0001-01-01', '0001-01-01']},
      {expr: literal('9999-12-31', 'date'), expected: ['9999-12-31', '9999-12-31']},
      {expr: literal('0001-01-01T00:00:00.000001Z', 'timestamp'), expected: ['0001-01-01T00:00:00.000001Z', '0001-01-01T00:00:00.000001Z']},
      {expr: literal('9999-12-31T23:59:59.999999Z', 'timestamp'), expected: ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z']},
      {expr: literal('-12.3', {kind: 'decimal', precision: 38, scale: 2}), expected: ['-12.30', '-12.30']},
      ...(['string', 'boolean', 'int64', 'float64', 'date', 'timestamp', {kind: 'decimal', precision: 9, scale: 3}] as const).map(
        (type) => ({
          expr: literal(null, type),
          expected: [null, null],
        }),
      ),
    ],
  },
]
