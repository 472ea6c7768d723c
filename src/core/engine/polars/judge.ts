// Judging: each judgement becomes one boolean column, computed once; both verdicts, the reasons and the tally are read from
// those columns. Quarantine beats skip; among skips the first counts.
import type {DataFrame, LazyDataFrame} from 'nodejs-polars'
import type {ScalarType} from '../../expr/expr.ts'
import type {Judged, Judgement, Plan} from '../../expr/plan.ts'
import {planColumns} from '../../expr/walk.ts'
import type {Tally} from '../engine.ts'
import {compileExprs} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {all, any, binary, bool, col, type Dsl, fillNull, joinText, not, nullOf, rowCount, sum, ternary, text} from './dsl.ts'
import {type EngineContext, type Frame, filter, type NamedDsl, select, withColumns} from './frame.ts'
import {hoistSetExpressions} from './hoist-set-expressions.ts'
import {inlineSmallRelations} from './inline-small-relations.ts'

interface Flag {
  readonly judgement: Judgement
  /** Boolean column, never null: the judgement is true for the row. */
  readonly column: string
}

export interface JudgedFrame {
  /** The input's columns; `lazy` has the flags beside them. */
  readonly frame: Frame
  readonly flags: readonly Flag[]
}

/** Evaluates all judgements of an input. */
export async function judge(compiler: PlanCompiler, judged: Judged): Promise<JudgedFrame> {
  const {context} = compiler
  const conditions = await inlineSmallRelations(
    compiler,
    judged.judgements.map(({when}) => when),
  )
  const judgements = judged.judgements.map((judgement, index) => ({...judgement, when: conditions[index] ?? judgement.when}))
  const early = hoistSetExpressions({input: judged.input, judgements}, () => context.newName())
  const {frame, exprs} = await compiler.prepare(
    await compiler.compile(early.input),
    early.judgements.map((judgement) => judgement.when),
  )
  const flags = judged.judgements.map((judgement) => ({judgement, column: context.newName()}))
  const trees = compileExprs(exprs, frame.columns)
  const columns = flags.map(({column}, index) => ({name: column, of: fillNull(trees[index] ?? null, bool(false))}))
  const own = planColumns(judged.input)
  return {frame: {lazy: withColumns(context, frame.lazy, columns), columns: own}, flags}
}

/** The rows of one verdict. */
export function verdictOf(context: EngineContext, judged: JudgedFrame, plan: Extract<Plan, {readonly kind: 'verdict'}>): Frame {
  const {frame} = judged
  const kept = filter(
    context,
    frame.lazy,
    plan.is === 'accepted' ? not(any([isQuarantined(judged), isSkipped(judged)])) : isQuarantined(judged),
  )
  const columns: NamedDsl[] = frame.columns.map(({name, type}) => ({name, of: plan.is === 'accepted' ? col(name) : ownCopy(name, type)}))
  if (plan.is === 'accepted' || plan.reasons === undefined) return {lazy: select(context, kept, columns), columns: frame.columns}
  const reasons = having(judged, 'quarantine').map(({judgement, column}) => ternary(col(column), text(judgement.id), nullOf('string')))
  const joined = {name: plan.reasons, of: reasons.length === 0 ? nullOf('string') : joinText('|', true, ...reasons)}
  return {lazy: select(context, kept, [...columns, joined]), columns: [...frame.columns, {name: plan.reasons, type: 'string'}]}
}

/** A text of a filtered row points into the block of text that was read with it, and a few rows would keep all of the file in memory. */
function ownCopy(name: string, type: ScalarType): Dsl {
  return type === 'string' ? joinText('', false, col(name), text('')) : col(name)
}

/** One row of counts over the judged input; `readTally` understands it. */
export function tallyFrame(context: EngineContext, judged: JudgedFrame): LazyDataFrame {
  const quarantined = isQuarantined(judged)
  const counts: NamedDsl[] = [
    {name: 'read', of: rowCount},
    {name: 'accepted', of: binary(rowCount, 'Minus', sum(any([quarantined, isSkipped(judged)])))},
    {name: 'quarantined', of: sum(quarantined)},
  ]
  const earlierSkips: Dsl[] = []
  for (const [index, {judgement, column}] of judged.flags.entries()) {
    const isSkip = judgement.effect === 'skip'
    counts.push({name: `judgement ${index}`, of: sum(isSkip ? all([col(column), not(any([quarantined, ...earlierSkips]))]) : col(column))})
    if (isSkip) earlierSkips.push(col(column))
  }
  return select(context, judged.frame.lazy, counts)
}

export function readTally(judged: JudgedFrame, counted: DataFrame): Tally {
  const row = counted.row(0).map(Number)
  const [read = 0, accepted = 0, quarantined = 0, ...byFlag] = row
  const byJudgement: Record<string, number> = {}
  for (const [index, {judgement}] of judged.flags.entries()) byJudgement[judgement.id] = byFlag[index] ?? 0
  return {read, accepted, quarantined, byJudgement}
}

/** Rows that a judgement skipped. */
export function skippedRows(judged: JudgedFrame, tally: Tally): number {
  return having(judged, 'skip').reduce((total, {judgement}) => total + (tally.byJudgement[judgement.id] ?? 0), 0)
}

function having(judged: JudgedFrame, effect: Judgement['effect']): readonly Flag[] {
  return judged.flags.filter(({judgement}) => judgement.effect === effect)
}

function isQuarantined(judged: JudgedFrame): Dsl {
  return any(having(judged, 'quarantine').map(({column}) => col(column)))
}

function isSkipped(judged: JudgedFrame): Dsl {
  return any(having(judged, 'skip').map(({column}) => col(column)))
}
