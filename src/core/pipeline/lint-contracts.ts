// Reads contracts without using them: every error at its place, and what a contract says that hippo does not check.
import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import {type ErrorJson, HippoError, type Location, toErrorJson, toHippoError} from '../errors/hippo-error.ts'
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
  const datasets = known ? {datasets: silverContracts(known).map((contract) => contract.dataset)} : {}
  const errors: LintResult['errors'][number][] = []
  const remarks: LintResult['remarks'][number][] = []
  for (const file of paths) {
    try {
      remarks.push(...lintContract(file, await readFile(file, 'utf8'), datasets))
    } catch (thrown) {
      const error = fileError(file, thrown)
      errors.push({...toErrorJson(error), ...(error.at ? {at: error.at} : {})})
    }
  }
  return {files: paths.length, errors, remarks}
}

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
