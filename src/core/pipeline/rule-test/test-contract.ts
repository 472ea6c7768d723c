// `hippo contract test`: a contract held to its own examples. Each is judged alone, through steps, types and rules, without the lake: rules
// that look at another dataset are not tested and said so.
import {type CompiledContract, compileContract} from '../../contract/compile-contract.ts'
import {referenceUses} from '../../contract/referenced-datasets.ts'
import type {Engine} from '../../engine/engine.ts'
import {type Contract, type ExampleRow, layerOf} from '../../model/contract.ts'
import type {CheckId} from '../../model/names.ts'
import {referencedFile} from '../../rules/reference-name.ts'
import {givenContracts} from '../contract-life/diff-contract.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {type JudgedText, judgeTexts, textRow} from './judge-texts.ts'

export interface FailedExample {
  /** 1-based, in the order of the contract. */
  readonly example: number
  /** What is not as the example says; holds what the contract says and no row of anybody. */
  readonly message: string
}

export interface ContractTest {
  readonly dataset: string
  readonly examples: number
  readonly failures: readonly FailedExample[]
  /** Checks that no example breaks. */
  readonly withoutExample: readonly CheckId[]
  /** Checks that an example cannot break, for they need another dataset or are about the dataset as a whole. */
  readonly notTested: readonly CheckId[]
}

/** One entry a silver contract. */
export async function testContract(
  workspace: Workspace,
  {of, signal = new AbortController().signal}: {readonly of?: string} & Pick<RunOptions, 'signal'>,
): Promise<{readonly items: readonly ContractTest[]}> {
  const contracts = (await givenContracts(workspace, of)).filter((contract) => layerOf(contract) === 'silver')
  const engine = await workspace.engine()
  const now = workspace.clock.now().toISOString()
  const items: ContractTest[] = []
  for (const contract of contracts) items.push(await testExamples(contract, {engine, now, signal}))
  return {items}
}

interface Testing {
  readonly engine: Engine
  readonly now: string
  readonly signal: AbortSignal
}

async function testExamples(contract: Contract, testing: Testing): Promise<ContractTest> {
  const {examples = []} = contract
  const compiled = compileContract(withoutLookups(contract), {now: testing.now, relation: () => undefined})
  const testable = new Set(compiled.judgements.map(({id}) => id))
  const failures: FailedExample[] = []
  for (const [index, example] of examples.entries()) {
    const message = await complaintOf(compiled, {...example, row: {...examples[0]?.row, ...example.row}}, testing)
    if (message !== undefined) failures.push({example: index + 1, message})
  }
  const broken = new Set(examples.flatMap(({breaks}) => breaks))
  const ids = contract.rules.map(({id}) => id)
  return {
    dataset: contract.dataset,
    examples: examples.length,
    failures,
    withoutExample: ids.filter((id) => testable.has(id) && !broken.has(id)),
    notTested: ids.filter((id) => !testable.has(id)),
  }
}

/** Steps that look up another dataset leave the text as it is here. */
function withoutLookups(contract: Contract): Contract {
  const needsDataset = (one: Pick<Contract, 'rules' | 'columns'>): boolean =>
    referenceUses({...contract, ...one}).some(({dataset}) => referencedFile(dataset) === undefined)
  const columns = contract.columns.map((column) => ({
    ...column,
    steps: column.steps.filter((step) => !needsDataset({rules: [], columns: [{...column, steps: [step]}]})),
  }))
  return {...contract, columns}
}

/** What is not as the example says; undefined when all of it is. */
async function complaintOf(compiled: CompiledContract, example: ExampleRow, {engine, signal}: Testing): Promise<string | undefined> {
  const {row, unknown} = textRow(compiled, example.row)
  if (unknown.length > 0) return `there is no column ${unknown.join(', ')}`
  const known = new Set(compiled.contract.rules.map(({id}) => id))
  const strange = example.breaks.filter((id) => !known.has(id))
  if (strange.length > 0) return `there is no check ${strange.join(', ')}`
  const [judged] = await judgeTexts(engine, compiled, {rows: [row], signal})
  if (judged === undefined) return 'it was not judged'
  return breaksComplaint(compiled, example, judged) ?? valueComplaint(example, judged)
}

function breaksComplaint({judgements}: CompiledContract, {breaks}: ExampleRow, judged: JudgedText): string | undefined {
  const testable = new Set(judgements.map(({id}) => id))
  const [missed, extra] = [
    breaks.filter((id) => testable.has(id) && !judged.breaks.has(id)),
    [...judged.breaks].filter((id) => !breaks.includes(id)),
  ]
  const parts = [
    ...(missed.length === 0 ? [] : [`does not break ${missed.join(', ')}`]),
    ...(extra.length === 0 ? [] : [`breaks ${extra.join(', ')}`]),
  ]
  return parts.length === 0 ? undefined : parts.join(', and ')
}

function valueComplaint({becomes = {}}: ExampleRow, {typed}: JudgedText): string | undefined {
  for (const [name, expected] of Object.entries(becomes)) {
    if (!(name in typed)) return `there is no column ${name}`
    const found = typed[name] ?? null
    if (String(found) !== String(expected)) return `${name} becomes ${String(found)}, not ${String(expected)}`
  }
  return undefined
}
