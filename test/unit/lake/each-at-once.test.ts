import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {eachAtOnce} from '../../../src/core/lake/each-at-once.ts'

describe('eachAtOnce', () => {
  it('does the work for each item once, at most so many at a time', async () => {
    const done: number[] = []
    let running = 0
    let most = 0

    await eachAtOnce([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1
      most = Math.max(most, running)
      await sleep(item)
      running -= 1
      done.push(item)
    })

    expect(most).toBe(2)
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5])
  })

  it('begins nothing more after a failure, and throws it once nothing is under way', async () => {
    const begun: number[] = []
    let isUnderWay = false

    const work = eachAtOnce([1, 2, 3, 4], 2, async (item) => {
      begun.push(item)
      if (item === 1) throw new Error('the first')
      isUnderWay = true
      await sleep(5)
      isUnderWay = false
      throw new Error('a later one')
    })

    await expect(work).rejects.toThrow('the first')
    expect(isUnderWay).toBe(false)
    expect(begun).toEqual([1, 2])
  })
})
