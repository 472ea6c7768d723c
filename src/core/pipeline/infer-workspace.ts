// Draft contracts for delivered files: each file is read as a delivery would be, profiled, and drafted. Files of one dataset
// make one draft. Nothing is captured and nothing is written; what reading stages lies in the workspace's private folder.
import path from 'node:path'
import {inferContract} from '../contract/infer-contract.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {RunListener} from '../model/run.ts'
import type {PreparedFile} from '../source/source.ts'
import type {Workspace} from './ports.ts'
import {type ReadyFile, readGivenFile} from './prepare-batch.ts'
import {profileFiles} from './profile-file.ts'

export interface DraftRequest {
  readonly dataset: string
  /** Absolute paths, or relative to the current folder. */
  readonly files: readonly string[]
  readonly signal?: AbortSignal
  readonly onEvent?: RunListener
}

export interface ContractDraft {
  readonly dataset: string
  /** Sound records that the draft was made from. */
  readonly rows: number
  readonly columns: number
  /** Records without sound structure; promotion quarantines those whatever the contract says. */
  readonly malformed: number
  /** YAML of the contract. */
  readonly text: string
}

type Ports = Pick<Workspace, 'engine' | 'stagingDirectory' | 'sourceOfFiles' | 'clock' | 'newRunId'>

/** Drafts one contract. SOURCE_* when a file cannot be read; CONFIG_USAGE when files of one name are about different things. */
export async function draftContract(workspace: Ports, {dataset, files, signal, onEvent}: DraftRequest): Promise<ContractDraft> {
  const run = workspace.newRunId()
  const step = {run, step: 'draft contract', subject: dataset}
  onEvent?.({kind: 'stepStarted', ...step})
  const ready = (await readFiles(workspace, {dataset, files, ...(signal === undefined ? {} : {signal})})).map(({prepared}) => prepared)
  const staging = await workspace.stagingDirectory()
  const profile = await profileFiles(await workspace.engine(), ready, {dataset, staging, ...(signal === undefined ? {} : {signal})})
  const today = workspace.clock.now().toISOString().slice(0, 10)
  const text = inferContract({dataset, profile, today})
  onEvent?.({kind: 'stepFinished', ...step, state: 'ok', detail: `${profile.rows} rows, ${profile.columns.length} columns`})
  return {dataset, rows: profile.rows, columns: profile.columns.length, malformed: malformedOf(ready), text}
}

/** The files as deliveries of one dataset; CONFIG_USAGE when they are about different things. */
export async function readFiles(workspace: Ports, {dataset, files, signal}: DraftRequest): Promise<readonly ReadyFile[]> {
  const staging = await workspace.stagingDirectory()
  const ready: ReadyFile[] = []
  for (const file of files) {
    const options = {dataset, localPath: path.resolve(file), staging, ...(signal === undefined ? {} : {signal})}
    ready.push(await readGivenFile(workspace, options))
  }
  refuseStrangers(
    dataset,
    ready.map(({prepared}) => prepared),
  )
  return ready
}

/** Files that share less than half of their columns are no deliveries of one dataset. */
function refuseStrangers(dataset: string, files: readonly PreparedFile[]): void {
  const [first, ...rest] = files
  if (first === undefined) throw new HippoError('CONFIG_VALUE_MISSING', {message: 'there is no file to draft a contract from'})
  for (const {header} of rest) {
    const shared = header.filter((name) => first.header.includes(name)).length
    if (shared * 2 >= Math.max(header.length, first.header.length)) continue
    throw new HippoError('CONFIG_USAGE', {
      message: `two files are both called ${dataset} but have different columns`,
      hint: 'draft one of them under another name: hippo contract infer FILE --dataset NAME',
    })
  }
}

/** Records without sound structure. */
export function malformedOf(files: readonly PreparedFile[]): number {
  return files.flatMap(({malformed}) => Object.values(malformed)).reduce((sum, count) => sum + count, 0)
}
