// Reads contracts without using them: every error at its place, and what a contract says that hippo does not check.
import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import {type ErrorJson, HippoError, type Location, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
import {originColumns} from '../lake/reserved-columns.ts'
import type {Contract} from '../model/contract.ts'
import type {Workspace} from './ports.ts'
import {silverContracts} from './select-datasets.ts'

export interface LintResult {
  /** Files that were read. */
  readonly files: number
  readonly errors: readonly (ErrorJson & {readonly at?: Location})[]
  readonly remarks: readonly {readonly message: string; readonly at?: Location}[]
}

/** Lints the files named, or all contracts of the workspace. */
export async function lintContracts(workspace: Workspace, files: readonly string[]): Promise<LintResult> {
  const paths = files.length > 0 ? files.map((file) => path.resolve(file)) : await contractFiles(path.join(workspace.root, 'contracts'))
  const {lintContract} = await import('../contract/lint-contract.ts')
  const known = await workspace.contracts().catch(() => undefined)
  const datasets = known ? {datasets: new Map(silverContracts(known).map((contract) => [contract.dataset, columnNames(contract)]))} : {}
  const errors: LintResult['errors'][number][] = []
  const remarks: LintResult['remarks'][number][] = []
  for (const file of paths) {
    try {
      const findings = lintContract(file, await readFile(file, 'utf8'), datasets)
      remarks.push(...findings.filter(({kind}) => kind !== 'broken'))
      for (const {message, at, hint} of findings.filter(({kind}) => kind === 'broken')) {
        errors.push({...toErrorJson(new HippoError('CONTRACT_RULE_INVALID', {message, at, ...(hint ? {hint} : {})})), at})
      }
    } catch (thrown) {
      const error = fileError(file, thrown)
      errors.push({...toErrorJson(error), ...(error.at ? {at: error.at} : {})})
    }
  }
  return {files: paths.length, errors, remarks}
}

/** What other datasets may refer to: the columns of its contract, and where each row came from. */
const columnNames = ({columns}: Contract): readonly string[] => [...columns, ...originColumns].map(({name}) => name)

async function contractFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names
    .filter((name) => name.endsWith('.odcs.yaml'))
    .sort()
    .map((name) => path.join(folder, name))
}

function fileError(file: string, thrown: unknown): HippoError {
  if (!(thrown instanceof Error) || !('syscall' in thrown)) return toHippoError(thrown)
  return new HippoError('CONTRACT_NOT_FOUND', {
    message: `${file} cannot be read`,
    hint: 'name a contract file, or none for all',
    cause: thrown,
  })
}
