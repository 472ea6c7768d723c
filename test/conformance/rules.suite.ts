// Every example of every rule kind, on any engine: the rows a rule calls bad are exactly those its examples list.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Engine} from '../../src/core/engine/engine.ts'
import {column as columnRef, type ScalarType} from '../../src/core/expr/expr.ts'
import type {Plan} from '../../src/core/expr/plan.ts'
import {onEngine} from '../../src/core/pipeline/measure-checks.ts'
import {exampleNow, relationOf, valuesPlan} from '../../src/core/pipeline/rule-test/example-data.ts'
import type {DatasetExample, RowRule, RuleExample, RuleScope} from '../../src/core/rules/define-rule.ts'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {expectDatasetExample} from '../support/dataset-example.ts'

type Columns = Readonly<Record<string, ScalarType>>

const at = {file: 'example', line: 1, column: 1}
const anyRows = 1000

export function rulesSuite(name: string, open: () => Promise<Engine>): void {
  describe(`rules on ${name}`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine.close())

    for (const kind of ruleKinds.values()) {
      // PostgreSQL alone is asked queries: see warehouse-measure.test.ts.
      if (kind.name === 'sql') continue
      for (const [index, example] of kind.examples.entries()) {
        it(`${kind.name} judges example ${index + 1} as it says`, async () => {
          if (kind.scope === 'row') await expectRowExample(engine, kind, example as RuleExample)
          else await expectDatasetExample(onEngine(engine, new AbortController().signal), kind, example as DatasetExample)
        })
      }
    }
  })
}

async function expectRowExample(engine: Engine, kind: RowRule<unknown>, example: RuleExample): Promise<void> {
  const type = example.type ?? 'string'
  const rows = example.rows.map((row) => (typeof row === 'object' && row !== null ? row : {value: row}))
  const hasText = rows.some((row) => 'value.text' in row)
  const columns: Columns = {...example.columns, value: type, ...(hasText ? {'value.text': 'string'} : {})}
  const datasets = Object.fromEntries(Object.entries(example.datasets ?? {}).map(([name, data]) => [name, relationOf(data)]))
  const scope: RuleScope = {
    columns,
    now: exampleNow,
    relation: (dataset) => datasets[dataset],
    ...(example.repeats === undefined ? {} : {repeats: example.repeats}),
    ...(example.existing === undefined ? {} : {existing: relationOf(example.existing)}),
  }
  const value = columnRef('value')
  const text = hasText ? columnRef('value.text') : value
  const field = {name: 'value', type, value, text, failed: () => ('value.failed' in columns ? columnRef('value.failed') : undefined)}

  const params = kind.parse(example.params, at)
  const bad = kind.violates(params, field, scope)
  const about = kind.appliesTo?.(params, field, scope) ?? {kind: 'not', of: {kind: 'isNull', of: value}}
  const plan: Plan = {
    kind: 'derive',
    input: valuesPlan(columns, rows),
    columns: [
      {name: 'bad', expr: bad},
      {name: 'about', expr: about},
    ],
  }
  const judged = await engine.rows(plan, anyRows)

  expect(kind.complaint?.(params, type, columns)).toBeUndefined()
  expect(judged.flatMap((row, index) => (row.bad === true ? [index] : []))).toEqual(example.bad)
  expect(judged.filter((row) => row.bad === true && row.about !== true)).toEqual([])
}
