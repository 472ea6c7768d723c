// Makes the captured files of one batch and dataset ready for the engine. A file that cannot be read as a whole, or lacks a
// column without which a key or a required value would silently be nothing, is refused and gates the batch: a delivery is
// never committed in part behind anyone's back.
import {bindSources} from '../contract/source-columns.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {localCopy} from '../lake/bronze.ts'
import type {Batch, CaptureRecord} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import type {BrokenEnd, PreparedFile, RefusedFile} from '../source/source.ts'
import {feeds} from './feeds.ts'
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

export interface PrepareBatchOptions {
  readonly staging: string
  readonly signal: AbortSignal
  /** Refuse files whose end is missing, instead of making them ready with their broken records. */
  readonly refuseIncomplete: boolean
}

/** Files of the batch that belong to the dataset, each ready to scan or refused with its reason. */
export async function prepareBatch(
  workspace: Workspace,
  batch: Batch,
  contract: Contract,
  {staging, signal, refuseIncomplete}: PrepareBatchOptions,
): Promise<PreparedBatch> {
  const store = await workspace.store()
  const ready: ReadyFile[] = []
  const refused: UnreadableFile[] = []
  for (const record of batch.files) {
    if (!feeds(record, contract)) continue
    signal.throwIfAborted()
    const source = await workspace.source(record.source)
    const localPath = await localCopy(store, record.key, staging, signal)
    const outcome = await source.prepare({localPath, record, stagingDirectory: staging, signal})
    const refusal =
      outcome.kind === 'refused'
        ? outcome
        : (columnRefusal(contract, outcome) ?? (refuseIncomplete ? endRefusal(contract, outcome) : undefined))
    if (refusal) refused.push({record, refused: refusal})
    else if (outcome.kind === 'prepared') ready.push({record, prepared: outcome})
  }
  return {ready, refused}
}

/** What is wrong with the end of a file. */
export const sayBrokenEnd = ({line, reason}: BrokenEnd): string =>
  `from line ${line} on no record is sound (${reason}): the file was cut, or its end is damaged`

function endRefusal({onIncompleteFile}: Contract, {brokenEnd}: PreparedFile): RefusedFile | undefined {
  if (!brokenEnd || onIncompleteFile !== 'gate') return undefined
  return {kind: 'refused', reason: 'file.torn', message: sayBrokenEnd(brokenEnd)}
}

function columnRefusal(contract: Contract, {header, format}: PreparedFile): RefusedFile | undefined {
  const {binding, missingEssential, ambiguous} = bindSources(contract, header)
  if (Object.keys(binding).length === 0 && ambiguous.length === 0) {
    // Never the names that are there: a first line that is no header is a row.
    return {
      kind: 'refused',
      reason: 'file.columnMissing',
      message: `none of the contract's columns is in its first line, read with ${delimiterWord(format.delimiter)} as delimiter: has it a header, and is that its delimiter?`,
    }
  }
  if (missingEssential.length > 0) {
    return {
      kind: 'refused',
      reason: 'file.columnMissing',
      message: `it has no column ${missingEssential.join(', ')}, which the contract needs`,
    }
  }
  const [first] = ambiguous
  if (!first) return undefined
  return {
    kind: 'refused',
    reason: 'file.columnAmbiguous',
    message: `its columns ${first.candidates.join(' and ')} both fit ${first.source}`,
  }
}

const delimiterWord = (delimiter: string): string => (delimiter === '\t' ? 'a tab' : `"${delimiter}"`)

/** A file that was never captured, made ready for judging only; SOURCE_REFUSED with the reason when it cannot be read. */
export async function prepareGivenFile(
  workspace: Workspace,
  contract: Contract,
  localPath: string,
  options: {readonly staging: string; readonly signal: AbortSignal},
): Promise<ReadyFile> {
  const ready = await readGivenFile(workspace, {dataset: contract.dataset, localPath, ...options})
  const refusal = columnRefusal(contract, ready.prepared)
  if (refusal) throw new HippoError('SOURCE_REFUSED', {message: `file ${ready.record.path} cannot be read: ${refusal.message}`})
  return ready
}

export interface GivenFileOptions {
  readonly dataset: string
  readonly localPath: string
  readonly staging: string
  readonly signal?: AbortSignal
}

/** A file that was never captured, as it is, whatever its columns; SOURCE_REFUSED when its structure cannot be read. */
export async function readGivenFile(
  workspace: Pick<Workspace, 'sourceOfFiles' | 'clock'>,
  {dataset, localPath, staging, signal}: GivenFileOptions,
): Promise<ReadyFile> {
  const source = await workspace.sourceOfFiles([localPath], dataset)
  for await (const item of source.list()) {
    const {compression, dialect, rejected} = await source.look(item)
    if (rejected !== undefined) throw new HippoError('SOURCE_REFUSED', {message: `file ${item.path} cannot be read: ${rejected}`})
    const record: CaptureRecord = {
      source: source.name,
      dataset,
      path: item.path,
      sizeBytes: item.sizeBytes,
      sha256: '',
      key: '',
      compression,
      ...(dialect ? {dialect} : {}),
      receivedAt: workspace.clock.now().toISOString(),
      modifiedAt: new Date(item.modifiedAtMs).toISOString(),
    }
    const prepared = await source.prepare({localPath, record, stagingDirectory: staging, ...(signal === undefined ? {} : {signal})})
    if (prepared.kind === 'prepared') return {record, prepared}
    throw new HippoError('SOURCE_REFUSED', {message: `file ${item.path} cannot be read: ${prepared.message}`})
  }
  throw new HippoError('SOURCE_UNREADABLE', {message: `file ${localPath} is not there any more`})
}
