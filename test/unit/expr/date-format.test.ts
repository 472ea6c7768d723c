import {describe, expect, it} from 'vitest'
import {checkDateFormat, readDateFormat} from '../../../src/core/expr/date-format.ts'

describe('checkDateFormat', () => {
  it('reads fields, literals, fractions and offsets in order', () => {
    expect(readDateFormat("yyyy-M-dd'T'HH:mm:ss.SSSX", 'timestamp')).toEqual([
      {kind: 'field', field: 'year', minDigits: 4, maxDigits: 4},
      {kind: 'literal', text: '-'},
      {kind: 'field', field: 'month', minDigits: 1, maxDigits: 2},
      {kind: 'literal', text: '-'},
      {kind: 'field', field: 'day', minDigits: 2, maxDigits: 2},
      {kind: 'literal', text: 'T'},
      {kind: 'field', field: 'hour', minDigits: 2, maxDigits: 2},
      {kind: 'literal', text: ':'},
      {kind: 'field', field: 'minute', minDigits: 2, maxDigits: 2},
      {kind: 'literal', text: ':'},
      {kind: 'field', field: 'second', minDigits: 2, maxDigits: 2},
      {kind: 'literal', text: '.'},
      {kind: 'fraction', digits: 3},
      {kind: 'offset', style: 'basic'},
    ])
  })

  it('joins literals, with doubled quotes as one', () => {
    expect(readDateFormat("'am' d.M.uuuu 'o''clock'''", 'date')).toEqual([
      {kind: 'literal', text: 'am '},
      {kind: 'field', field: 'day', minDigits: 1, maxDigits: 2},
      {kind: 'literal', text: '.'},
      {kind: 'field', field: 'month', minDigits: 1, maxDigits: 2},
      {kind: 'literal', text: '.'},
      {kind: 'field', field: 'year', minDigits: 4, maxDigits: 4},
      {kind: 'literal', text: " o'clock'"},
    ])
  })

  it.each([
    ['dd/MM/yy', 'date', 'four digits'],
    ['dd MMM yyyy', 'date', 'MMM is not supported'],
    ['yyyy-MM-dd hh:mm a', 'timestamp', 'hh is not supported'],
    ['yyyy-DDD', 'date', 'DDD is not supported'],
    ['yyyy-MM-dd[ HH:mm]', 'timestamp', 'optional parts'],
    ["yyyy-MM-dd'T", 'date', 'not closed'],
    ['yyyy-MM', 'date', 'the day is missing'],
    ['', 'date', 'the year is missing'],
    ['yyyy-MM-dd yyyy', 'date', 'occurs twice'],
    ['yyyy-MM-dd mm', 'timestamp', 'minute needs the hour'],
    ['yyyy-MM-dd HH:ss', 'timestamp', 'second needs the minute'],
    ['yyyy-MM-dd HH:mm.SSS', 'timestamp', 'fraction needs the second'],
    ['yyyy-MM-ddXXX', 'date', 'no offset'],
    ['yyyyMdd', 'date', 'digits follow'],
    ["d'1'MM yyyy", 'date', 'digits follow'],
    ['yyyy-MM-dd HH:mm:ss.SSSSSSSSSS', 'timestamp', 'nine S'],
    ['yyyy-MM-dd HH:mm:ss VV', 'timestamp', 'VV is not supported'],
    ['yyyy-MM-dd HH:mm:ss XXXX', 'timestamp', 'XXXX is not supported'],
  ] as const)('refuses %s for a %s and says why', (pattern, target, reason) => {
    expect(checkDateFormat(pattern, target)).toEqual({ok: false, error: expect.stringContaining(reason)})
  })

  it('throws a contract error with the pattern', () => {
    expect(() => readDateFormat('dd/MM/yy', 'date')).toThrow(/date format "dd\/MM\/yy"/)
  })
})
