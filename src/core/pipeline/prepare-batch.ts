// Makes the captured files of one batch and dataset ready for the engine. A file that cannot be read as a whole is refused:
// it keeps its bytes, counts as one quarantined record with its reason, and harms no other file.
import {localCopy} from '../lake/bronze.ts'
import type {Batch, CaptureRecord} from '../model/capture.ts'
import type {PreparedFile, RefusedFile} from '../source/source.ts'
import type {Workspace} from './ports.ts'

export interface ReadyFile {
  readonly record: CaptureRecord
  readonly prepared: PreparedFile
}

export interface UnreadableFile {
  readonly record: CaptureRecord
  readonly refused: RefusedFile
}

export interface PreparedBatch {
  readonly ready: readonly ReadyFile[]
  readonly refused: readonly UnreadableFile[]
}

/** Files of the batch that belong to the dataset, each ready to scan or refused with its reason. */
export async function prepareBatch(
  workspace: Workspace,
  batch: Batch,
  dataset: string,
  staging: string,
  signal: AbortSignal,
): Promise<PreparedBatch> {
  const store = await workspace.store()
  const ready: ReadyFile[] = []
  const refused: UnreadableFile[] = []
  for (const record of batch.files) {
    if (record.dataset !== dataset || record.rejected !== undefined) continue
    signal.throwIfAborted()
    const source = await workspace.source(record.source)
    const localPath = await localCopy(store, record.key, staging, signal)
    const outcome = await source.prepare({localPath, record, stagingDirectory: staging, signal})
    if (outcome.kind === 'prepared') ready.push({record, prepared: outcome})
    else refused.push({record, refused: outcome})
  }
  return {ready, refused}
}
