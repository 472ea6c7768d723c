// Answers that leave the engine as values: aggregates and a few rows. Whatever a JavaScript number could not hold exactly
// crosses as text and becomes a value here.
import type {DataFrame, LazyDataFrame} from 'nodejs-polars'
import type {ScalarType, ScalarValue} from '../../expr/expr.ts'
import type {Aggregate, AggregatePlan, Plan, PlanColumn} from '../../expr/plan.ts'
import {typeOf} from '../../expr/type-of.ts'
import {identityOf} from '../../expr/walk.ts'
import type {Measurement, Row} from '../engine.ts'
import {aggregated, counted} from './aggregate.ts'
import {compileExprs, textOf} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {cast, col, type Dsl} from './dsl.ts'
import {type NamedDsl, select, withColumns} from './frame.ts'
import {collect} from './run.ts'

/** The first `limit` rows. */
export async function readRows(compiler: PlanCompiler, plan: Plan, limit: number): Promise<readonly Row[]> {
  const {context} = compiler
  context.enter('compile')
  const {lazy, columns} = await compiler.compile(plan)
  const carried = columns.map(({name, type}, index) => ({name: `column ${index}`, of: carrier(col(name), type)}))
  context.enter('read rows')
  const rows = collect(select(context, lazy.limit(limit), carried))
  return rowsOf(rows, columns)
}

/** All aggregates in one pass: those over the same input share all of it, those over others whatever they have in common, such as the scan. */
export async function measureAll(compiler: PlanCompiler, plans: readonly AggregatePlan[]): Promise<readonly Measurement[]> {
  const {context} = compiler
  const byInput = new Map<string, AggregatePlan[]>()
  for (const plan of plans) {
    const identity = identityOf(plan.input)
    byInput.set(identity, [...(byInput.get(identity) ?? []), plan])
  }
  context.enter('compile')
  const questions: Question[] = []
  for (const group of byInput.values()) questions.push(await questionOf(compiler, group))
  context.enter('measure')
  const [only] = questions
  if (only === undefined) return []
  const frames = questions.map(({lazy}) => lazy)
  const together = questions.length === 1 ? only.lazy : context.pl.concat(frames, {how: 'horizontal'})
  const asked = questions.flatMap((question) => question.asked)
  const [row = {}] = rowsOf(
    collect(together),
    asked.map(({answer}) => answer),
  )
  const found = new Map<AggregatePlan, Record<string, ScalarValue>>(plans.map((plan) => [plan, {}]))
  for (const {plan, name, answer} of asked) Object.assign(found.get(plan) ?? {}, {[name]: row[answer.name] ?? null})
  return plans.map((plan) => ({id: plan.id, values: found.get(plan) ?? {}}))
}

interface Question {
  /** One row of answers. */
  readonly lazy: LazyDataFrame
  readonly asked: readonly Asked[]
}

/** What several plans ask of one input. */
async function questionOf(compiler: PlanCompiler, plans: readonly AggregatePlan[]): Promise<Question> {
  const {context} = compiler
  const input = await compiler.compile(plans[0]?.input ?? {kind: 'union', inputs: []})
  const aggregates = plans.flatMap((plan) => plan.aggregates.map((aggregate) => ({plan, aggregate})))
  const {frame, exprs} = await compiler.prepare(
    input,
    aggregates.map(({aggregate}) => aggregate.of ?? counted),
  )
  const trees = compileExprs(exprs, frame.columns)
  // What several aggregates are about is one column.
  const args = new Map<string, NamedDsl>()
  const asked = aggregates.map(({plan, aggregate}, index): Asked => {
    const expr = exprs[index] ?? counted
    const type = typeOf(expr, frame.columns)
    const identity = identityOf(expr)
    const argument = args.get(identity) ?? {name: context.newName(), of: trees[index] ?? null}
    args.set(identity, argument)
    const result = resultType(aggregate, type)
    const answer = {name: context.newName(), type: result, of: carrier(aggregated(aggregate, col(argument.name), type), result)}
    return {plan, name: aggregate.name, answer}
  })
  const withArguments = withColumns(context, frame.lazy, [...args.values()])
  const answers = asked.map(({answer}) => answer)
  return {lazy: select(context, withArguments, answers), asked}
}

interface Asked {
  readonly plan: AggregatePlan
  /** Of the aggregate in its plan. */
  readonly name: string
  readonly answer: NamedDsl & PlanColumn
}

function resultType({function: name}: Aggregate, type: ScalarType): ScalarType {
  if (name === 'min' || name === 'max') return type
  if (name === 'quantile') return 'float64'
  if (name !== 'sum') return 'int64'
  return typeof type === 'object' ? {kind: 'decimal', precision: 38, scale: type.scale} : type
}

/** A value that crosses without loss: text for all but booleans, text and floats. */
function carrier(of: Dsl, type: ScalarType): Dsl {
  if (type === 'int64' || typeof type === 'object') return cast(of, 'String')
  return type === 'date' || type === 'timestamp' ? textOf(of, type) : of
}

function rowsOf(frame: DataFrame, columns: readonly PlanColumn[]): readonly Row[] {
  return frame.rows().map((row) => Object.fromEntries(columns.map(({name, type}, index) => [name, fromCarried(row[index], type)])))
}

function fromCarried(carried: unknown, type: ScalarType): ScalarValue {
  if (carried === null || carried === undefined) return null
  if (type === 'int64') return BigInt(String(carried))
  if (type === 'boolean') return carried === true
  return type === 'float64' ? Number(carried) : String(carried)
}
