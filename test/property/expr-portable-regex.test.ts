import {RE2JS} from 're2js'
import {describe, expect, it} from 'vitest'
import {checkPortableRegex, toJs, toRust} from '../../src/core/expr/portable-regex.ts'
import {seeded} from '../conformance/engine/random-expressions.ts'
import {randomPattern, randomText} from '../support/random-pattern.ts'

const patterns = process.env.HIPPO_TEST_LONG ? 20_000 : 1_500
const seed = Number(process.env.HIPPO_TEST_SEED ?? 1)
describe('a random portable pattern', () => {
  it(`means the same written for RE2 and for JavaScript, over ${patterns} patterns`, {timeout: 600_000}, () => {
    const random = seeded(seed)
    let found = 0
    for (let count = 0; count < patterns; count++) {
      const pattern = randomPattern(random, 2)
      expect(checkPortableRegex(pattern), pattern).toEqual({ok: true})
      const [linear, javascript] = [RE2JS.compile(toRust(pattern)), new RegExp(toJs(pattern), 'u')]
      for (let each = 0; each < 8; each++) {
        const text = randomText(random)
        const isFound = linear.matcher(text).find()
        if (isFound) found++
        if (javascript.test(text) !== isFound)
          expect({seed, pattern, text, javascript: !isFound}).toEqual({seed, pattern, text, javascript: isFound})
      }
    }
    expect(found).toBeGreaterThan(patterns)
  })
})
