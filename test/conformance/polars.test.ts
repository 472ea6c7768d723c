import {describe, expect, it} from 'vitest'
import {openEngine} from '../../src/core/engine/index.ts'
import {openPolarsEngine} from '../../src/core/engine/polars/polars-engine.ts'
import {column, isIn, not} from '../../src/core/expr/expr.ts'
import type {Plan} from '../../src/core/expr/plan.ts'
import {referenceEngine} from '../support/reference-engine.ts'
import {engineSuite, setSuite} from './engine.suite.ts'

engineSuite('polars', () => openEngine('polars'))
setSuite('polars, taking every input for a large one', () => openPolarsEngine({largeInputBytes: 0}))

describe('engine polars, where it takes a way of its own', {timeout: 60_000}, () => {
  it('joins long lists of texts without changing what isIn means', async () => {
    const known = Array.from({length: 100}, (_, index) => `code ${index}`)
    const input: Plan = {kind: 'values', columns: [{name: 'x', type: 'string'}], rows: [['code 7'], ['other'], [null], ['code 99'], ['']]}
    const plan: Plan = {
      kind: 'select',
      input,
      columns: [
        {name: 'in', expr: isIn(column('x'), [...known, 'code 7'])},
        {name: 'out', expr: not(isIn(column('x'), known))},
      ],
    }
    const engine = await openEngine('polars')

    const rows = await engine.rows(plan, 10)

    expect(rows).toEqual(await referenceEngine().rows(plan, 10))
    expect(rows.map((row) => row.in)).toEqual([true, false, null, true, false])
    await engine.close()
  })
})
