// The example of a rule about a dataset as a whole, asked of whoever measures: an engine or the warehouse.
import {HippoError} from '../../errors/hippo-error.ts'
import {column} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import type {Facts} from '../../model/facts.ts'
import type {DatasetAnswer, DatasetExample, DatasetQuestion, DatasetRule, DatasetSubject} from '../../rules/define-rule.ts'
import type {Measure, Unasked} from '../measure-checks.ts'
import {exampleNow, relationOf, valuesPlan} from './example-data.ts'

export interface JudgedExample {
  readonly facts: Facts
  /** How much is bad; a text says why it cannot be told. */
  readonly violated: number | string
}

/** ENGINE_FAILED when it cannot be measured; `notChecked` where the one who measures is not to be asked. */
export async function judgeDatasetExample(
  measure: Measure,
  kind: DatasetRule<unknown>,
  example: DatasetExample,
): Promise<JudgedExample | Unasked> {
  const params = kind.parse(example.params, {file: 'example', line: 1, column: 1})
  const subject = subjectOf(kind, example)
  const question = kind.ask(params, subject)
  const answer = await answerOf(measure, question, subject.rows)
  if ('notChecked' in answer) return answer
  const facts = kind.facts(params, answer, subject)
  if (question.kind === 'notApplicable') return {facts, violated: question.reason}
  const verdict = kind.judge(params, facts, subject.past, subject.delivery?.at ?? exampleNow)
  return {facts, violated: 'notApplicable' in verdict ? verdict.notApplicable : verdict.violated}
}

function subjectOf(kind: DatasetRule<unknown>, {columns, rows, datasets = {}, delivery = {}, past = []}: DatasetExample): DatasetSubject {
  const relations = Object.fromEntries(Object.entries(datasets).map(([name, data]) => [name, relationOf(data)]))
  const value = column('value')
  const type = columns.value ?? 'string'
  const plan = valuesPlan(columns, rows)
  return {
    scope: {columns, now: exampleNow, relation: (dataset) => relations[dataset]},
    ...(kind.standsUnder === 'column' ? {field: {name: 'value', type, value, text: value}} : {}),
    rows: plan,
    past,
    ...(delivery === 'none' ? {} : {delivery: {read: delivery.read ?? rows.length, accepted: plan, at: delivery.at ?? exampleNow}}),
  }
}

async function answerOf(measure: Measure, question: DatasetQuestion, rows: Plan): Promise<DatasetAnswer | Unasked> {
  if (question.kind === 'rows') return measured(await measure.rows(question.plan, question.limit))
  if (question.kind === 'query')
    return measured((await measure.query?.(question)) ?? {notChecked: 'PostgreSQL is asked queries, and no engine'})
  if (question.kind !== 'numbers') return []
  const {input = rows, aggregates} = question
  const [answer] = await measure([{id: 'example', input, aggregates}])
  const found = measured(answer ?? 'it was not measured')
  return 'notChecked' in found ? (found as Unasked) : [found.values]
}

function measured<T>(answer: T | string): T {
  if (typeof answer === 'string') throw new HippoError('ENGINE_FAILED', {message: answer})
  return answer
}
