// Which checks of a delivery the engine fails at, when it fails at all of them together. The judgements are counted alone, by halves
// until each that cannot be is found, so one broken check costs a few passes and not one for every check. Nothing is written.
import type {CompiledContract} from '../contract/compile-contract.ts'
import type {Engine} from '../engine/engine.ts'
import type {AggregatePlan} from '../expr/plan.ts'
import type {CheckId} from '../model/names.ts'
import {onEngine} from './measure-checks.ts'
import {denominatorIds, headersIn, type PromotionInput, type PromotionPlan, typedRows} from './plan-promotion.ts'

/** Check id -> why it cannot be run; empty when no row check is to blame. */
export async function findBrokenChecks(
  engine: Engine,
  {input, plan}: {readonly input: PromotionInput; readonly plan: PromotionPlan},
  signal: AbortSignal,
): Promise<Readonly<Record<CheckId, string>>> {
  const judgedFor = checksByJudgement(input.compiled)
  const rows = typedRows(input, headersIn(input))
  const plans = plan.judged.judgements
    .filter(({id}) => judgedFor.has(id))
    .map(({id, when}): AggregatePlan => ({id, input: rows, aggregates: [{name: 'rows', function: 'countIf', of: when}]}))
  const answers = await onEngine(engine, signal)(plans)
  const broken = answers.flatMap((answer, index): readonly (readonly [CheckId, string])[] =>
    typeof answer === 'string' ? (judgedFor.get(plans[index]?.id ?? '') ?? []).map((check) => [check, answer] as const) : [],
  )
  return Object.fromEntries(broken)
}

/** Judgement id -> the row checks that rest on it: the one it is of, and those about the rows that it counts. */
function checksByJudgement(compiled: CompiledContract): ReadonlyMap<string, readonly CheckId[]> {
  const counted = [...denominatorIds(compiled)]
  const own = counted.map(([check]): readonly [string, readonly CheckId[]] => [check, [check]])
  const shared = Map.groupBy(counted, ([, judgement]) => judgement)
  return new Map([...own, ...[...shared].map(([id, checks]) => [id, checks.map(([check]) => check)] as const)])
}
