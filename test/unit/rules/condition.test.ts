import {describe, expect, it} from 'vitest'
import type {ScalarType} from '../../../src/core/expr/expr.ts'
import {print} from '../../../src/core/expr/walk.ts'
import {conditionComplaint, conditionExpr, parseCondition} from '../../../src/core/rules/condition.ts'

const at = {file: 'lab.odcs.yaml', line: 7, column: 3}
const columns: Readonly<Record<string, ScalarType>> = {
  n: 'int64',
  x: 'float64',
  m: {kind: 'decimal', precision: 6, scale: 2},
  t: 'string',
  d: 'date',
  s: 'timestamp',
  b: 'boolean',
  'odd name': 'int64',
}
const printed = (source: string): string =>
  print(conditionExpr(parseCondition(source, at, 'when'), {columns, now: '2026-01-02T03:04:05.600Z'}))

describe('conditions', () => {
  it.each([
    ['n = 1 or n = 2 and not b', '(n = 1) or ((n = 2) and (not b))'],
    ['(n = 1 OR n = 2) And b', '((n = 1) or (n = 2)) and b'],
    ['n + 1 * 2 - 3 > -n', '((n + (1 * 2)) - 3) > (0 - n)'],
    ["t <> 'it''s'", 't != "it\'s"'],
    ['"odd name" is not null', '`odd name` is not null'],
    ['n not in (1, 2)', 'not (n in (1, 2))'],
    ['x between 1 and 2.5 and b', '((x >= 1) and (x <= 2.5)) and b'],
    ['n < 1.5', 'n < 1.5'],
    ['1.50 <= m', 'decimal(3,2) "1.50" <= m'],
    ["d = '2026-01-01'", 'd = date "2026-01-01"'],
    ["s > '2026-01-01T10:00:00+01:00'", 's > timestamp "2026-01-01T09:00:00Z"'],
    ['s <= now() and d <= today()', '(s <= timestamp "2026-01-02T03:04:05.6Z") and (d <= date "2026-01-02")'],
    ["t matches '^A[0-9]'", 'matches(t, "^A[0-9]")'],
    ['length(trim(t)) >= 2', 'length(trim(t)) >= 2'],
    ["coalesce(t, '') != ''", 'coalesce(t, "") != ""'],
    ['year(d) = 2026', 'year(d) = 2026'],
  ])('reads %s', (source, expected) => {
    expect(printed(source)).toBe(expected)
  })

  it.each([
    ['', 'character 1: a value is missing'],
    ['n =', 'character 4: a value is missing'],
    ['n = 1 n', 'character 7: something is left over'],
    ['n == 1', 'character 4: a value is missing where = stands'],
    ['(n = 1', 'character 7: a closing bracket is missing'],
    ['n = 1; drop table x', 'character 6: ";" does not belong in a condition'],
    ["t = 'open", 'character 5: "\'" does not belong in a condition'],
    ['n is 1', 'character 6: null is missing behind is'],
    ['n not = 1', 'character 7: in, between or matches is missing behind not'],
    ['select', 'character 1: there is no column select'],
    ['z = 1', 'character 1: there is no column z'],
    ['n = t', 'character 3: integer and text do not compare'],
    ["n = '1'", 'character 5: this is no value of type integer'],
    ['t = 1', 'character 5: this is no value of type text'],
    ["d = '2026-02-30'", 'character 5: this is no value of type date'],
    ['n + t = 1', 'character 5: text cannot be reckoned with'],
    ['m * 2 = 1', 'character 1: decimal(6,2) cannot be reckoned with'],
    ['n', 'character 1: a condition is missing: this is integer'],
    ['b and n', 'character 7: a condition is missing: this is integer'],
    ["t matches '(?=x)'", 'character 3: pattern:'],
    ['sleep(1) = 1', 'character 1: there is no function sleep'],
    ['hour(d) = 1', 'character 6: this must be timestamp, and is date'],
    ['days(d) = 1', 'character 1: days takes 2 values'],
    [`${'('.repeat(100)}b${')'.repeat(100)}`, 'more than 60 brackets or nots inside each other'],
    [`${'not '.repeat(500)}b`, 'more than 60 brackets or nots inside each other'],
    ['b '.repeat(3000), 'a condition has at most 4000 characters'],
  ])('refuses %s at its place', (source, message) => {
    const said = (() => {
      try {
        return conditionComplaint(parseCondition(source, at, 'when'), columns)
      } catch (error) {
        expect(error).toMatchObject({code: 'CONTRACT_RULE_INVALID', at})
        return (error as Error).message
      }
    })()

    expect(said).toContain(message)
  })
})
