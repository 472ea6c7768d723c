import {describe, expect, it} from 'vitest'
import {
  and,
  bool,
  column,
  compare,
  type Expr,
  isIn,
  literal,
  matches,
  not,
  type ScalarType,
  text,
  when,
} from '../../../src/core/expr/expr.ts'
import type {Judgement, Plan} from '../../../src/core/expr/plan.ts'
import {aggregateColumns, planColumns, print, typeOf} from '../../../src/core/expr/walk.ts'

const decimal: ScalarType = {kind: 'decimal', precision: 6, scale: 2}
const columns = {s: 'string', i: 'int64', f: 'float64', b: 'boolean', d: 'date', t: 'timestamp', m: decimal} as const
const [s, i, f, b, d, t, m] = Object.keys(columns).map(column) as [Expr, Expr, Expr, Expr, Expr, Expr, Expr]
const arithmetic = (left: Expr, operator: '+' | '/', right: Expr): Expr => ({kind: 'arithmetic', operator, left, right})
const values: Plan = {
  kind: 'values',
  columns: [
    {name: 'k', type: 'int64'},
    {name: 'v', type: 'string'},
  ],
  rows: [],
}

function titled<T>(cases: readonly (readonly [Expr, T])[]): readonly (readonly [string, Expr, T])[] {
  return cases.map(([expr, expected]) => [print(expr), expr, expected])
}

describe('typeOf', () => {
  it.each(
    titled<ScalarType>([
      [arithmetic(i, '+', i), 'int64'],
      [arithmetic(i, '+', f), 'float64'],
      [arithmetic(i, '/', i), 'float64'],
      [compare(i, '<', f), 'boolean'],
      [compare(m, '<', literal('1', {kind: 'decimal', precision: 9, scale: 5})), 'boolean'],
      [when(b, m, m), decimal],
      [{kind: 'coalesce', of: [d, d]}, 'date'],
      [{kind: 'datePart', part: 'hour', of: t}, 'int64'],
      [{kind: 'dateOf', of: d}, 'date'],
      [{kind: 'asText', of: m}, 'string'],
      [{kind: 'lookup', key: [i], relation: values, on: ['k'], take: 'v'}, 'string'],
      [{kind: 'isRepeat', key: [], columns: ['s']}, 'boolean'],
      [{kind: 'parse', of: s, as: {type: decimal}}, decimal],
    ]),
  )('types %s', (_, expr, type) => {
    expect(typeOf(expr, columns)).toEqual(type)
  })

  it.each(
    titled<string>([
      [column('x'), 'there is no column "x"'],
      [column('constructor'), 'there is no column "constructor"'],
      [compare(s, '=', i), 'compare: string and int64 do not compare'],
      [and(b, not(compare(d, '<', t))), 'and.1.not.compare: date and timestamp do not compare'],
      [not(i), 'not: wants boolean, not int64'],
      [and(b, s), 'and.1: wants boolean, not string'],
      [arithmetic(m, '+', m), 'arithmetic: decimal(6,2) + decimal(6,2) has no meaning'],
      [arithmetic(s, '+', s), 'has no meaning'],
      [isIn(s, [1n], 'int64'), 'isIn: wants int64, not string'],
      [isIn(i, ['1'], 'int64'), 'isIn: has a value that is no int64'],
      [matches(s, '(?=a)'), 'matches: pattern: only plain groups'],
      [matches(i, 'a'), 'matches: wants string, not int64'],
      [when(b, i, f), 'case: mixes int64 and float64'],
      [{kind: 'coalesce', of: []}, 'coalesce: needs at least one part'],
      [{kind: 'asText', of: f}, 'asText: the text of a float64 differs'],
      [{kind: 'datePart', part: 'hour', of: d}, 'datePart: date has no hour'],
      [{kind: 'replaceText', of: s, find: '', by: 'x'}, 'replaceText: cannot look for an empty text'],
      [{kind: 'extract', of: s, before: '', take: '\\d(', after: ''}, 'extract: pattern: '],
      [{kind: 'instantOf', of: s, zone: 'UTC', twice: 'later'}, 'instantOf: wants timestamp, not string'],
      [{kind: 'instantOf', of: t, zone: 'Europe/Atlantis', twice: 'later'}, 'instantOf: "Europe/Atlantis" is no time zone'],
      [{kind: 'instantOf', of: t, zone: 'Europe/BERLIN', twice: 'later'}, 'instantOf: "Europe/BERLIN" is no time zone'],
      [{kind: 'substring', of: s, start: -1}, 'substring: wants counts from 0'],
      [
        {
          kind: 'mapText',
          of: s,
          entries: [
            ['a', 'b'],
            ['a', 'c'],
          ],
          otherwise: s,
        },
        'mapText: lists a text twice',
      ],
      [{kind: 'parse', of: s, as: {type: 'date', formats: ['dd/MM/yy']}}, 'parse: format "dd/MM/yy"'],
      [{kind: 'parse', of: s, as: {type: {kind: 'decimal', precision: 39, scale: 0}}}, 'parse: decimal(39,0) is no decimal type'],
      [{kind: 'isDuplicated', key: []}, 'isDuplicated: needs a key'],
      [{kind: 'existsIn', key: [s], relation: values, on: ['k']}, 'existsIn: "k" is int64 in the relation, not string'],
      [{kind: 'existsIn', key: [], relation: values, on: []}, 'existsIn: key and on want'],
      [{kind: 'lookup', key: [i], relation: values, on: ['k'], take: 'w'}, 'lookup: the relation has no column "w"'],
      [{kind: 'isSameIn', key: ['i'], relation: values, columns: []}, 'isSameIn: the relation has no column "i"'],
      [literal(9223372036854775808n, 'int64'), 'a literal is no int64'],
      [literal(2 ** 53, 'int64'), 'a literal is no int64'],
      [literal(Number.NaN, 'float64'), 'a literal is no float64'],
      [literal('2023-02-29', 'date'), 'a literal is no date'],
      [literal('2024-02-29T24:00:00Z', 'timestamp'), 'a literal is no timestamp'],
      [literal('1.005', decimal), 'a literal is no decimal(6,2)'],
      [literal('12345', decimal), 'a literal is no decimal(6,2)'],
      [literal('\ud800', 'string'), 'a literal is no string'],
    ]),
  )('refuses %s with the place', (_, expr, message) => {
    expect(() => typeOf(expr, columns)).toThrow(
      expect.objectContaining({code: 'CONTRACT_UNSUPPORTED', message: expect.stringContaining(message)}),
    )
  })

  it('takes the columns of a plan as well', () => {
    expect(typeOf(column('k'), planColumns(values))).toBe('int64')
  })
})

const scan = (more: object): Plan => ({
  kind: 'scan',
  columns: [
    {name: 'a', type: 'string'},
    {name: 'batch', type: 'int64'},
  ],
  files: [{path: '/f', format: {kind: 'csv', delimiter: ',', header: ['A']}, binding: {a: 'A'}, constants: {batch: 1n}, ...more}],
  rowNumber: 'row',
})

describe('planColumns', () => {
  it('gives the columns of every node in order', () => {
    const derived: Plan = {
      kind: 'derive',
      input: scan({}),
      columns: [
        {name: 'n', expr: {kind: 'length', of: column('a')}},
        {name: 'a', expr: bool(true)},
      ],
    }
    const judged: Plan = {
      kind: 'verdict',
      of: {input: derived, judgements: [{id: 'j', when: column('a'), effect: 'quarantine'}]},
      is: 'quarantined',
      reasons: 'why',
    }

    expect(planColumns({kind: 'union', inputs: [judged, judged]})).toEqual([
      {name: 'a', type: 'boolean'},
      {name: 'batch', type: 'int64'},
      {name: 'row', type: 'int64'},
      {name: 'n', type: 'int64'},
      {name: 'why', type: 'string'},
    ])
  })

  const judgedBy = (...judgements: readonly Judgement[]): Plan => ({kind: 'verdict', of: {input: values, judgements}, is: 'accepted'})
  const isTrue = (id: string): Judgement => ({id, when: bool(true), effect: 'warn'})

  it.each<[string, Plan, string]>([
    ['a binding that is no column', scan({binding: {z: 'A'}}), 'scan: binds "z"'],
    ['a binding that the file lacks', scan({binding: {a: 'Z'}}), 'bound to "Z", which is not in the file'],
    ['a typed column from CSV', scan({binding: {batch: 'A'}, constants: {}}), 'comes from CSV and is text'],
    ['a constant that is no column', scan({constants: {z: 1n}}), 'the constant "z" is no column'],
    ['a constant of another type', scan({constants: {batch: 'x'}}), 'the constant "batch" is no int64'],
    ['a column both bound and constant', scan({constants: {a: 'x'}}), '"a" is both bound and constant'],
    [
      'a name used twice',
      {
        kind: 'select',
        input: values,
        columns: [
          {name: 'x', expr: column('k')},
          {name: 'x', expr: column('v')},
        ],
      },
      'column "x" occurs twice',
    ],
    [
      'a bad expression, with its column',
      {kind: 'derive', input: values, columns: [{name: 'x', expr: not(column('k'))}]},
      'derive.x.not: wants boolean, not int64',
    ],
    ['a filter that is no condition', {kind: 'filter', input: values, where: column('k')}, 'filter: wants a condition, not int64'],
    ['a union of differing inputs', {kind: 'union', inputs: [values, scan({})]}, 'union: inputs want the same columns'],
    ['a row that is too short', {...values, rows: [[1n]]} as Plan, 'values: a row has another number'],
    ['a value of another type', {...values, rows: [['x', 'y']]} as Plan, 'values.k: a value is no int64'],
    ['judgements with one id', judgedBy(isTrue('a'), isTrue('a')), 'judgement "a" occurs twice'],
    ['a judgement id with a bar', judgedBy(isTrue('a|b')), 'wants an id without |'],
    ['a judgement that is no condition', judgedBy({id: 'a', when: text('x'), effect: 'skip'}), 'verdict.a: wants a condition, not string'],
    ['reasons of accepted rows', {...judgedBy(), reasons: 'r'} as Plan, 'accepted rows have no reasons'],
  ])('refuses %s', (_, plan, message) => {
    expect(() => planColumns(plan)).toThrow(
      expect.objectContaining({code: 'CONTRACT_UNSUPPORTED', message: expect.stringContaining(message)}),
    )
  })
})

describe('aggregateColumns', () => {
  it('gives counts as int64 and the others as their argument', () => {
    const aggregates = [
      {name: 'n', function: 'count'},
      {name: 'k', function: 'sum', of: column('k')},
      {name: 'v', function: 'min', of: column('v')},
      {name: 'd', function: 'countDistinct', of: column('v')},
    ] as const

    expect(aggregateColumns({id: 'a', input: values, aggregates}).map(({type}) => type)).toEqual(['int64', 'int64', 'string', 'int64'])
  })

  it.each([
    ['a.x: sum of string has no meaning', {name: 'x', function: 'sum', of: column('v')} as const],
    ['a.x: countIf wants a condition', {name: 'x', function: 'countIf', of: column('k')} as const],
    ['a.x: max needs an argument', {name: 'x', function: 'max'} as const],
    ['a.x: count takes no argument', {name: 'x', function: 'count', of: column('k')} as const],
  ])('refuses an aggregate: %s', (message, aggregate) => {
    expect(() => aggregateColumns({id: 'a', input: values, aggregates: [aggregate]})).toThrow(message)
  })
})
