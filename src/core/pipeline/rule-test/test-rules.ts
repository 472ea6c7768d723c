// `hippo rule test`: every kind of rule held to its examples on this machine's engine; of datasets, the contract's examples, and
// with `mutate` the damage that no rule notices.
import {isSame} from '../../contract/diff/change.ts'
import type {Engine} from '../../engine/engine.ts'
import {column as columnRef, type Expr, type ScalarType} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import type {DatasetRule, FieldRef, RowRule, RuleExample} from '../../rules/define-rule.ts'
import {ruleKinds} from '../../rules/index.ts'
import {onEngine} from '../measure-checks.ts'
import {openRelations} from '../pins.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {storedDeliveries} from '../rule-try/stored-deliveries.ts'
import {selectDatasets, silverContracts} from '../select-datasets.ts'
import {exampleNow, relationOf, valuesPlan} from './example-data.ts'
import {judgeDatasetExample} from './judge-dataset-example.ts'
import {type DamageResult, mutateRows} from './mutate-rows.ts'
import {type ContractTest, testContract} from './test-contract.ts'

export interface TestRulesRequest extends Pick<RunOptions, 'signal'> {
  /** Kinds are tested when absent. */
  readonly dataset?: string
  readonly mutate: boolean
}

export interface KindTest {
  readonly rule: string
  readonly examples: number
  /** 1-based. */
  readonly failed: readonly number[]
  /** Why examples of the kind cannot be asked here. */
  readonly notTested?: string
}

export interface RuleTest {
  readonly kinds: readonly KindTest[]
  readonly contracts: readonly ContractTest[]
  readonly damage: readonly {readonly dataset: string; readonly sampled: number; readonly results: readonly DamageResult[]}[]
}

/** CONFIG_DATASET_UNKNOWN; CONFIG_USAGE when there is no delivery to damage rows of. */
export async function testRules(workspace: Workspace, request: TestRulesRequest): Promise<RuleTest> {
  const {dataset, mutate, signal = new AbortController().signal} = request
  if (dataset === undefined) return {kinds: await testKinds(await workspace.engine(), signal), contracts: [], damage: []}
  const {items} = await testContract(workspace, {of: dataset.replace(/^(silver\.)?/, 'silver.'), signal})
  return {kinds: [], contracts: items, damage: mutate ? [await damageOf(workspace, dataset.replace(/^silver\./, ''), signal)] : []}
}

async function damageOf(workspace: Workspace, dataset: string, signal: AbortSignal): Promise<RuleTest['damage'][number]> {
  const contracts = silverContracts(await workspace.contracts())
  const [contract] = selectDatasets(contracts, [dataset])
  if (contract === undefined) throw new TypeError('a selected dataset has a contract')
  const {relation} = await openRelations({store: await workspace.store()}, contracts, contract, () => 'newest')
  const {deliveries} = await storedDeliveries(workspace, {contract, relation, last: 1, signal})
  const [newest] = deliveries
  if (newest === undefined) return {dataset, sampled: 0, results: []}
  const {sampled, results} = await mutateRows(await workspace.engine(), newest, signal)
  return {dataset, sampled, results}
}

const place = {file: 'example', line: 1, column: 1}

async function testKinds(engine: Engine, signal: AbortSignal): Promise<readonly KindTest[]> {
  const tests: KindTest[] = []
  for (const kind of ruleKinds.values())
    tests.push(kind.scope === 'row' ? await testRowKind(engine, kind, signal) : await testDatasetKind(engine, kind, signal))
  return tests
}

async function testRowKind(engine: Engine, kind: RowRule<unknown>, signal: AbortSignal): Promise<KindTest> {
  const failed: number[] = []
  for (const [index, example] of kind.examples.entries()) {
    const bad = await badRows(engine, kind, {example, signal})
    if (bad.join() !== example.bad.join()) failed.push(index + 1)
  }
  return {rule: kind.name, examples: kind.examples.length, failed}
}

async function testDatasetKind(engine: Engine, kind: DatasetRule<unknown>, signal: AbortSignal): Promise<KindTest> {
  const failed: number[] = []
  for (const [index, example] of kind.examples.entries()) {
    const judged = await judgeDatasetExample(onEngine(engine, signal), kind, example)
    if ('notChecked' in judged) return {rule: kind.name, examples: 0, failed: [], notTested: judged.notChecked}
    const isAsSaid = judged.violated === example.violated && (example.facts === undefined || isSame(judged.facts, example.facts))
    if (!isAsSaid) failed.push(index + 1)
  }
  return {rule: kind.name, examples: kind.examples.length, failed}
}

/** Indexes of the example's rows that the engine finds bad. */
async function badRows(
  engine: Engine,
  kind: RowRule<unknown>,
  {example, signal}: {readonly example: RuleExample; readonly signal: AbortSignal},
): Promise<readonly number[]> {
  const rows = example.rows.map((row) => (typeof row === 'object' && row !== null ? row : {value: row}))
  const hasText = rows.some((row) => 'value.text' in row)
  const type = example.type ?? 'string'
  const columns: Readonly<Record<string, ScalarType>> = {...example.columns, value: type, ...(hasText ? {'value.text': 'string'} : {})}
  const value = columnRef('value')
  const failed = (): Expr | undefined => ('value.failed' in columns ? columnRef('value.failed') : undefined)
  const field: FieldRef = {name: 'value', type, value, text: hasText ? columnRef('value.text') : value, failed}
  const {datasets = {}, repeats, existing} = example
  const bad = kind.violates(kind.parse(example.params, place), field, {
    columns,
    now: exampleNow,
    relation: (name) => (datasets[name] === undefined ? undefined : relationOf(datasets[name])),
    ...(repeats === undefined ? {} : {repeats}),
    ...(existing === undefined ? {} : {existing: relationOf(existing)}),
  })
  const plan: Plan = {kind: 'derive', input: valuesPlan(columns, rows), columns: [{name: 'bad', expr: bad}]}
  const judged = await engine.rows(plan, rows.length, {signal})
  return judged.flatMap((row, index) => (row.bad === true ? [index] : []))
}
