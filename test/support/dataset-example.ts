// The example of a dataset rule, asked of whoever measures: an engine or the warehouse.
import {expect} from 'vitest'
import {column, type ScalarType, type ScalarValue} from '../../src/core/expr/expr.ts'
import type {Plan} from '../../src/core/expr/plan.ts'
import type {Measure, Unasked} from '../../src/core/pipeline/measure-checks.ts'
import type {
  DatasetAnswer,
  DatasetExample,
  DatasetQuestion,
  DatasetRule,
  DatasetSubject,
  ExampleDataset,
  Relation,
} from '../../src/core/rules/define-rule.ts'

/** The start of the run in all examples: a Thursday. */
export const now = '2026-01-01T00:00:00.000Z'
const at = {file: 'example', line: 1, column: 1}

export async function expectDatasetExample(measure: Measure, kind: DatasetRule<unknown>, example: DatasetExample): Promise<void> {
  const params = kind.parse(example.params, at)
  const subject = subjectOf(kind, example)
  const {type = 'string'} = subject.field ?? {}

  const question = kind.ask(params, subject)
  const answer = await answerOf(measure, question, subject.rows)
  const facts = kind.facts(params, answer, subject)
  const verdict =
    question.kind === 'notApplicable'
      ? {notApplicable: question.reason}
      : kind.judge(params, facts, subject.past, subject.delivery?.at ?? now)

  expect(kind.complaint?.(params, {type, columns: example.columns, isProtected: false})).toBeUndefined()
  expect('notApplicable' in verdict ? verdict.notApplicable : verdict.violated).toBe(example.violated)
  if (example.facts !== undefined) expect(facts).toEqual(example.facts)
}

function subjectOf(kind: DatasetRule<unknown>, {columns, rows, datasets = {}, delivery = {}, past = []}: DatasetExample): DatasetSubject {
  const relations = Object.fromEntries(Object.entries(datasets).map(([name, data]) => [name, relationOf(data)]))
  const value = column('value')
  const type = columns.value ?? 'string'
  const plan = valuesPlan(columns, rows)
  return {
    scope: {columns, now, relation: (dataset) => relations[dataset]},
    ...(kind.standsUnder === 'column' ? {field: {name: 'value', type, value, text: value}} : {}),
    rows: plan,
    past,
    ...(delivery === 'none' ? {} : {delivery: {read: delivery.read ?? rows.length, accepted: plan, at: delivery.at ?? now}}),
  }
}

async function answerOf(measure: Measure, question: DatasetQuestion, rows: Plan): Promise<DatasetAnswer> {
  if (question.kind === 'rows') return measured(await measure.rows(question.plan, question.limit))
  if (question.kind === 'query') return measured((await measure.query?.(question)) ?? 'no query can be asked')
  if (question.kind !== 'numbers') return []
  const {input = rows, aggregates} = question
  return (await measure([{id: 'example', input, aggregates}])).map((answer) => measured(answer).values)
}

function measured<T extends object>(answer: T | string | Unasked): Exclude<T, Unasked> {
  if (typeof answer === 'string') throw new Error(answer)
  if ('notChecked' in answer) throw new Error(answer.notChecked)
  return answer as Exclude<T, Unasked>
}

export function relationOf({columns, rows}: ExampleDataset): Relation {
  return {plan: valuesPlan(columns, rows), columns}
}

export function valuesPlan(
  columns: Readonly<Record<string, ScalarType>>,
  rows: readonly Readonly<Record<string, ScalarValue>>[],
): Extract<Plan, {readonly kind: 'values'}> {
  return {
    kind: 'values',
    columns: Object.entries(columns).map(([name, type]) => ({name, type})),
    rows: rows.map((row) => Object.keys(columns).map((name) => row[name] ?? null)),
  }
}
