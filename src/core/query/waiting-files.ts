// Files that were captured and not let into silver: not promoted yet, or refused by a gate. Their rows are in no table, so no
// preview shows them; what can be done is to judge the file itself, and that command is given ready to type.
import path from 'node:path'
import {capturedFiles, snapshotHistory} from '../catalog/reader.ts'
import {layerOf} from '../model/contract.ts'
import {validateCommand} from '../model/validate-command.ts'
import type {ReadableWorkspace, WaitingFile} from './reader.ts'

/** Nobody reads more names than these. */
const mostFiles = 100

/** Newest batch first; none for a dataset without a contract. */
export async function readWaitingFiles(workspace: ReadableWorkspace, dataset: string): Promise<readonly WaitingFile[]> {
  const db = await workspace.database()
  const [newest] = await snapshotHistory(db, dataset, 'silver', 1)
  const contracts = await workspace.contracts()
  const contract = contracts.find((one) => one.dataset === dataset && layerOf(one) === 'silver')
  if (contract === undefined) return []
  // Files given by hand name the dataset itself, those of a source its key there.
  const keys = [...new Set([dataset, contract.source?.dataset ?? dataset])]
  const files = await Promise.all(keys.map((key) => capturedFiles(db, key, mostFiles)))
  return files
    .flat()
    .filter(({batch, rejected}) => rejected === undefined && batch > (newest?.batch ?? -1))
    .map(({batch, source, path: received, key}) => {
      const settings = workspace.config.sources[source]
      const isKeptOnly = settings === undefined || settings.pathsArePhi
      const {lake} = workspace.config
      if (isKeptOnly && lake.startsWith('s3://')) {
        return {batch, file: `${lake}/${key}`, command: `hippo promote silver ${dataset} --dry-run`}
      }
      const file = isKeptOnly ? path.join(lake, key) : path.join(settings.path, received)
      return {batch, file, command: validateCommand(workspace.root, {file, contract: contract.path})}
    })
}
