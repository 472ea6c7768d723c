import {describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {judgeChecks} from '../../../src/core/contract/judge-checks.ts'
import type {Engine} from '../../../src/core/engine/engine.ts'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {measureChecks, onEngine} from '../../../src/core/pipeline/measure-checks.ts'
import {labContract} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'

const contract = labContract(`
- {name: a, logicalType: string, required: true}
- {name: b, logicalType: string, logicalTypeOptions: {maxLength: 1}}
- {name: c, logicalType: string, logicalTypeOptions: {maxLength: 1}}`)
const compiled = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined, input: 'typed'})
const rows = {
  kind: 'values' as const,
  columns: compiled.columns,
  rows: [
    ['x', 'long', null],
    [null, 'y', null],
  ],
}

/** The reference engine, which fails as a whole when it is asked for a check, and counts how many tasks it works on at once. */
function failingAt(id: string, code: 'ENGINE_FAILED' | 'RUN_INTERNAL' = 'ENGINE_FAILED'): {engine: Engine; mostAtOnce: () => number} {
  const engine = referenceEngine()
  let [atOnce, most] = [0, 0]
  const measure: Engine['measure'] = async (plans, options) => {
    most = Math.max(most, ++atOnce)
    try {
      await Promise.resolve()
      if (plans.some((plan) => plan.id === id)) throw new HippoError(code, {message: 'the engine stumbled'})
      return await engine.measure(plans, options)
    } finally {
      atOnce--
    }
  }
  return {engine: {...engine, measure}, mostAtOnce: () => most}
}

const {signal} = new AbortController()

describe('checks measured on an engine that fails at one of them', () => {
  it('are judged all the same, and that one is errored with its reason', async () => {
    const {engine, mostAtOnce} = failingAt('a.required')

    const checks = judgeChecks(compiled, await measureChecks(compiled, rows, onEngine(engine, signal)))

    expect(checks).toMatchObject([
      {id: 'a.required', outcome: 'errored', reason: 'the engine stumbled', violated: 0, denominator: 0},
      {id: 'b.length', outcome: 'failed', violated: 1, denominator: 2},
      {id: 'c.length', outcome: 'notApplicable', reason: 'none of the 2 rows is one that it judges'},
    ])
    expect(mostAtOnce()).toBe(1)
  })

  it('are not judged at all when what failed was not about one of them', async () => {
    const {engine} = failingAt('a.required', 'RUN_INTERNAL')

    await expect(measureChecks(compiled, rows, onEngine(engine, signal))).rejects.toMatchObject({code: 'RUN_INTERNAL'})
  })
})
