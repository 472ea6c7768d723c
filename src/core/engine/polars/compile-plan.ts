// Plans to lazy Polars frames. A compiler belongs to one request: plans and judged inputs that occur several times are
// compiled once, so that Polars sees that they are the same and computes them once.
import {HippoError} from '../../errors/hippo-error.ts'
import type {Expr} from '../../expr/expr.ts'
import type {DerivedColumn, Judged, Plan, PlanColumn} from '../../expr/plan.ts'
import {planColumns, typeOf} from '../../expr/type-of.ts'
import {aggregated, counted} from './aggregate.ts'
import {compileExprs} from './compile-expr.ts'
import {alias, cast, col} from './dsl.ts'
import {filterByKeys, keyFilterOf} from './filter-by-keys.ts'
import {type EngineContext, type Frame, filter, named, select, selectNames, withColumns} from './frame.ts'
import {inlineSmallRelations, type SmallRelation} from './inline-small-relations.ts'
import {type JudgedFrame, judge, verdictOf} from './judge.ts'
import {lower} from './lower.ts'
import {compileScan, valuesFrame} from './scan.ts'
import {joinSetExpressions} from './set-expressions.ts'

export class PlanCompiler {
  readonly context: EngineContext
  /** Relations that were looked at, by identity; undefined for those that are not small. */
  readonly small = new Map<string, SmallRelation | undefined>()
  readonly #frames = new Map<Plan, Promise<Frame>>()
  readonly #judged = new Map<Judged, Promise<JudgedFrame>>()

  constructor(context: EngineContext) {
    this.context = context
  }

  compile(plan: Plan): Promise<Frame> {
    const known = this.#frames.get(plan) ?? this.#compile(plan)
    this.#frames.set(plan, known)
    return known
  }

  judged(judged: Judged): Promise<JudgedFrame> {
    const known = this.#judged.get(judged) ?? judge(this, judged)
    this.#judged.set(judged, known)
    return known
  }

  /** The frame with what set expressions need joined to it, and the expressions that then need only their row. */
  prepare(input: Frame, exprs: readonly Expr[]): Promise<{readonly frame: Frame; readonly exprs: readonly Expr[]}> {
    return joinSetExpressions(this, input, exprs)
  }

  async #compile(plan: Plan): Promise<Frame> {
    switch (plan.kind) {
      case 'scan':
        return compileScan(this.context, plan)
      case 'values':
        return valuesFrame(this.context, plan.columns, plan.rows)
      case 'derive':
      case 'select':
        return this.#project(await this.compile(plan.input), plan.columns, planColumns(plan))
      case 'filter':
        return this.#filter(await this.compile(plan.input), plan.where)
      case 'group':
        return this.#group(plan, planColumns(plan))
      case 'union':
        return this.#union(plan.inputs, planColumns(plan))
      case 'verdict':
        return verdictOf(this.context, await this.judged(plan.of), plan)
    }
  }

  async #filter(input: Frame, condition: Expr): Promise<Frame> {
    const [inlined = condition] = await inlineSmallRelations(this, [condition])
    const byKeys = keyFilterOf(inlined)
    if (byKeys !== undefined) return filterByKeys(this, input, byKeys)
    const {frame, exprs} = await this.prepare(input, [inlined])
    const [where = null] = compileExprs(exprs, frame.columns)
    return {lazy: filter(this.context, frame.lazy, where), columns: input.columns}
  }

  /** `yields` says which columns come out; those that are not derived are the input's own. (Polars' select of literals alone would give one row.) */
  async #project(input: Frame, derived: readonly DerivedColumn[], yields: readonly PlanColumn[]): Promise<Frame> {
    const {frame, exprs} = await this.prepare(
      input,
      derived.map(({expr}) => expr),
    )
    const trees = compileExprs(exprs, frame.columns)
    const columns = derived.map(({name}, index) => ({name, of: trees[index] ?? null}))
    return {lazy: withColumns(this.context, frame.lazy, columns), columns: yields}
  }

  async #group({input: of, by, aggregates}: Extract<Plan, {readonly kind: 'group'}>, columns: readonly PlanColumn[]): Promise<Frame> {
    const {pl} = this.context
    const input = await this.compile(of)
    const args = aggregates.map((aggregate) => aggregate.of ?? counted)
    const {frame, exprs} = await this.prepare(input, args)
    const trees = compileExprs(exprs, frame.columns)
    const keys = named(this.context, by)
    const own = trees.map((tree) => ({name: this.context.newName(), of: tree}))
    const answers = aggregates.map((aggregate, index) => {
      const value = aggregated(aggregate, col(own[index]?.name ?? ''), typeOf(exprs[index] ?? counted, frame.columns))
      return {name: aggregate.name, of: aggregate.function.startsWith('count') ? cast(value, 'Int64') : value}
    })
    const grouped = select(this.context, frame.lazy, [...keys, ...own])
      .groupBy(
        keys.map(({name}) => lower(pl, col(name))),
        false,
      )
      .agg(...answers.map(({name, of: answer}) => lower(pl, alias(answer, name))))
    const renamed = [
      ...keys.map(({name}, index) => ({name: by[index] ?? '', of: col(name)})),
      ...answers.map(({name}) => ({name, of: col(name)})),
    ]
    return {lazy: select(this.context, grouped, renamed), columns}
  }

  async #union(inputs: readonly Plan[], columns: readonly PlanColumn[]): Promise<Frame> {
    const frames = await Promise.all(inputs.map((input) => this.compile(input)))
    const [only] = frames
    if (only === undefined) throw new HippoError('ENGINE_FAILED', {message: 'a union has no inputs'})
    if (frames.length === 1) return {lazy: only.lazy, columns}
    const names = columns.map(({name}) => name)
    return {lazy: this.context.pl.concat(frames.map(({lazy}) => selectNames(this.context, lazy, names))), columns}
  }
}
