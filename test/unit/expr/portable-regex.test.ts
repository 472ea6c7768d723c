import {RE2JS} from 're2js'
import {describe, expect, it} from 'vitest'
import {checkPortableRegex, toJs, toPostgres, toRust} from '../../../src/core/expr/portable-regex.ts'

const matches = (pattern: string, text: string): boolean => {
  const linear = RE2JS.compile(toRust(pattern)).matcher(text).find()
  expect(new RegExp(toJs(pattern), 'u').test(text)).toBe(linear)
  return linear
}

describe('checkPortableRegex', () => {
  it.each([
    ['(?=a)', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['(?<name>a)', 'names'],
    ['(?P<name>a)', 'names'],
    ['(?i)a', 'flags'],
    ['(a)\\1', 'back-references'],
    ['\\bword', 'word boundaries'],
    ['\\B', 'word boundaries'],
    ['\\p{L}', 'Unicode classes'],
    ['[[:alpha:]]', 'bracket in a class'],
    ['[]a]', 'empty class'],
    ['[^]', 'empty class'],
    ['[a', '`[` without `]`'],
    ['(a', '`(` without `)`'],
    ['a)', '`)` without `(`'],
    ['*a', 'nothing to repeat'],
    ['a**', 'repeat of a repeat'],
    ['a{2}{3}', 'repeat of a repeat'],
    ['a++', 'possessive'],
    ['a{x}', 'no repeat'],
    ['a{,3}', 'no repeat'],
    ['a{3,2}', 'wrong way round'],
    ['a{1001}', 'more than 1000'],
    ['(?:a{100}){100}', 'more than 4000'],
    ['^*', 'anchor cannot repeat'],
    ['[z-a]', 'not a range'],
    ['[a-\\d]', 'not a range'],
    ['[a--b]', 'not a range'],
    ['a\\', 'ends too early'],
    ['\\Z', 'not portable'],
    ['\\e', 'not portable'],
    ['\\x{110000}', 'no such character'],
    ['\\u00', 'hexadecimal'],
    ['\\x{0}', 'no such character'],
    ['\ud800', 'well-formed'],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, 'nested'],
  ])('refuses %s and says why', (pattern, reason) => {
    const check = checkPortableRegex(pattern)

    expect(check).toMatchObject({ok: false, error: expect.stringContaining(reason)})
  })

  it('names the place of what it refuses', () => {
    expect(checkPortableRegex('abc(?=d)')).toEqual({ok: false, error: expect.stringContaining('(at character 4)')})
  })

  it.each([
    '',
    'a',
    '^[A-Z]{2}\\d{3,5}$',
    '(?:a|b|)*?',
    '\\.\\-\\/',
    '[^\\s,;]+',
    '[a\\]\\[\\\\-]',
    '\\x{1F600}',
    'a{0,1000}',
    '}',
    ']',
    '[-a]',
    '[a-]',
    '[\\w.-]+@',
  ])('takes %s', (pattern) => {
    expect(checkPortableRegex(pattern)).toEqual({ok: true})
  })
})

describe('a portable pattern', () => {
  it.each([
    ['\\d', '٣', false],
    ['\\d', '3', true],
    ['^\\w+$', 'é', false],
    ['\\s', '\u00a0', false],
    ['\\s', '\v', true],
    ['[\\D]', '٣', true],
    ['[^\\d]', '3', false],
    ['a.b', 'a\nb', false],
    ['a.b', 'a\rb', true],
    ['^a.b$', 'a😀b', true],
    ['^a$', 'a\n', false],
    ['b$', 'a\nb', true],
    ['^b', 'a\nb', false],
    ['\\Ab\\z', 'b', true],
    ['^[a-]$', '-', true],
    ['^[-a]$', '-', true],
    ['^[\\x41-\\u0043]$', 'B', true],
    ['^(?:a|bc){2}$', 'abc', true],
    ['^a{2,}$', 'a', false],
    ['^a{2,}$', 'aaa', true],
    ['^(|x)y$', 'y', true],
    ['^a{0}b$', 'b', true],
    ['(a|b)+?c', 'xabc', true],
    ['K', '\u212a', false],
    ['^.{3}$', 'é😀e', true],
    ['a&&b', 'a&&b', true],
    ['^[a&&b]+$', 'a&b', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  it('matches in linear time where backtracking would not end', () => {
    const pattern = RE2JS.compile(toRust('^(?:a+)+$'))

    expect(pattern.matcher(`${'a'.repeat(5000)}b`).find()).toBe(false)
  })

  it('is written for PostgreSQL with counts that it takes', () => {
    expect(toPostgres('^\\d{4}-é$')).toBe('\\A[0-9]{4,4}\\u002D\\u00E9\\Z')
    expect(toPostgres('^a{300}$')).toBe('\\A(?:a{255}){1}a{45}\\Z')
    expect(toPostgres('^a{300,}b{0,600}\\x{1F600}')).toBe('\\A(?:a{255}){1}a{45}a*(?:b{0,255}){2}b{0,90}\\U0001F600')
  })

  it('throws a contract error when it is not portable', () => {
    expect(() => toRust('(?=a)')).toThrow(expect.objectContaining({code: 'CONTRACT_RULE_INVALID'}))
  })
})
