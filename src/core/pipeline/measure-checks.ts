// Counts every check of a compiled contract over rows that are already there, writing nothing. Checks share passes; when that
// fails each is measured on its own, so that one broken check never hides the others.
import type {CompiledCheck, CompiledContract} from '../contract/compile-contract.ts'
import type {Measured} from '../contract/judge-checks.ts'
import type {Engine, Measurement} from '../engine/engine.ts'
import {toHippoError} from '../errors/hippo-error.ts'
import type {Aggregate, AggregatePlan, Plan} from '../expr/plan.ts'

/** Answers plans one by one: a measurement, why it failed, or why it cannot be asked. */
export type Measure = (plans: readonly AggregatePlan[]) => Promise<readonly (Measurement | string | Unasked)[]>

export interface Unasked {
  readonly notChecked: string
}

/** What `judgeChecks` needs, measured over `rows`. */
export async function measureChecks(compiled: CompiledContract, rows: Plan, measure: Measure): Promise<Measured> {
  const answers = await measure(compiled.checks.map((check) => aggregatePlan(check, rows)))
  const violated: Record<string, number> = {}
  const denominators: Record<string, number> = {}
  const datasets: Record<string, Measured['datasets'][string]> = {}
  const errors: Record<string, string> = {}
  const notChecked: Record<string, string> = {}
  let looked: number | undefined
  for (const [index, check] of compiled.checks.entries()) {
    const {id} = check.clause
    const answer = answers[index] ?? 'it was not measured'
    if (typeof answer === 'string') errors[id] = answer
    else if ('notChecked' in answer) notChecked[id] = answer.notChecked
    else if (check.scope === 'dataset') datasets[id] = {value: answer.values.value ?? null, rows: Number(answer.values.rows ?? 0)}
    else {
      violated[id] = Number(answer.values.violated ?? 0)
      denominators[id] = Number(answer.values.denominator ?? 0)
      looked ??= Number(answer.values.rows ?? 0)
    }
  }
  return {violated, denominators, datasets, errors, notChecked, ...(looked === undefined ? {} : {rows: looked})}
}

/** Measures on an engine. */
export function onEngine(engine: Engine, signal: AbortSignal): Measure {
  return async (plans) => {
    if (plans.length === 0) return []
    try {
      return await engine.measure(plans, {signal})
    } catch (thrown) {
      if (!isAboutOnePlan(thrown)) throw thrown
      // One after the other: each at once would be an engine process of its own.
      const answers: (Measurement | string)[] = []
      for (const plan of plans) answers.push(await measureOne(engine, plan, signal))
      return answers
    }
  }
}

function aggregatePlan(check: CompiledCheck, input: Plan): AggregatePlan {
  const aggregates: readonly Aggregate[] =
    check.scope === 'dataset'
      ? [
          {name: 'rows', function: 'count'},
          {...check.aggregate, name: 'value'},
        ]
      : [
          {name: 'rows', function: 'count'},
          {name: 'violated', function: 'countIf', of: check.judgement.when},
          {name: 'denominator', function: 'countIf', of: check.denominator},
        ]
  return {id: check.clause.id, input, aggregates}
}

async function measureOne(engine: Engine, plan: AggregatePlan, signal: AbortSignal): Promise<Measurement | string> {
  try {
    const [measured] = await engine.measure([plan], {signal})
    return measured ?? 'it was not measured'
  } catch (thrown) {
    if (!isAboutOnePlan(thrown)) throw thrown
    return toHippoError(thrown).message
  }
}

const isAboutOnePlan = (thrown: unknown) => toHippoError(thrown).code === 'ENGINE_FAILED'
