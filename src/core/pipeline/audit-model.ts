// Holds a freshly built model version against its contract, in PostgreSQL, before anyone may see it: the very columns it
// promises with their types, then every check.
import {type CompiledContract, compileContract} from '../contract/compile-contract.ts'
import {decideGate} from '../contract/decide-gate.ts'
import {type Bests, judgeChecks, unlookedAt} from '../contract/judge-checks.ts'
import {planColumn} from '../contract/scalar-type.ts'
import {scoreOf} from '../contract/score.ts'
import type {Measurement} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {AggregatePlan, Plan, PlanColumn} from '../expr/plan.ts'
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {Database} from '../postgres/database.ts'
import type {BuiltModel} from '../warehouse/build-model.ts'
import {postgresType} from '../warehouse/load.ts'
import {type MeasureOptions, measureInWarehouse, relationColumns, rowsInWarehouse} from '../warehouse/measure-sql.ts'
import type {RelationName} from '../warehouse/names.ts'
import {askRuleQuery, type QueriedTable} from '../warehouse/rule-query.ts'
import {type Measure, measureChecks, type RuleQuery, type Unasked} from './measure-checks.ts'
import {openPastFacts} from './past-facts.ts'

export interface ModelAudit {
  readonly checks: readonly CheckResult[]
  readonly score?: number
  /** Why the version may not be published; empty when it may. */
  readonly gatedBy: readonly string[]
}

/** A built relation and what its contract says of its columns; models refer to each other by name. */
export interface AuditedRelation {
  readonly contract: Contract
  readonly relation: RelationName
}

export interface AuditOptions {
  /** Gold models of this run's versions, by name: references are judged against them. */
  readonly others: ReadonlyMap<string, AuditedRelation>
  /** ISO 8601; `now` in every rule. */
  readonly now: string
  readonly signal: AbortSignal
  /** Of checks that are held to their best results. */
  readonly bests?: Bests
}

/** Judges one built version; columns that are not as promised stop it before any rule is asked. */
export async function auditModel(database: Database, contract: Contract, built: BuiltModel, options: AuditOptions): Promise<ModelAudit> {
  const relations = new Map<Plan, RelationName>()
  const scan = (columns: readonly PlanColumn[], relation: RelationName): Plan => {
    const plan: Plan = {kind: 'scan', files: [], columns}
    relations.set(plan, relation)
    return plan
  }
  const compiled = compileContract(contract, {
    now: options.now,
    input: 'typed',
    relation(dataset) {
      const other = options.others.get(dataset)
      if (!other) return undefined
      const columns = other.contract.columns.map(planColumn)
      return {plan: scan(columns, other.relation), columns: Object.fromEntries(columns.map(({name, type}) => [name, type]))}
    },
  })
  const columns = await columnProblems(database, compiled, built)
  if (columns.length > 0)
    return {checks: unlookedAt(compiled, 'the model does not have the columns that its contract promises'), gatedBy: columns}
  const rows = scan(compiled.columns, built.relation)
  const measure = inWarehouse(database, {
    relationOf: (plan) => relations.get(plan),
    signal: options.signal,
    queried: {contract, relation: built.relation},
  })
  const past = await openPastFacts(database, {layer: 'gold', dataset: contract.dataset, checks: compiled.checks})
  const measured = await measureChecks(compiled, rows, measure, {past})
  const checks = judgeChecks(compiled, measured, options.bests)
  const score = scoreOf(checks)
  const {because} = decideGate(contract, checks, {read: built.rows, quarantined: 0})
  // A row of a model cannot be quarantined: a check of severity error that its rows break stops the version.
  const broken = checks.filter((check) => check.severity === 'error' && check.outcome === 'failed').map((check) => check.id)
  const gatedBy = [...new Set([...because, ...broken])].map((id) => describe(checks, id))
  return {checks, ...(score === undefined ? {} : {score}), gatedBy}
}

/** Measures in the warehouse; what PostgreSQL is not asked keeps its reason. */
export function inWarehouse(database: Database, options: MeasureOptions & {readonly queried?: QueriedTable}): Measure {
  const {queried, signal} = options
  const numbers = async (plans: readonly AggregatePlan[]): Promise<readonly (Measurement | string | Unasked)[]> => {
    const answers = await measureInWarehouse(database, plans, options)
    return answers.map((answer) => ('failed' in answer ? answer.failed : answer))
  }
  const rows = (plan: Plan, limit: number) => rowsInWarehouse(database, plan, limit, options)
  if (queried === undefined) return Object.assign(numbers, {rows})
  return Object.assign(numbers, {rows, query: (question: RuleQuery) => askRuleQuery(database, question, {...queried, signal})})
}

/** Columns that are promised and missing, of another type, or there without a promise. */
async function columnProblems(database: Database, compiled: CompiledContract, built: BuiltModel): Promise<readonly string[]> {
  const found = new Map((await relationColumns(database, built.relation)).map(({name, type}) => [name, type]))
  const problems = compiled.columns.flatMap(({name, type}) => {
    const has = found.get(name)
    if (has === undefined) return [`it has no column ${name}, which its contract promises`]
    const accepted = acceptedTypes(postgresType(type))
    return accepted.includes(has) ? [] : [`column ${name} is ${has}, its contract promises ${postgresType(type)}`]
  })
  const promised = new Set(compiled.columns.map(({name}) => name))
  return [
    ...problems,
    ...[...found.keys()].filter((name) => !promised.has(name)).map((name) => `its contract does not list column ${name}`),
  ]
}

/** PostgreSQL's internal names of types that hold every value of the promised one. */
function acceptedTypes(type: string): readonly string[] {
  if (type.startsWith('numeric')) return ['numeric', 'int2', 'int4', 'int8']
  const accepted: Readonly<Record<string, readonly string[]>> = {
    text: ['text', 'varchar', 'bpchar'],
    boolean: ['bool'],
    bigint: ['int8', 'int4', 'int2'],
    'double precision': ['float8', 'float4', 'numeric', 'int8', 'int4', 'int2'],
    date: ['date'],
    timestamptz: ['timestamptz'],
  }
  return accepted[type] ?? []
}

function describe(checks: readonly CheckResult[], id: string): string {
  const check = checks.find((one) => one.id === id)
  if (!check) return id
  if (check.outcome === 'errored') return `check ${id} could not be measured: ${check.reason ?? 'unknown'}`
  return `check ${id} failed: ${check.description} (${check.violated} of ${check.denominator})`
}

export function gatedModel(model: string, audit: ModelAudit): HippoError {
  return new HippoError('WAREHOUSE_MODEL_GATED', {
    message: `model ${model} was not accepted: ${audit.gatedBy.join('; ')}`,
    hint: 'readers still see the version before; mend the model or its data, then run hippo promote gold again',
  })
}
