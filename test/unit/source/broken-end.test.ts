import {describe, expect, it} from 'vitest'
import {prepareBytes} from '../../support/prepared.ts'

const header = Buffer.from('id,day,text\n')
const rows = (count: number) => Buffer.from(Array.from({length: count}, (_, n) => `${n},2020-01-0${n + 1},"Zoë, ${n}"\n`).join(''))
const latin = (text: string) => Buffer.from(text, 'latin1')
const file = (...parts: readonly (Buffer | string)[]) => Buffer.concat([header, ...parts.map((part) => Buffer.from(part))])
const brokenEnd = async (bytes: Uint8Array) => {
  const {outcome} = await prepareBytes(bytes)
  if (outcome.kind !== 'prepared') throw new Error(outcome.message)
  return outcome.brokenEnd
}

describe('the end of a file', () => {
  it.each([
    ['cut in the middle of a record', file(rows(4), '4,2020'), {line: 6, reason: 'csv.tornLine'}],
    ['cut in the middle of a quoted field', file(rows(4), '4,2020-01-05,"Zoë, '), {line: 6, reason: 'csv.tornLine'}],
    ['cut in a quoted field of several lines', file(rows(4), '4,2020-01-05,"one\ntwo, three\n'), {line: 6, reason: 'csv.unclosedQuote'}],
    ['cut in the middle of a letter', file(rows(4), '4,2020-01-05,Zo', latin('\xc3')), {line: 6, reason: 'encoding.invalid'}],
    ['followed by bytes that are no text', file(rows(4), latin('\xff\xfe\x00\x81\x03,\x9d')), {line: 6, reason: 'encoding.nul'}],
    ['followed by bytes in lines', file(rows(4), latin('\xff\x81\x03\n\x9d\xf5\nabc\n')), {line: 6, reason: 'encoding.invalid'}],
    ['followed by NULs', file(rows(4), Buffer.alloc(64)), {line: 6, reason: 'encoding.nul'}],
  ])('is broken when it is %s', async (_, bytes, place) => {
    expect(await brokenEnd(bytes)).toEqual(place)
  })

  it.each([
    ['sound', file(rows(4))],
    ['sound without a line end', file(rows(3), '3,2020-01-04,last')],
    ['sound behind a torn looking record', file(rows(2), '2,2020\n', rows(1))],
    ['sound behind an unclosed quote', file(rows(2), '2,2020-01-03,"open\n', rows(1))],
    ['sound behind bytes that are no text', file(rows(2), latin('\xff\x81\x03\n'), rows(1))],
    ['a whole record of another encoding', file(rows(3), latin('3,2020-01-04,M\xfcde\n'))],
    ['a whole record with a NUL', file(rows(3), '3,2020-01-04,a\0b\n')],
    ['a whole line that is no record', file(rows(3), '3 rows\n')],
  ])('is not broken when it is %s', async (_, bytes) => {
    expect(await brokenEnd(bytes)).toBeUndefined()
  })

  it.each([
    ['breaks off', 'id,da', {line: 1, reason: 'csv.tornLine'}],
    ['breaks off behind blank lines', '\n\r\nid,da', {line: 3, reason: 'csv.tornLine'}],
    ['breaks off in UTF-16', Buffer.from('\ufeffid,da', 'utf16le'), {line: 1, reason: 'csv.tornLine'}],
    ['has a line end and no record behind it', 'id,day,text\n', undefined],
    ['has a carriage return and no record behind it', 'id,day,text\r', undefined],
  ])('of a header that %s is judged by its line end', async (_, bytes, place) => {
    expect(await brokenEnd(Buffer.from(bytes))).toEqual(place)
  })
})
