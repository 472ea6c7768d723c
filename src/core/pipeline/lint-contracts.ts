// Reads contracts without using them: every error at its place, and what a contract says that hippo does not check. Each file is
// held against all contracts of the workspace that can be read.
import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {problemsOf} from '../contract/contract-file.ts'
import {type LintFinding, type LintOptions, lintContract} from '../contract/lint-contract.ts'
import {readContract} from '../contract/read-contract.ts'
import {largestContractBytes, readTextFile} from '../contract/read-text-file.ts'
import {withReferenceFiles} from '../contract/reference-files.ts'
import {secondContractError, secondContracts} from '../contract/second-contracts.ts'
import {type ErrorJson, HippoError, type Location, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import type {Relation} from '../rules/define-rule.ts'
import {emptyRelation} from './pins.ts'
import type {Workspace} from './ports.ts'

export interface LintResult {
  /** Files that were read. */
  readonly files: number
  readonly errors: readonly (ErrorJson & {readonly at?: Location})[]
  readonly remarks: readonly {readonly message: string; readonly at?: Location}[]
}

/** Lints the files named, or all contracts of the workspace. */
export async function lintContracts(workspace: Pick<Workspace, 'root' | 'clock'>, files: readonly string[]): Promise<LintResult> {
  const own = await contractFiles(path.join(workspace.root, 'contracts'))
  const paths = files.length > 0 ? files.map((file) => path.resolve(file)) : own
  const readings = new Map<string, Reading>()
  for (const file of new Set([...own, ...paths])) readings.set(file, await read(file))
  const readable = [...readings.values()].flatMap((reading) => ('contract' in reading ? [reading.contract] : []))
  const isWhole = own.every((file) => 'contract' in (readings.get(file) ?? {}))
  const now = workspace.clock.now().toISOString()
  const findings = paths.flatMap((file): readonly Finding[] => {
    const reading = readings.get(file)
    if (reading === undefined) return []
    if ('errors' in reading) return reading.errors
    return lintContract(file, reading.text, {...surroundings(reading.contract, readable, isWhole), now}).map((finding) =>
      finding.kind === 'broken' ? new HippoError('CONTRACT_RULE_INVALID', finding) : finding,
    )
  })
  const queries = await Promise.all(
    paths.flatMap((file) => {
      const reading = readings.get(file)
      return reading !== undefined && 'contract' in reading ? [queryErrors(reading.contract)] : []
    }),
  )
  // A file elsewhere may be the draft of one in the workspace, so only the workspace's own contracts must differ.
  const repeated = secondContracts(readable.filter((contract) => own.includes(contract.path)))
    .filter(({first, second}) => paths.includes(first.path) || paths.includes(second.path))
    .map(secondContractError)
  const errors = [...findings.filter(isError), ...queries.flat(), ...(await Promise.all(repeated))]
  return {
    files: paths.length,
    errors: errors.map((error) => ({...toErrorJson(error), ...(error.at ? {at: error.at} : {})})),
    remarks: findings.filter(isRemark),
  }
}

/** Queries of rules that are no plain read of their table. */
async function queryErrors(contract: Contract): Promise<readonly HippoError[]> {
  const queries = contract.rules.flatMap(({kind, params, column, at, notCheckedBecause}) => {
    const {query} = params as {readonly query?: unknown}
    if (kind !== 'sql' || notCheckedBecause !== undefined || typeof query !== 'string') return []
    return [{at, written: {sql: query, ...(column === undefined ? {} : {column})}}]
  })
  if (queries.length === 0) return []
  const {parseRuleQuery} = await import('../warehouse/rule-query.ts')
  const found = queries.map(async ({at, written}): Promise<readonly HippoError[]> => {
    try {
      await parseRuleQuery(written, contract)
      return []
    } catch (error) {
      if (!(error instanceof HippoError) || error.code !== 'CONTRACT_RULE_INVALID') throw error
      const {message, hint} = error
      return [new HippoError('CONTRACT_RULE_INVALID', {message, at, ...(hint === undefined ? {} : {hint})})]
    }
  })
  return (await Promise.all(found)).flat()
}

type Finding = HippoError | LintFinding

const isError = (finding: Finding): finding is HippoError => finding instanceof HippoError
const isRemark = (finding: Finding): finding is LintFinding => !isError(finding)

type Reading = {readonly text: string; readonly contract: Contract} | {readonly errors: readonly HippoError[]}

async function read(file: string): Promise<Reading> {
  try {
    const text = await readTextFile(file, largestContractBytes)
    return {text, contract: await withReferenceFiles(readContract(file, text))}
  } catch (thrown) {
    return {errors: fileErrors(file, thrown)}
  }
}

/** What a contract's rules and steps find in the workspace: the other datasets of its layer. */
function surroundings(contract: Contract, contracts: readonly Contract[], isWhole: boolean): LintOptions {
  const layer = layerOf(contract)
  const others = contracts.filter((other) => layerOf(other) === layer && other.dataset !== contract.dataset)
  const datasets = new Map<string, Relation>()
  for (const {dataset} of others) {
    const relation = emptyRelation(others, dataset)
    if (relation) datasets.set(dataset, relation)
  }
  const files = contract.referenceFiles === undefined ? {} : {files: contract.referenceFiles}
  return {...files, datasets, mayBeThere: (dataset) => !isWhole || contracts.some((other) => other.dataset === dataset)}
}

async function contractFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names
    .filter((name) => name.endsWith('.odcs.yaml'))
    .sort()
    .map((name) => path.join(folder, name))
}

function fileErrors(file: string, thrown: unknown): readonly HippoError[] {
  if (thrown instanceof HippoError && thrown.code === 'CONTRACT_NOT_FOUND') {
    const hint = 'name a contract file, or none for all'
    return [new HippoError('CONTRACT_NOT_FOUND', {message: `${file} cannot be read`, hint, cause: thrown})]
  }
  const error = toHippoError(thrown)
  const problems = problemsOf(error)
  return problems.length > 0 ? problems.map(({code, ...problem}) => new HippoError(code, problem)) : [error]
}
