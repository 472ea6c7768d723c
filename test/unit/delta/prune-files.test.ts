import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {boundsAny, type KeyBounds, mayHold} from '../../../src/core/delta/prune-files.ts'

const file = (stats?: unknown) => ({
  path: 'f',
  partitionValues: {},
  size: 1,
  modificationTime: 0,
  dataChange: true,
  ...(stats === undefined ? {} : {stats: typeof stats === 'string' ? stats : JSON.stringify(stats)}),
})
const of = (min: unknown, max: unknown) => file({minValues: {id: min}, maxValues: {id: max}})
const ids = (min: bigint | null, max: bigint | null): readonly KeyBounds[] => [{column: 'id', type: 'int64', min, max}]
const texts = (min: string, max: string): readonly KeyBounds[] => [{column: 'id', type: 'string', min, max}]

function extremes(values: readonly bigint[]): readonly [bigint, bigint] {
  const sorted = values.toSorted((a, b) => Number(a - b))
  return [sorted[0] ?? 0n, sorted.at(-1) ?? 0n]
}

describe('file pruning', () => {
  it('leaves out files that lie below or above every wanted key', () => {
    expect(mayHold(of(1, 5), ids(6n, 9n))).toBe(false)
    expect(mayHold(of(10, 15), ids(6n, 9n))).toBe(false)
    expect(mayHold(of('a', 'c'), texts('d', 'e'))).toBe(false)
  })

  it('keeps files that touch or enclose the wanted keys', () => {
    expect(mayHold(of(1, 6), ids(6n, 9n))).toBe(true)
    expect(mayHold(of(9, 10), ids(6n, 9n))).toBe(true)
    expect(mayHold(of(1, 100), ids(6n, 9n))).toBe(true)
  })

  it('keeps files that say nothing, or nothing that compares exactly', () => {
    const wanted = ids(6n, 9n)

    expect(mayHold(file(), wanted)).toBe(true)
    expect(mayHold(file('no json'), wanted)).toBe(true)
    expect(mayHold(file({minValues: {}, maxValues: {id: 20}}), wanted)).toBe(true)
    expect(mayHold(file('{"minValues":{"id":1},"maxValues":{"id":9007199254740993}}'), ids(2n ** 60n, 2n ** 61n))).toBe(true)
    expect(mayHold(of(1, 5), [{column: 'id', type: 'float64', min: 6, max: 9}])).toBe(true)
    expect(mayHold(of('1', '5'), wanted)).toBe(true)
    expect(boundsAny(file(), ['id'])).toBe(false)
    expect(boundsAny(of(1, 2), ['id'])).toBe(true)
  })

  it('takes no file when there is no key at all', () => {
    expect(mayHold(of(1, 5), ids(null, null))).toBe(false)
  })

  it('orders texts by their UTF-8 bytes, where UTF-16 would differ', () => {
    expect(mayHold(of('\u{10000}', '\u{10FFFF}'), texts('\uFFFD', '\uFFFD'))).toBe(false)
    expect(mayHold(of('\uE000', '\u{10000}'), texts('\uFFFD', '\uFFFD'))).toBe(true)
  })

  it('never leaves out a file that holds a wanted key', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({min: -50n, max: 50n}), {minLength: 1}),
        fc.array(fc.bigInt({min: -50n, max: 50n}), {minLength: 1}),
        (held, wanted) => {
          const [low, high] = extremes(held)
          const bounds = ids(...extremes(wanted))
          fc.pre(held.some((id) => wanted.includes(id)))

          expect(mayHold(of(Number(low), Number(high)), bounds)).toBe(true)
        },
      ),
    )
  })
})
