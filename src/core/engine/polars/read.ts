// Answers that leave the engine as values: aggregates and a few rows. Whatever a JavaScript number could not hold exactly
// crosses as text and becomes a value here.
import type {DataFrame} from 'nodejs-polars'
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

/** All aggregates; those over the same input share one pass. */
export async function measureAll(compiler: PlanCompiler, plans: readonly AggregatePlan[]): Promise<readonly Measurement[]> {
  const byInput = new Map<string, AggregatePlan[]>()
  for (const plan of plans) {
    const identity = identityOf(plan.input)
    byInput.set(identity, [...(byInput.get(identity) ?? []), plan])
  }
  const found = new Map<AggregatePlan, Measurement>()
  for (const group of byInput.values()) {
    for (const [index, measurement] of (await measureTogether(compiler, group)).entries()) {
      const plan = group[index]
      if (plan !== undefined) found.set(plan, measurement)
    }
  }
  return plans.flatMap((plan) => found.get(plan) ?? [])
}

async function measureTogether(compiler: PlanCompiler, plans: readonly AggregatePlan[]): Promise<readonly Measurement[]> {
  const [first] = plans
  if (first === undefined) return []
  const {context} = compiler
  context.enter('compile')
  const input = await compiler.compile(first.input)
  const aggregates = plans.flatMap((plan) => plan.aggregates)
  const {frame, exprs} = await compiler.prepare(
    input,
    aggregates.map(({of}) => of ?? counted),
  )
  const trees = compileExprs(exprs, frame.columns)
  const asked = aggregates.map((aggregate, index) =>
    askedOf(aggregate, trees[index] ?? null, typeOf(exprs[index] ?? counted, frame.columns), index),
  )
  const withArguments = withColumns(
    context,
    frame.lazy,
    asked.map(({argument}) => argument),
  )
  context.enter('measure')
  const answers = collect(
    select(
      context,
      withArguments,
      asked.map(({answer}) => answer),
    ),
  )
  const [row = {}] = rowsOf(
    answers,
    asked.map(({answer}) => answer),
  )
  let at = 0
  return plans.map(({id, aggregates: own}) => ({
    id,
    values: Object.fromEntries(own.map(({name}) => [name, row[asked[at++]?.answer.name ?? ''] ?? null])),
  }))
}

interface Asked {
  /** A column of the argument: an aggregate of a bare literal would see one row. */
  readonly argument: NamedDsl
  readonly answer: NamedDsl & PlanColumn
}

function askedOf(aggregate: Aggregate, argument: Dsl, type: ScalarType, index: number): Asked {
  const name = `argument ${index}`
  const result = resultType(aggregate, type)
  const value = aggregated(aggregate, col(name), type)
  return {argument: {name, of: argument}, answer: {name: `answer ${index}`, type: result, of: carrier(value, result)}}
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
