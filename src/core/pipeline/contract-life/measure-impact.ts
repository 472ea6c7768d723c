// What a contract would say of the rows that silver holds now: how many it would reject, rule by rule, beside how many break the
// contract they came in under. Rows are judged as they stand in the table; steps are not run again, so of a change of steps alone
// nothing is seen. Nothing is written.
import {type CompileContext, type CompiledContract, compileContract} from '../../contract/compile-contract.ts'
import {diffColumns} from '../../contract/diff/diff-columns.ts'
import {judgeChecks} from '../../contract/judge-checks.ts'
import {scalarType, typedExpr} from '../../contract/scalar-type.ts'
import {evolveFields} from '../../delta/schema.ts'
import type {Snapshot} from '../../delta/snapshot.ts'
import {widenFields} from '../../delta/widen-fields.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {and, column, type Expr, isNull, isPresent, or} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {planColumnsOf, scanTable} from '../../lake/scan-table.ts'
import {silverFields} from '../../lake/silver-fields.ts'
import type {Column, Contract} from '../../model/contract.ts'
import type {CheckId} from '../../model/names.ts'
import type {Relation} from '../../rules/define-rule.ts'
import {type EngineMeasure, measureChecks} from '../measure-checks.ts'

export interface DataImpact {
  /** Version of the silver table whose rows were judged. */
  readonly tableVersion: number
  readonly rows: number
  /** Rows that at least one rule would reject. */
  readonly failing: number
  /** Rows that break the earlier contract already. */
  readonly failingBefore: number
  /** Rules that rows break, the worst first. */
  readonly rules: readonly {
    readonly check: CheckId
    readonly description: string
    readonly effect: 'quarantine' | 'warn'
    readonly violated: number
    /** Absent for a rule that the earlier contract did not have. */
    readonly violatedBefore?: number
  }[]
  /** What could not be measured, and why. */
  readonly notMeasured: readonly string[]
  /** Why the table cannot take rows of the new contract beside those it has. */
  readonly tableRefuses?: string
}

export interface ImpactRequest {
  readonly silver: Snapshot
  readonly before: Contract
  readonly after: Contract
  readonly now: string
  relation(dataset: string): Relation | undefined
  readonly measure: EngineMeasure
}

/** Judges the rows of the snapshot by both contracts. */
export async function measureImpact(request: ImpactRequest): Promise<DataImpact> {
  const {silver, before, after, now, relation, measure} = request
  const context = {now, relation, input: 'typed'} as const
  const old = compiledBefore(before, context)
  const next = compileContract(after, context)
  const {plan, unread, notMeasured} = rowsUnder(request)
  const [measuredBefore, measured] = [await measureChecks(old, scanWith(silver, before), measure), await measureChecks(next, plan, measure)]
  const [failingBefore, failing] = [
    await countFailing(old, scanWith(silver, before), [], measure),
    await countFailing(next, plan, unread, measure),
  ]
  const effects = new Map(next.judgements.map(({id, effect}) => [id, effect === 'warn' ? ('warn' as const) : ('quarantine' as const)]))
  const known = new Set(old.judgements.map(({id}) => id))
  const rules = judgeChecks(next, measured)
    .filter(({id, violated}) => effects.has(id) && violated > 0)
    .map(({id, description, violated}) => ({
      check: id,
      description,
      effect: effects.get(id) ?? 'quarantine',
      violated,
      ...(known.has(id) ? {violatedBefore: measuredBefore.violated[id] ?? 0} : {}),
    }))
  const refusal = refusalOf(silver, after)
  return {
    tableVersion: silver.version,
    rows: failing.rows,
    failing: failing.failing,
    failingBefore: failingBefore.failing,
    rules: [...rules, ...failing.unread].toSorted((a, b) => b.violated - a.violated),
    notMeasured: [...notMeasured, ...Object.entries(measured.errors ?? {}).map(([id, reason]) => `${id}: ${reason}`), ...unchecked(next)],
    ...(refusal === undefined ? {} : {tableRefuses: refusal}),
  }
}

/** What the earlier rules referred to may be gone by now: then they say nothing. */
function compiledBefore(before: Contract, context: CompileContext): CompiledContract {
  try {
    return compileContract(before, context)
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
    return compileContract({...before, rules: []}, context)
  }
}

const unchecked = ({notChecked}: CompiledContract): readonly string[] => notChecked.map(({clause, reason}) => `${clause.id}: ${reason}`)

/** Rows of the table, with null in columns that it does not have. */
export function scanWith(silver: Snapshot, {columns}: Pick<Contract, 'columns'>): Plan {
  const own = planColumnsOf(silver)
  const has = new Set(own.map(({name}) => name))
  const missing = columns.filter(({name}) => !has.has(name)).map((one) => ({name: one.name, type: scalarType(one)}))
  return scanTable(silver, {columns: [...own, ...missing]})
}

interface RowsUnder {
  readonly plan: Plan
  /** Columns whose values are read anew, and the condition under which one cannot be. */
  readonly unread: readonly {readonly column: Column; readonly when: Expr}[]
  readonly notMeasured: readonly string[]
}

const oldName = (name: string): string => `before ${name}`

/** The rows as the new contract types them: values of retyped columns are read again from their text. */
function rowsUnder({silver, before, after}: ImpactRequest): RowsUnder {
  const {retyped} = diffColumns(before.columns, after.columns)
  const types = new Map(planColumnsOf(silver).map(({name, type}) => [name, type]))
  const columns = after.columns.filter(({name}) => retyped.has(name) && types.has(name))
  const isReadable = ({name}: Column): boolean => types.get(name) !== 'float64'
  const readable = columns.filter(isReadable)
  const plan: Plan = {
    kind: 'derive',
    input: scanWith(silver, after),
    columns: readable.flatMap((one) => [
      {name: oldName(one.name), expr: column(one.name)},
      {name: one.name, expr: typedExpr(one, {kind: 'asText', of: column(one.name)})},
    ]),
  }
  return {
    plan: readable.length === 0 ? plan.input : plan,
    unread: readable.map((one) => ({column: one, when: and(isPresent(column(oldName(one.name))), isNull(column(one.name)))})),
    notMeasured: columns
      .filter((one) => !isReadable(one))
      .map(({name}) => `${name}: its values are floating-point numbers, which cannot be read again as another type`),
  }
}

interface Failing {
  readonly rows: number
  readonly failing: number
  readonly unread: DataImpact['rules']
}

async function countFailing(
  compiled: CompiledContract,
  input: Plan,
  unread: RowsUnder['unread'],
  measure: EngineMeasure,
): Promise<Failing> {
  const rejecting = compiled.judgements.filter(({effect}) => effect === 'quarantine').map(({when}) => when)
  const any = or(...rejecting, ...unread.map(({when}) => when))
  const [answer] = await measure([
    {
      id: 'failing',
      input,
      aggregates: [
        {name: 'rows', function: 'count'},
        {name: 'failing', function: 'countIf', of: any},
        ...unread.map(({when}, index) => ({name: `unread ${index}`, function: 'countIf' as const, of: when})),
      ],
    },
  ])
  if (answer === undefined || typeof answer === 'string')
    throw new HippoError('ENGINE_FAILED', {message: answer ?? 'rows that would fail were not counted'})
  const count = (name: string): number => Number(answer.values[name] ?? 0)
  const rules = unread.flatMap(({column: {name, logicalType}}, index) => {
    const violated = count(`unread ${index}`)
    return violated === 0
      ? []
      : [{check: `${name}.type`, description: `${name} is read as ${logicalType}`, effect: 'quarantine' as const, violated}]
  })
  return {rows: count('rows'), failing: count('failing'), unread: rules}
}

/** The words with which the table would refuse the contract's columns. */
function refusalOf(silver: Snapshot, after: Contract): string | undefined {
  const wanted = silverFields(after)
  try {
    evolveFields(widenFields(silver.fields, wanted) ?? silver.fields, wanted)
    return undefined
  } catch (error) {
    if (error instanceof HippoError && error.code === 'CONTRACT_CHANGED') return error.message
    throw error
  }
}
