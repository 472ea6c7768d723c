// Takes records out of received bytes. The bytes without them are stored under their own hash, a tombstone says what stands for
// the old ones, the capture records follow, and last the old object goes. Killed anywhere, a rerun finds the old object still
// named by a record, or by nobody but its tombstone, and goes on.
//
// Besides store clean-up of tables this is the only code that overwrites or deletes in bronze.

import {localCopy, readBatches, storeBytes} from '../../lake/bronze.ts'
import {layout} from '../../lake/layout.ts'
import {putTombstone, type RemovedRecord} from '../../lake/tombstones.ts'
import type {Batch, CaptureRecord} from '../../model/capture.ts'
import {fileSource} from '../../store/sized-source.ts'
import type {BronzeHit, Erasure, Search} from './erasure.ts'
import {isNamedAnyhow} from './person-text.ts'
import {sourceOf} from './typed-records.ts'

export async function eraseBronze({erasure, bronze}: Search): Promise<void> {
  let now = await readBatches(erasure.store)
  for (const [done, hit] of bronze.entries()) {
    erasure.run.signal.throwIfAborted()
    if (hit.what.kind !== 'stranger') now = await replaceObject(erasure, now, hit)
    // An ingest may have committed meanwhile what was on its way when it was looked at: the proof will find it.
    else if (await isCaptured(erasure, hit.key)) continue
    await erasure.store.delete(hit.key)
    erasure.run.progress('erase', 'bronze', {done: done + 1, total: bronze.length, unit: 'files'})
  }
}

async function isCaptured({store}: Erasure, key: string): Promise<boolean> {
  return (await readBatches(store)).some(({files}) => files.some((file) => file.key === key))
}

interface Replacement {
  readonly key: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly removed: readonly RemovedRecord[]
}

async function replaceObject(erasure: Erasure, batches: readonly Batch[], hit: BronzeHit): Promise<readonly Batch[]> {
  const {store, key, run, workspace} = erasure
  const captures = batches.flatMap(({files}) => files.filter((file) => file.key === hit.key))
  const replacement = await bytesWithout(erasure, captures, hit)
  const {sha256: replacedBy, sizeBytes, removed} = replacement
  const at = workspace.clock.now().toISOString()
  const isNamePersonal = captures.some(({path}) => isErasedName(path))
  const tombstone = {run: run.id, at, replacedBy, sizeBytes, removed, ...(isNamePersonal ? {isNamePersonal} : {})}
  await putTombstone(store, key, hit.sha256, tombstone)
  return rewriteCaptures(erasure, batches, (file) => {
    if (file.key !== hit.key) return file
    const rejected = hit.what.kind === 'whole' ? {rejected: 'file.erased'} : {}
    return {...file, sha256: replacedBy, sizeBytes, key: replacement.key, ...rejected}
  })
}

async function bytesWithout(erasure: Erasure, captures: readonly CaptureRecord[], {key, what}: BronzeHit): Promise<Replacement> {
  const {store, staging, run} = erasure
  const [record] = captures
  if (what.kind !== 'records' || !record) {
    const nothing = {sizeBytes: 0, open: async function* () {}}
    return {...(await storeBytes(store, nothing, run.signal)), removed: []}
  }
  const source = await sourceOf(erasure, record)
  const localPath = await localCopy(store, key, staging, run.signal)
  const cut = await source.cut({localPath, record, stagingDirectory: staging, signal: run.signal, records: what.rows})
  return {...(await storeBytes(store, await fileSource(cut.path), run.signal)), removed: cut.removed}
}

/** Names that a capture record must not keep: those with the person's id, and those of files that were all about the person. */
export function isPersonal({erasure, bronze}: Pick<Search, 'erasure' | 'bronze'>, {path, key}: CaptureRecord): boolean {
  if (isNamedAnyhow(erasure, path)) return true
  return bronze.some((hit) => hit.key === key && (hit.what.kind === 'whole' || (hit.what.kind === 'records' && hit.what.isAll)))
}

/** Takes names out of the capture records; before the bytes are touched, while it can be told which these are. */
export async function eraseNames(search: Search): Promise<void> {
  await rewriteCaptures(search.erasure, search.batches, (file, position) =>
    isPersonal(search, file) ? {...file, path: erasedName(position)} : file,
  )
}

/** Unique within a batch. */
const erasedName = (position: number): string => `erased-${position + 1}`

export const isErasedName = (path: string): boolean => /^erased(-\d+)?$/.test(path)

async function rewriteCaptures(
  {store}: Erasure,
  batches: readonly Batch[],
  rewrite: (file: CaptureRecord, position: number) => CaptureRecord,
): Promise<readonly Batch[]> {
  const rewritten: Batch[] = []
  for (const batch of batches) {
    const files = batch.files.map(rewrite)
    const isChanged = files.some((file, index) => file !== batch.files[index])
    if (isChanged) await store.put(layout.batch(batch.number), Buffer.from(`${JSON.stringify({...batch, files})}\n`))
    rewritten.push(isChanged ? {...batch, files} : batch)
  }
  return rewritten
}
