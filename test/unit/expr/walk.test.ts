import {describe, expect, it} from 'vitest'
import {and, bool, column, compare, type Expr, isIn, isNull, literal, matches, not, or, text, when} from '../../../src/core/expr/expr.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {
  childrenOf,
  columnsOf,
  columnsOfPlan,
  hasSetExpression,
  planColumns,
  print,
  printPlan,
  rewrite,
  rewriteAll,
} from '../../../src/core/expr/walk.ts'

const [a, b, c] = [column('a'), column('b'), column('c')]
const codes: Plan = {kind: 'values', columns: [{name: 'k', type: 'string'}], rows: [['secret']]}

/** One of every node over a, b and c. */
const everyNode: readonly Expr[] = [
  a,
  text('x'),
  isNull(a),
  not(isNull(b)),
  and(a, b),
  or(c, a),
  compare(a, '<', b),
  isIn(a, ['x']),
  matches(a, '^x'),
  {kind: 'arithmetic', operator: '+', left: a, right: b},
  when(a, b, c),
  {kind: 'coalesce', of: [a, b]},
  {kind: 'concat', of: [b, a]},
  {kind: 'text', function: 'trim', of: a},
  {kind: 'length', of: a},
  {kind: 'substring', of: a, start: 1, length: 2},
  {kind: 'replaceText', of: a, find: '.', by: ','},
  {kind: 'extract', of: a, before: '', take: 'x', after: 'y'},
  {kind: 'instantOf', of: a, zone: 'Europe/Berlin', twice: 'later'},
  {kind: 'mapText', of: a, entries: [['x', null]], otherwise: b},
  {kind: 'parse', of: a, as: {type: 'date', formats: ['yyyyMMdd']}},
  {kind: 'datePart', part: 'year', of: a},
  {kind: 'dateOf', of: a},
  {kind: 'asText', of: a},
  {kind: 'isDuplicated', key: ['a'], unlessSame: ['b']},
  {kind: 'isRepeat', key: ['a'], columns: ['c']},
  {kind: 'isOutvoted', key: ['a'], of: 'c', minRows: 3, percent: 67},
  {kind: 'isFarOut', key: ['a'], of: 'c', method: 'mad', limit: 3, minRows: 9},
  {kind: 'previous', key: ['a'], by: 'b', of: 'c'},
  {kind: 'existsIn', key: [a, b], relation: codes, on: ['k', 'k']},
  {kind: 'lookup', key: [a], relation: codes, on: ['k'], take: 'k'},
  {kind: 'isSameIn', key: ['c'], relation: codes, columns: ['b']},
]

describe('columnsOf', () => {
  it('lists what every node looks at once, in order of first use', () => {
    expect(everyNode.map((expr) => columnsOf(expr).join(''))).toEqual([
      'a',
      '',
      'a',
      'b',
      'ab',
      'ca',
      'ab',
      'a',
      'a',
      'ab',
      'abc',
      'ab',
      'ba',
      'a',
      'a',
      'a',
      'a',
      'a',
      'a',
      'ab',
      'a',
      'a',
      'a',
      'a',
      'ab',
      'ac',
      'ac',
      'ac',
      'abc',
      'ab',
      'a',
      'cb',
    ])
    expect(columnsOf(and(compare(b, '=', a), isNull(b)))).toEqual(['b', 'a'])
  })
})

describe('rewrite', () => {
  it('leaves one node where there was one, so that an engine computes it once', () => {
    const shared = not(column('a'))

    const [first, second] = rewriteAll([isNull(shared), and(shared, shared)], (node) => (node.kind === 'column' ? column('b') : node))

    expect(first).toEqual(isNull(not(column('b'))))
    const [left, right] = second?.kind === 'and' ? second.of : []
    expect(left).toBe(first?.kind === 'isNull' ? first.of : undefined)
    expect(right).toBe(left)
  })

  it('gives an equal expression when nothing is replaced', () => {
    for (const expr of everyNode) expect(rewrite(expr, (node) => node)).toEqual(expr)
  })

  it('reaches every column below a node, leaves first', () => {
    const renamed = (expr: Expr): Expr => rewrite(expr, (node) => (node.kind === 'column' ? column(`${node.name}2`) : node))

    for (const expr of everyNode.filter((node) => childrenOf(node).length > 0)) {
      expect(columnsOf(renamed(expr))).toEqual(columnsOf(expr).map((name) => `${name}2`))
    }
    expect(rewrite(not(not(a)), (node) => (node.kind === 'not' ? isNull(node.of) : node))).toEqual(isNull(isNull(a)))
  })
})

describe('hasSetExpression', () => {
  it('finds one at any depth', () => {
    expect(hasSetExpression(and(a, or(b, c)))).toBe(false)
    expect(hasSetExpression(and(a, not({kind: 'isDuplicated', key: ['a']})))).toBe(true)
    expect(everyNode.filter(hasSetExpression)).toHaveLength(8)
  })
})

describe('print', () => {
  it('writes every node in words close to SQL', () => {
    expect(everyNode.map(print)).toEqual([
      'a',
      '"x"',
      'a is null',
      'b is not null',
      'a and b',
      'c or a',
      'a < b',
      'a in ("x")',
      'matches(a, "^x")',
      'a + b',
      'case when a then b else c end',
      'coalesce(a, b)',
      'concat(b, a)',
      'trim(a)',
      'length(a)',
      'substring(a, 1, 2)',
      'replaceText(a, ".", ",")',
      'extract(a, "", "x", "y")',
      'instantOf(a, "Europe/Berlin", later)',
      'mapText(a, "x" → null, otherwise b)',
      'parse(a, date, "yyyyMMdd")',
      'year(a)',
      'dateOf(a)',
      'asText(a)',
      'isDuplicated(a, unless same b)',
      'isRepeat(a, with equal c)',
      'isOutvoted(c, by 67 % of at least 3 rows with equal a)',
      'isFarOut(c, by 3 mad among at least 9 rows with equal a)',
      'previous(c, by b with equal a)',
      'existsIn(a, b, in [values 1 row: k string] on k k)',
      'lookup(a, k of [values 1 row: k string] on k)',
      'isSameIn(c, equal b in [values 1 row: k string])',
    ])
  })

  it('brackets compound parts and marks odd names and typed literals', () => {
    expect(print(and(or(a, b), not(compare(column('odd name'), '>=', literal('2024-01-01', 'date')))))).toBe(
      '(a or b) and (not (`odd name` >= date "2024-01-01"))',
    )
    expect([print(and()), print(or()), print(bool(true)), print(literal(null, 'int64')), print(literal(5n, 'int64'))]).toEqual([
      'true',
      'false',
      'true',
      'null',
      '5',
    ])
  })
})

describe('printPlan', () => {
  const scan: Plan = {
    kind: 'scan',
    columns: [{name: 'a', type: 'string'}],
    files: [{path: '/lake/received-name.csv', format: {kind: 'csv', delimiter: ',', header: ['a']}, binding: {a: 'a'}, constants: {}}],
    rowNumber: 'row',
  }
  const typed: Plan = {kind: 'derive', input: scan, columns: [{name: 'n', expr: {kind: 'length', of: a}}]}
  const plan: Plan = {
    kind: 'select',
    input: {
      kind: 'verdict',
      of: {
        input: {kind: 'filter', input: {kind: 'union', inputs: [typed, typed]}, where: isNull(a)},
        judgements: [{id: 'a.required', when: isNull(a), effect: 'quarantine'}],
      },
      is: 'quarantined',
      reasons: 'why',
    },
    columns: [
      {name: 'why', expr: column('why')},
      {name: 'copy', expr: a},
    ],
  }

  it('writes one line a node, inputs indented, without file names or rows', () => {
    expect(printPlan(plan).split('\n')).toEqual([
      'select why, copy = a',
      '  quarantined rows, reasons in why',
      '    quarantine a.required: a is null',
      '    filter a is null',
      '      union of 2 inputs',
      '        derive n = length(a)',
      '          scan 1 csv file: a string, row counts rows',
      '        derive n = length(a)',
      '          scan 1 csv file: a string, row counts rows',
    ])
    expect(printPlan({kind: 'filter', input: codes, where: bool(true)})).not.toContain('secret')
  })

  it('yields the columns that typing finds', () => {
    expect(columnsOfPlan(plan)).toEqual(['why', 'copy'])
    expect(columnsOfPlan(typed)).toEqual(planColumns(typed).map(({name}) => name))
    expect(columnsOfPlan({kind: 'union', inputs: [typed]})).toEqual(['a', 'row', 'n'])
  })
})
