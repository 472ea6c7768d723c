// From a row's own columns to the received record: the capture record of its batch, the bytes that stand for the file today, and
// whether they are what was received. Where other records were erased from the file, its tombstone leads to the new bytes and
// to the record's number in them.
import {HippoError} from '../../errors/hippo-error.ts'
import {assertIntact} from '../../lake/bronze.ts'
import {type BytesToday, bytesToday, openTombstones, type RemovedRecord} from '../../lake/tombstones.ts'
import type {Batch, CaptureRecord} from '../../model/capture.ts'
import type {Sha256} from '../../model/names.ts'
import type {BronzeState, TracedRecord} from '../../model/trace.ts'
import type {Workspace} from '../ports.ts'

/** Where a row says it came from. */
export interface RowOrigin {
  readonly batch: number
  readonly file: Sha256
  readonly row: number
  readonly line: number
}

export async function traceRecord(
  workspace: Workspace,
  dataset: string,
  batches: readonly Batch[],
  origin: RowOrigin,
  signal?: AbortSignal,
): Promise<TracedRecord> {
  const {batch: number, file: sha256, row, line} = origin
  const batch = batches.find((one) => one.number === number)
  const today = await todayOf(workspace, sha256)
  const files = batch?.files.filter((one) => one.sha256 === (today?.sha256 ?? sha256)) ?? []
  const file = files.find((one) => one.dataset === dataset || one.standsFor?.dataset === dataset) ?? files[0]
  return {
    batch: number,
    ...(batch ? {run: batch.run} : {}),
    ...(file ? described(workspace, file) : {}),
    // The capture record was rewritten with the bytes: it does not say any more how many were received.
    ...(file?.sha256 === sha256 ? {sizeBytes: file.sizeBytes} : {}),
    sha256,
    row,
    line,
    bronze: file ? await bronzeState(workspace, file, {origin, today}, signal) : untold(today),
  }
}

/** Undefined when bytes of the lake were erased and the workspace has no key to tell which. */
async function todayOf(workspace: Workspace, sha256: Sha256): Promise<BytesToday | undefined> {
  const {key} = workspace.config
  const tombstones = await openTombstones(await workspace.store(), key)
  if (tombstones.count > 0 && key === undefined) return undefined
  return bytesToday(tombstones, sha256)
}

function described({config}: Workspace, {source, path, sha256, receivedAt, dialect, compression}: CaptureRecord) {
  return {
    source,
    path: config.sources[source]?.pathsArePhi ? sha256 : path,
    receivedAt,
    compression,
    ...(dialect ? {encoding: dialect.encoding} : {}),
  }
}

function untold(today: BytesToday | undefined): BronzeState {
  return today
    ? {state: 'unknown', reason: 'no capture record of the batch names these bytes'}
    : {state: 'keyNeeded', reason: 'bytes of this lake were erased; what stands for these is told with HIPPO_KEY'}
}

async function bronzeState(
  workspace: Workspace,
  file: CaptureRecord,
  {origin, today}: {readonly origin: RowOrigin; readonly today: BytesToday | undefined},
  signal: AbortSignal | undefined,
): Promise<BronzeState> {
  try {
    await assertIntact(await workspace.store(), file, signal)
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
    if (error.code === 'STORE_KEY_MISSING') return {state: 'missing', reason: error.message}
    if (error.code === 'STORE_CORRUPT') return {state: 'altered', reason: error.message}
    throw error
  }
  if (!today || today.removals.length === 0) return {state: 'held', key: file.key}
  const place = placeToday(origin, today.removals)
  return place === undefined ? {state: 'erased'} : {state: 'rewritten', key: file.key, sha256: file.sha256, ...place}
}

/** Number and line of a record after erasures; undefined when it was erased itself. */
function placeToday(
  {row, line}: RowOrigin,
  removals: readonly (readonly RemovedRecord[])[],
): {readonly row: number; readonly line: number} | undefined {
  let place: {readonly row: number; readonly line: number} = {row, line}
  for (const removed of removals) {
    if (removed.some((one) => one.row === place.row)) return undefined
    const before = removed.filter((one) => one.row < place.row)
    place = {row: place.row - before.length, line: place.line - before.reduce((sum, {lines}) => sum + lines, 0)}
  }
  return place
}
