// A contract over delivered CSV files on any engine, as a promotion does it but in memory: bind, normalise, type, judge.
import {readFileSync} from 'node:fs'
import {type CompileContext, type CompiledContract, compileContract} from '../../src/core/contract/compile-contract.ts'
import {judgeChecks} from '../../src/core/contract/judge-checks.ts'
import {type Binding, bindSources} from '../../src/core/contract/source-columns.ts'
import type {Engine, Row} from '../../src/core/engine/engine.ts'
import {column} from '../../src/core/expr/expr.ts'
import type {Judged, Plan} from '../../src/core/expr/plan.ts'
import type {CheckResult} from '../../src/core/model/check.ts'
import type {Contract} from '../../src/core/model/contract.ts'
import {measureChecks, onEngine} from '../../src/core/pipeline/measure-checks.ts'
import type {Relation} from '../../src/core/rules/define-rule.ts'

export interface ContractRun {
  readonly compiled: CompiledContract
  readonly binding: Binding
  readonly accepted: readonly Row[]
  /** With `reasons`: check ids joined by '|'. */
  readonly quarantined: readonly Row[]
  readonly checks: readonly CheckResult[]
  /** The accepted rows as a relation for other contracts. */
  readonly relation: Relation
}

export interface CompiledFile {
  readonly compiled: CompiledContract
  readonly binding: Binding
  readonly judged: Judged
}

const allRows = 10_000_000

/** Binds a sound CSV file with a header line and commas, and compiles the contract over it. */
export function compileForFile(contract: Contract, path: string, context: Partial<CompileContext> = {}): CompiledFile {
  const header = (readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '').split(',')
  const binding = bindSources(contract, header)
  const compiled = compileContract(contract, {
    now: '2026-11-23T00:00:00.000Z',
    relation: () => undefined,
    sourceColumns: header,
    ...context,
  })
  const format = {kind: 'csv', delimiter: ',', quote: '"', header} as const
  const scan: Plan = {kind: 'scan', files: [{path, format, binding: binding.binding, constants: {}}], columns: compiled.rawColumns}
  return {compiled, binding, judged: judgedPlan(compiled, scan)}
}

/** Runs a contract over one CSV file and brings all rows back. */
export async function runContractOnFile(
  engine: Engine,
  contract: Contract,
  path: string,
  context: Partial<CompileContext> = {},
): Promise<ContractRun> {
  const {compiled, binding, judged} = compileForFile(contract, path, context)
  return {...(await runJudged(engine, compiled, judged)), binding}
}

/** Layers and judgements over a plan that yields the contract's raw columns. */
export function judgedPlan(compiled: CompiledContract, scan: Plan): Judged {
  const input = compiled.layers.reduce<Plan>((plan, columns) => ({kind: 'derive', input: plan, columns}), scan)
  return {input, judgements: compiled.judgements}
}

/** Accepted and quarantined rows, and the check results. */
export async function runJudged(engine: Engine, compiled: CompiledContract, of: Judged): Promise<Omit<ContractRun, 'binding'>> {
  const {input} = of
  const columns = compiled.columns.map(({name}) => ({name, expr: column(name)}))
  const accepted = await engine.rows({kind: 'select', input: {kind: 'verdict', of, is: 'accepted'}, columns}, allRows)
  const quarantined = await engine.rows({kind: 'verdict', of, is: 'quarantined', reasons: 'reasons'}, allRows)
  const rowChecks = compiled.checks.filter((check) => check.scope === 'row')
  const counts = rowChecks.flatMap(({clause, judgement, denominator}) => [
    {name: `violated ${clause.id}`, function: 'countIf', of: judgement.when} as const,
    {name: `about ${clause.id}`, function: 'countIf', of: denominator} as const,
  ])
  const [measured] = await engine.measure([{id: 'checks', input, aggregates: counts}])
  const count = (prefix: string) =>
    Object.fromEntries(rowChecks.map(({clause}) => [clause.id, Number(measured?.values[`${prefix} ${clause.id}`])]))
  const rowsAccepted: Plan = {
    kind: 'values',
    columns: compiled.columns,
    rows: accepted.map((row) => compiled.columns.map(({name}) => row[name] ?? null)),
  }
  const ofDataset = compiled.checks.filter((check) => check.scope === 'dataset')
  const {datasets} = await measureChecks({...compiled, checks: ofDataset}, rowsAccepted, onEngine(engine, new AbortController().signal))
  const checks = judgeChecks(compiled, {violated: count('violated'), denominators: count('about'), datasets})
  const types = Object.fromEntries(compiled.columns.map(({name, type}) => [name, type]))
  return {
    compiled,
    accepted,
    quarantined,
    checks,
    relation: {plan: rowsAccepted, columns: types},
  }
}
