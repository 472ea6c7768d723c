// Bronze: received bytes under their SHA-256, and one immutable document a batch. Nothing here overwrites or deletes.
// A batch is committed by creating its document under the next number; until then captured bytes are unreferenced.
import {createHash} from 'node:crypto'
import path from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'
import type {Batch, CaptureRecord, Review, ReviewBatch} from '../model/capture.ts'
import type {Sha256} from '../model/names.ts'
import {placeContent} from '../store/content-placement.ts'
import {copyToFile} from '../store/copy-to-file.ts'
import {hashObject} from '../store/hash-object.ts'
import {missingKey} from '../store/object-key.ts'
import type {ObjectStore, SizedSource} from '../store/object-store.ts'
import {eachAtOnce} from './each-at-once.ts'
import {knownFiles} from './known-files.ts'
import {layout} from './layout.ts'

export interface StoredBytes {
  readonly key: string
  readonly sha256: Sha256
  readonly sizeBytes: number
}

/** Keeps the bytes under their hash; what is stored is what was hashed, even when the sender is still writing. */
export async function storeBytes(store: ObjectStore, received: SizedSource, signal?: AbortSignal): Promise<StoredBytes> {
  const {key, sha256} = await placeContent(store, received, layout.object, {isImmutable: true, ...(signal ? {signal} : {})})
  return {key, sha256, sizeBytes: received.sizeBytes}
}

/** What `storeBytes` would give; stores nothing. */
export async function hashBytes(received: SizedSource, signal?: AbortSignal): Promise<StoredBytes> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of received.open()) {
    signal?.throwIfAborted()
    hash.update(chunk)
    sizeBytes += chunk.byteLength
  }
  const sha256 = hash.digest('hex')
  return {key: layout.object(sha256), sha256, sizeBytes}
}

/** Reads the bytes of a capture once more: STORE_KEY_MISSING when they are gone, STORE_CORRUPT when they are others. */
export async function assertIntact(
  store: ObjectStore,
  {key, sha256, sizeBytes}: Pick<CaptureRecord, 'key' | 'sha256' | 'sizeBytes'>,
  signal?: AbortSignal,
): Promise<void> {
  const hint = 'put the object back from a backup of the lake; nothing is judged by other bytes than those that were received'
  const info = await store.head(key)
  if (!info) throw new HippoError('STORE_KEY_MISSING', {message: `the received bytes ${key} are missing from the lake`, hint})
  const different = (how: string) => new HippoError('STORE_CORRUPT', {message: `the received bytes ${key} have changed: ${how}`, hint})
  if (info.sizeBytes !== sizeBytes) throw different(`${info.sizeBytes} bytes instead of ${sizeBytes}`)
  if ((await hashObject(store, key, signal)) !== sha256) throw different('their SHA-256 is another')
}

/** All batches in order of their numbers. */
export async function readBatches(store: ObjectStore, after = 0): Promise<readonly Batch[]> {
  const keys: string[] = []
  for await (const object of store.list(layout.batchPrefix, after > 0 ? {startAfter: layout.batch(after)} : {})) keys.push(object.key)
  return Promise.all(keys.map((key) => readBatch(store, key)))
}

async function readBatch(store: ObjectStore, key: string): Promise<Batch> {
  const bytes = await store.get(key)
  try {
    const batch = JSON.parse(Buffer.from(bytes).toString('utf8')) as Batch
    if (!Number.isSafeInteger(batch.number) || !Array.isArray(batch.files)) throw new Error('shape')
    return batch
  } catch (cause) {
    throw new HippoError('STORE_CORRUPT', {message: `the capture record ${key} is not readable JSON of a batch`, cause})
  }
}

const headsAtOnce = 16

/**
 * Commits the files as the next batch and returns it, or undefined when nothing is left to commit because another ingest
 * captured the same bytes first.
 */
export async function commitBatch(
  store: ObjectStore,
  seen: readonly Batch[],
  draft: {
    readonly run: string
    readonly createdAt: string
    readonly files: readonly CaptureRecord[]
    /** Sources in hippo.yaml. */
    readonly sources: readonly string[]
  },
): Promise<Batch | undefined> {
  const batches = [...seen]
  let {files} = draft
  for (;;) {
    const known = knownFiles(batches, draft.sources)
    files = files.filter((file) => known.captureOf(file) === undefined)
    if (files.length === 0) return undefined
    // A batch must never name bytes that are not there, whatever happened to the lake since they were stored.
    await eachAtOnce(files, headsAtOnce, async ({key}) => {
      if ((await store.head(key)) === undefined) throw missingKey(key)
    })
    const batch: Batch = {number: (batches.at(-1)?.number ?? 0) + 1, run: draft.run, createdAt: draft.createdAt, files}
    if (await putBatch(store, batch)) return batch
    batches.push(...(await readBatches(store, batches.at(-1)?.number ?? 0)))
  }
}

/** Commits a decision under the first free number after `newest`. What it refers to is stored before. */
export async function commitReview(
  store: ObjectStore,
  newest: number,
  draft: {readonly run: string; readonly createdAt: string; readonly review: Review},
): Promise<ReviewBatch> {
  for (let number = newest + 1; ; number++) {
    const batch: ReviewBatch = {number, run: draft.run, createdAt: draft.createdAt, files: [], review: draft.review}
    if (await putBatch(store, batch)) return batch
  }
}

/** False when the number is taken. */
async function putBatch(store: ObjectStore, batch: Batch): Promise<boolean> {
  return (await store.putIfAbsent(layout.batch(batch.number), Buffer.from(`${JSON.stringify(batch)}\n`))) === 'created'
}

/** A local file with the object's bytes: the object itself when the store is local, else a copy in `staging`. */
export async function localCopy(store: ObjectStore, key: string, staging: string, signal?: AbortSignal): Promise<string> {
  const direct = store.localPath(key)
  if (direct !== undefined) return direct
  const target = path.join(staging, path.basename(key))
  await copyToFile(store, key, target, signal)
  return target
}
