import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {decodeBitmapArray} from '../../../src/core/delta/roaring.ts'
import {decodeZ85} from '../../../src/core/delta/z85.ts'
import {roaringBytes, z85} from '../../support/roaring-bytes.ts'

const rowsOf = (bytes: Uint8Array) =>
  decodeBitmapArray(bytes).flatMap(({from, to}) => Array.from({length: to - from}, (_, index) => from + index))

/** Row numbers over several containers and beyond 32 bits, in stretches and alone. */
const rows = fc
  .array(
    fc.record({base: fc.constantFrom(0, 2 ** 16, 9 * 2 ** 16, 2 ** 32, 3 * 2 ** 32 + 2 ** 16), from: fc.nat(65_000), length: fc.nat(5000)}),
  )
  .map((stretches) => {
    const numbers = stretches.flatMap(({base, from, length}) =>
      Array.from({length: Math.min(length, 65_536 - from)}, (_, index) => base + from + index),
    )
    return [...new Set(numbers)].sort((a, b) => a - b)
  })

describe('decodeBitmapArray', () => {
  it.each([['plain'], ['run']] as const)('gives back the row numbers of %s containers', (form) => {
    fc.assert(
      fc.property(rows, (numbers) => {
        expect(rowsOf(roaringBytes(numbers, form))).toEqual(numbers)
      }),
      {numRuns: 40},
    )
  })

  it('gives few ranges for a long stretch', () => {
    const stretch = Array.from({length: 150_000}, (_, index) => index + 10)

    expect(decodeBitmapArray(roaringBytes(stretch, 'plain'))).toEqual([{from: 10, to: 150_010}])
  })

  it('refuses bytes that are cut off anywhere, left over or of another format', () => {
    const whole = roaringBytes([1, 2, 5, 70_000, 2 ** 32], 'run')

    for (let length = 0; length < whole.byteLength; length++) {
      expect(() => decodeBitmapArray(whole.subarray(0, length)), `${length} bytes`).toThrow(RangeError)
    }
    expect(() => decodeBitmapArray(Buffer.concat([whole, Buffer.alloc(4, 1)]))).toThrow(RangeError)
    expect(() => decodeBitmapArray(Buffer.concat([Buffer.alloc(4), whole.subarray(4)]))).toThrow(RangeError)
  })

  it('reads what ends in zeros as Trino writes it', () => {
    const whole = roaringBytes([1, 2, 70_000], 'plain')

    expect(decodeBitmapArray(Buffer.concat([whole, Buffer.alloc(4)]))).toEqual(decodeBitmapArray(whole))
  })

  it('refuses row numbers out of order', () => {
    const bytes = Buffer.from(roaringBytes([1, 2], 'plain'))
    bytes.writeUInt16LE(2, bytes.byteLength - 4)

    expect(() => decodeBitmapArray(bytes)).toThrow(RangeError)
  })
})

describe('decodeZ85', () => {
  it('undoes the encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 40}), (bytes) => {
        expect(decodeZ85(z85(bytes)).subarray(0, bytes.byteLength)).toEqual(bytes)
      }),
    )
  })

  it.each([['abcd'], ['abcd '], ['#####']])('refuses %j', (text) => {
    expect(() => decodeZ85(text)).toThrow(RangeError)
  })
})
