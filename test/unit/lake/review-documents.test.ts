import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {readCorrections, readPlaces, storeCorrections, storePlaces} from '../../../src/core/lake/review-documents.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'

const files = ['a', 'b'].map((letter) => letter.repeat(64))

describe('the documents of a decision', () => {
  it('give back every row once, in few characters for rows that follow each other', async () => {
    const place = fc.record({file: fc.constantFrom(...files), row: fc.integer({min: 1, max: 40})})
    await fc.assert(
      fc.asyncProperty(fc.array(place, {maxLength: 60}), async (places) => {
        const store = memoryStore()

        const read = await readPlaces(store, await storePlaces(store, places))

        const names = (of: readonly {file: string; row: number}[]) => of.map(({file, row}) => `${file} ${row}`).sort()
        expect(names(read)).toEqual([...new Set(names(places))])
      }),
    )
    const whole = Array.from({length: 100_000}, (_, index) => ({file: 'a'.repeat(64), row: index + 1}))
    expect((await storePlaces(memoryStore(), whole)).sizeBytes).toBeLessThan(120)
  })

  it('are the same object for the same rows in another order, and refused when they were changed', async () => {
    const store = memoryStore()
    const [one, two] = [
      {file: 'a'.repeat(64), row: 1},
      {file: 'b'.repeat(64), row: 7},
    ]
    const stored = await storePlaces(store, [one, two])

    expect(await storePlaces(store, [two, one])).toEqual(stored)
    await store.put(stored.key, Buffer.from('{"files":{}}\n'), {})
    await expect(readPlaces(store, stored)).rejects.toMatchObject({code: 'STORE_CORRUPT'})
  })

  it('keep an emptied value apart from one that was not touched', async () => {
    const store = memoryStore()
    const corrections = [{file: 'a'.repeat(64), row: 2, values: {born: null, name: 'x'}}]

    expect(await readCorrections(store, await storeCorrections(store, corrections))).toEqual(corrections)
  })
})
