// The example of a dataset rule, held to what it says.
import {expect} from 'vitest'
import type {Measure} from '../../src/core/pipeline/measure-checks.ts'
import {judgeDatasetExample} from '../../src/core/pipeline/rule-test/judge-dataset-example.ts'
import type {DatasetExample, DatasetRule} from '../../src/core/rules/define-rule.ts'

export async function expectDatasetExample(measure: Measure, kind: DatasetRule<unknown>, example: DatasetExample): Promise<void> {
  const params = kind.parse(example.params, {file: 'example', line: 1, column: 1})
  const type = (kind.standsUnder === 'column' ? example.columns.value : undefined) ?? 'string'

  const judged = await judgeDatasetExample(measure, kind, example)

  expect(kind.complaint?.(params, {type, columns: example.columns, isProtected: false})).toBeUndefined()
  if ('notChecked' in judged) throw new Error(judged.notChecked)
  expect(judged.violated).toBe(example.violated)
  if (example.facts !== undefined) expect(judged.facts).toEqual(example.facts)
}
