// Counts every check of a compiled contract over rows that are already there, writing nothing. Checks share passes; when that
// fails, halves of them are measured until what fails is alone, so that one broken check never hides the others.
import type {CompiledCheck, CompiledContract} from '../contract/compile-contract.ts'
import type {DatasetFinding, Occasion} from '../contract/dataset-check.ts'
import type {Measured} from '../contract/judge-checks.ts'
import type {Engine, Measurement, Row} from '../engine/engine.ts'
import {toHippoError} from '../errors/hippo-error.ts'
import type {AggregatePlan, Plan} from '../expr/plan.ts'
import type {DatasetQuestion} from '../rules/define-rule.ts'

/** Answers plans one by one: a measurement, why it failed, or why it cannot be asked. */
export interface Measure {
  (plans: readonly AggregatePlan[]): Promise<readonly (Measurement | string | Unasked)[]>
  /** The first rows of a plan, why that failed, or why it cannot be asked. */
  rows(plan: Plan, limit: number): Promise<readonly Row[] | string | Unasked>
  /** The one value of a query over the judged table, as `value`, or why that failed; absent where no query can be asked. */
  query?(question: RuleQuery): Promise<readonly Row[] | string | Unasked>
}

/** An engine can be asked everything but a query. */
export interface EngineMeasure {
  (plans: readonly AggregatePlan[]): Promise<readonly (Measurement | string)[]>
  rows(plan: Plan, limit: number): Promise<readonly Row[] | string>
}

export interface Unasked {
  readonly notChecked: string
}

export type RuleQuery = Extract<DatasetQuestion, {readonly kind: 'query'}>

/** What `judgeChecks` needs, measured over `rows`; the occasion says what came in, and what was measured before. */
export async function measureChecks(
  compiled: CompiledContract,
  rows: Plan,
  measure: Measure,
  {delivery, past}: Omit<Occasion, 'rows'> = {},
): Promise<Measured> {
  const occasion: Occasion = {rows, ...(delivery === undefined ? {} : {delivery}), ...(past === undefined ? {} : {past})}
  const asked = compiled.checks.map((check) => ({check, question: questionOf(check, occasion)}))
  const plans = asked.flatMap(({question}) => (question.kind === 'numbers' ? [question.plan] : []))
  const numbers = new Map((await measure(plans)).map((answer, index) => [plans[index], answer]))
  const found: Found = {violated: {}, denominators: {}, datasets: {}, errors: {}, notChecked: {}}
  for (const {check, question} of asked) {
    const answer = await answerTo(question, numbers, measure)
    if (typeof answer === 'string') found.errors[check.clause.id] = answer
    else if ('notChecked' in answer) found.notChecked[check.clause.id] = answer.notChecked
    else note(found, check, {answer, question, occasion})
  }
  return found
}

/** Measures on an engine. */
export function onEngine(engine: Engine, signal: AbortSignal): EngineMeasure {
  const numbers = async (plans: readonly AggregatePlan[]): Promise<readonly (Measurement | string)[]> => {
    if (plans.length === 0) return []
    try {
      return await engine.measure(plans, {signal})
    } catch (thrown) {
      if (!isAboutOnePlan(thrown)) throw thrown
      if (plans.length === 1) return [toHippoError(thrown).message]
      // One half after the other: both at once would be an engine process of its own each.
      const half = Math.ceil(plans.length / 2)
      return [...(await numbers(plans.slice(0, half))), ...(await numbers(plans.slice(half)))]
    }
  }
  const rows = async (plan: Plan, limit: number): Promise<readonly Row[] | string> => {
    try {
      return await engine.rows(plan, limit, {signal})
    } catch (thrown) {
      if (!isAboutOnePlan(thrown)) throw thrown
      return toHippoError(thrown).message
    }
  }
  return Object.assign(numbers, {rows})
}

type Question = {readonly kind: 'numbers'; readonly plan: AggregatePlan} | Exclude<DatasetQuestion, {readonly kind: 'numbers'}>

function questionOf(check: CompiledCheck, occasion: Occasion): Question {
  const {id} = check.clause
  if (check.scope === 'row') {
    const aggregates = [
      {name: 'rows', function: 'count'},
      {name: 'violated', function: 'countIf', of: check.judgement.when},
      {name: 'denominator', function: 'countIf', of: check.denominator},
    ] as const
    return {kind: 'numbers', plan: {id, input: occasion.rows, aggregates}}
  }
  const question = check.ask(occasion)
  if (question.kind !== 'numbers') return question
  const {input = occasion.rows, aggregates} = question
  return {kind: 'numbers', plan: {id, input, aggregates}}
}

/** Rows of the answer, why it failed, or why it cannot be asked. */
async function answerTo(
  question: Question,
  numbers: ReadonlyMap<AggregatePlan | undefined, Measurement | string | Unasked>,
  measure: Measure,
): Promise<readonly Row[] | string | Unasked> {
  if (question.kind === 'rows') return measure.rows(question.plan, question.limit)
  if (question.kind === 'query') return measure.query?.(question) ?? {notChecked: 'only PostgreSQL is asked queries'}
  if (question.kind !== 'numbers') return []
  const answer = numbers.get(question.plan) ?? 'it was not measured'
  return typeof answer === 'string' || 'notChecked' in answer ? answer : [answer.values]
}

interface Found {
  readonly violated: Record<string, number>
  readonly denominators: Record<string, number>
  readonly datasets: Record<string, DatasetFinding>
  readonly errors: Record<string, string>
  readonly notChecked: Record<string, string>
  rows?: number
}

function note(
  found: Found,
  check: CompiledCheck,
  {answer, question, occasion}: {readonly answer: readonly Row[]; readonly question: Question; readonly occasion: Occasion},
): void {
  const {id} = check.clause
  if (question.kind === 'notApplicable') found.datasets[id] = {verdict: {notApplicable: question.reason}}
  else if (check.scope === 'dataset') found.datasets[id] = check.conclude(answer, occasion)
  else {
    found.violated[id] = Number(answer[0]?.violated ?? 0)
    found.denominators[id] = Number(answer[0]?.denominator ?? 0)
    found.rows ??= Number(answer[0]?.rows ?? 0)
  }
}

/** Whether the engine failed at what it was asked; a process that somebody or the system ended says nothing of the question. */
export function isAboutOnePlan(thrown: unknown): boolean {
  const {code, details} = toHippoError(thrown)
  return code === 'ENGINE_FAILED' || (code === 'ENGINE_CRASHED' && details.signal === 'SIGABRT')
}
