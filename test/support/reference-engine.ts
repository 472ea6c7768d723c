// The oracle: a naive interpreter of plans over tables in memory. Slow, obvious, exact. What it says is right by
// definition, once `engine.suite.ts` has held it to expectations written by hand; real engines are compared with it.
import type {Engine, PlanOutput, Row, Tally} from '../../src/core/engine/engine.ts'
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import type {Expr, ScalarType, ScalarValue} from '../../src/core/expr/expr.ts'
import type {Judged, Plan, PlanColumn} from '../../src/core/expr/plan.ts'
import {aggregateColumns, type Columns, inputsOf, planColumns, printPlan, sameType, typeOf} from '../../src/core/expr/walk.ts'
import {aggregate} from './reference/aggregate.ts'
import {evaluateColumn} from './reference/evaluate-column.ts'
import {loadFiles} from './reference/load-files.ts'
import {type Files, judge, runPlan} from './reference/run-plan.ts'
import {rowsOf, tableOf} from './reference/table.ts'
import {toScalar} from './reference/values.ts'
import {writeOutput} from './reference/write-output.ts'

export interface ReferenceEngine extends Engine {
  /** Rows of the last output written under this name; empty when there is none. */
  written(name: string): readonly Row[]
}

export function referenceEngine(): ReferenceEngine {
  const writtenRows = new Map<string, readonly Row[]>()
  return {
    name: 'reference',
    capabilities: new Set(['judge', 'setExpressions', 'csv', 'parquet', 'write']),
    start: () => undefined,
    async write(outputs, {signal, onProgress}) {
      for (const output of outputs) checkOutput(output)
      const judged = sharedJudged(outputs)
      const files = await loadFiles(outputs.map(({plan}) => plan))
      const tally = judged === undefined ? undefined : tallyOf(judged, files)
      const written = outputs.map((output) => {
        signal?.throwIfAborted()
        const table = runPlan(output.plan, files)
        writtenRows.set(output.name, rowsOf(table))
        onProgress?.({phase: output.name, fraction: 1})
        return {name: output.name, rows: table.length, files: writeOutput(output, table)}
      })
      return {outputs: written, ...(tally === undefined ? {} : {tally})}
    },
    async measure(plans, options) {
      for (const plan of plans) aggregateColumns(plan)
      const files = await loadFiles(
        plans.map(({input}) => input),
        plans.flatMap(({aggregates}) => aggregates.flatMap(({of}) => (of === undefined ? [] : [of]))),
      )
      return plans.map(({id, input, aggregates}) => {
        options?.signal?.throwIfAborted()
        const table = runPlan(input, files)
        const values = aggregates.map((each) => [each.name, aggregate(each, table, (plan) => runPlan(plan, files))] as const)
        return {id, values: Object.fromEntries(values)}
      })
    },
    async rows(plan, limit, options) {
      options?.signal?.throwIfAborted()
      return rowsOf(runPlan(plan, await loadFiles([plan]))).slice(0, limit)
    },
    explain: printPlan,
    async close() {},
    written: (name) => writtenRows.get(name) ?? [],
  }
}

function checkOutput({name, plan, columns}: PlanOutput): void {
  const found = planColumns(plan)
  const same = found.length === columns.length && found.every((column, index) => sameColumn(column, columns[index]))
  if (!same) throw new HippoError('ENGINE_FAILED', {message: `output ${name}: its plan does not yield its columns`})
}

function sameColumn(a: PlanColumn, b: PlanColumn | undefined): boolean {
  return b !== undefined && a.name === b.name && sameType(a.type, b.type)
}

/** The judged input of the outputs; they may share one only. */
function sharedJudged(outputs: readonly PlanOutput[]): Judged | undefined {
  const [first, ...others] = new Set(outputs.flatMap(({plan}) => judgedInputs(plan)))
  if (others.length > 0) throw new HippoError('ENGINE_FAILED', {message: 'the outputs of one write share one judged input'})
  return first
}

function judgedInputs(plan: Plan): readonly Judged[] {
  return [...(plan.kind === 'verdict' ? [plan.of] : []), ...inputsOf(plan).flatMap(judgedInputs)]
}

function tallyOf(judged: Judged, files: Files): Tally {
  const {verdicts} = judge(judged, files)
  const count = (is: string): number => verdicts.filter((verdict) => verdict.is === is).length
  const byJudgement = judged.judgements.map(({id}) => [id, verdicts.filter(({countedBy}) => countedBy.includes(id)).length] as const)
  return {
    read: verdicts.length,
    accepted: count('accepted'),
    quarantined: count('quarantined'),
    byJudgement: Object.fromEntries(byJudgement),
  }
}

const noFiles: Files = new Map()

/**
 * The values of an expression for rows of these columns (a missing key is null); relations must be `values` plans. Literals
 * and rows are written as ScalarValue says; an int64 may also be a safe integer number.
 */
export function evaluateAll(expr: Expr, rows: readonly Row[], columns: Columns): readonly ScalarValue[] {
  const isList = (list: Columns): list is readonly PlanColumn[] => Array.isArray(list)
  const list = isList(columns) ? columns : Object.entries(columns).map(([name, type]) => ({name, type}))
  const type = typeOf(expr, list)
  return evaluateColumn(expr, tableOf(rows, list), (plan) => runPlan(plan, noFiles)).map((value) => toScalar(value, type))
}

interface EvaluateContext {
  /** Types of the row's columns; without them bigint is int64, number is float64, and text is string. */
  readonly columns?: Columns
  /** All rows of the input, the row itself among them, for expressions about other rows. */
  readonly rows?: readonly Row[]
}

/** The value of an expression for one row; see `evaluateAll`. */
export function evaluate(expr: Expr, row: Row, {columns, rows = [row]}: EvaluateContext = {}): ScalarValue {
  const index = rows.indexOf(row)
  if (index < 0) throw new Error('the row is not among the rows')
  return evaluateAll(expr, rows, columns ?? guessedTypes(rows))[index] ?? null
}

function guessedTypes(rows: readonly Row[]): Readonly<Record<string, ScalarType>> {
  const guess = (value: ScalarValue): ScalarType => {
    if (typeof value === 'bigint') return 'int64'
    if (typeof value === 'number') return 'float64'
    return typeof value === 'boolean' ? 'boolean' : 'string'
  }
  const entries = rows.flatMap((row) => Object.entries(row)).sort(([, a], [, b]) => Number(a !== null) - Number(b !== null))
  return Object.fromEntries(entries.map(([name, value]) => [name, guess(value)]))
}
