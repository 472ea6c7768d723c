// Generated rows judged by a generated contract on any engine, without files or a lake.
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import type {Engine} from '../../../src/core/engine/engine.ts'
import type {Plan} from '../../../src/core/expr/plan.ts'
import {judgedPlan, runJudged} from '../run-contract.ts'
import type {GeneratedContract} from './generate-contract.ts'

const now = '2026-01-01T00:00:00Z'

/** As `runJudged` tells it; rejected rows have `row`, 1-based. */
export function judgeInMemory(engine: Engine, generated: GeneratedContract, rows: readonly (readonly string[])[]) {
  const contract = readContract('generated.odcs.yaml', generated.text)
  const compiled = compileContract(contract, {now, relation: () => undefined})
  const places = compiled.rawColumns.map(({name}) => {
    const fed = compiled.sources.find(({alias}) => alias === name)?.feeds[0]
    return generated.columns.findIndex((column) => column.name === fed)
  })
  const values: Plan = {
    kind: 'values',
    columns: [...compiled.rawColumns, {name: 'row', type: 'int64'}],
    rows: rows.map((row, index) => [...places.map((place) => row[place] || null), BigInt(index + 1)]),
  }
  return runJudged(engine, compiled, judgedPlan(compiled, values))
}
