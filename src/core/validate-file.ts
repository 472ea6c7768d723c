// Judges a file by a contract where there is no workspace, and without a catalog, so nothing is kept but the answer. Rules that refer to other datasets find none here and say so.
import path from 'node:path'
import {readContractFile} from './contract/read-contract.ts'
import type {RunListener, ValidationResult} from './model/run.ts'
import {judgeFile, stateOfChecks} from './pipeline/validate.ts'
import {withScratchWorkspace} from './scratch-workspace.ts'

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
  return withScratchWorkspace(env, async (workspace) => {
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
  })
}
