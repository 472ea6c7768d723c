// Judges a file by a contract where there is no workspace: in a folder of its own that is gone afterwards and without a catalog,
// so nothing is kept but the answer. Rules that refer to other datasets find none here and say so.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {configFileName} from './config/find-workspace.ts'
import {readContractFile} from './contract/read-contract.ts'
import type {RunListener, ValidationResult} from './model/run.ts'
import {judgeFile, stateOfChecks} from './pipeline/validate.ts'
import {openWorkspace} from './workspace.ts'

export interface ValidateFileRequest {
  /** Paths as the user gave them. */
  readonly file: string
  readonly contract: string
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly onEvent?: RunListener
}

/** The result of one file; its run is recorded nowhere. */
export async function validateFile({file, contract, env, signal, onEvent}: ValidateFileRequest): Promise<ValidationResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hippo-validate-'))
  try {
    await writeFile(path.join(folder, configFileName), 'name: file\n')
    const workspace = await openWorkspace({directory: folder, flags: {workspace: folder}, env})
    try {
      const [id, startedAt] = [workspace.newRunId(), workspace.clock.now()]
      onEvent?.({kind: 'runStarted', run: id, verb: 'validate'})
      const judged = await judgeFile(workspace, {id, startedAt, signal}, {contract: await readContractFile(path.resolve(contract)), file})
      const finishedAt = workspace.clock.now()
      return {
        run: {
          id,
          verb: 'validate',
          outputs: [],
          state: stateOfChecks([judged]),
          startedAt: startedAt.toISOString(),
          finishedAt: finishedAt.toISOString(),
          durationMs: finishedAt.getTime() - startedAt.getTime(),
        },
        datasets: [judged],
      }
    } finally {
      await workspace.close()
    }
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
