// Bronze: received bytes under their SHA-256, and one immutable document a batch. Nothing here overwrites or deletes.
// A batch is committed by creating its document under the next number; until then captured bytes are unreferenced.
import {createHash} from 'node:crypto'
import {constants, createReadStream, createWriteStream} from 'node:fs'
import {copyFile, rm} from 'node:fs/promises'
import path from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {HippoError} from '../errors/hippo-error.ts'
import type {Batch, CaptureRecord} from '../model/capture.ts'
import type {Sha256} from '../model/names.ts'
import type {ObjectStore, SizedSource} from '../store/object-store.ts'
import {layout} from './layout.ts'

const readSizeBytes = 4 * 1024 * 1024

export interface StoredBytes {
  readonly key: string
  readonly sha256: Sha256
  readonly sizeBytes: number
}

export interface ReceivedBytes {
  readonly localPath?: string
  open(): AsyncIterable<Uint8Array>
}

/**
 * Keeps the bytes under their hash. They are copied first and the copy is hashed, so what is stored is what was hashed even
 * when the sender is still writing. `staging` is a private folder.
 */
export async function storeBytes(store: ObjectStore, received: ReceivedBytes, staging: string, signal?: AbortSignal): Promise<StoredBytes> {
  const copy = path.join(staging, `capture-${process.hrtime.bigint()}`)
  try {
    if (received.localPath === undefined) await pipeline(Readable.from(received.open()), createWriteStream(copy), {signal})
    else await copyFile(received.localPath, copy, constants.COPYFILE_FICLONE)
    const {sha256, sizeBytes} = await hashFile(copy, signal)
    const key = layout.object(sha256)
    const body: SizedSource = {
      sizeBytes,
      localPath: copy,
      isGivenAway: true,
      open: () => createReadStream(copy, {highWaterMark: readSizeBytes}),
    }
    await store.putIfAbsent(key, body, {...(signal ? {signal} : {})})
    return {key, sha256, sizeBytes}
  } catch (error) {
    throw asStagingError(error)
  } finally {
    await rm(copy, {force: true})
  }
}

/** SHA-256 and size of a local file. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<{sha256: Sha256; sizeBytes: number}> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of createReadStream(file, {highWaterMark: readSizeBytes, ...(signal ? {signal} : {})})) {
    const bytes = chunk as Uint8Array
    hash.update(bytes)
    sizeBytes += bytes.length
  }
  return {sha256: hash.digest('hex'), sizeBytes}
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

/** What makes a delivery known: the same bytes for the same dataset. */
export const knownKey = (file: {readonly dataset: string; readonly sha256: Sha256}): string => `${file.dataset} ${file.sha256}`

/**
 * Commits the files as the next batch and returns it, or undefined when nothing is left to commit because another ingest
 * captured the same bytes first.
 */
export async function commitBatch(
  store: ObjectStore,
  seen: readonly Batch[],
  draft: {readonly run: string; readonly createdAt: string; readonly files: readonly CaptureRecord[]},
): Promise<Batch | undefined> {
  const batches = [...seen]
  let {files} = draft
  for (;;) {
    const known = new Set(batches.flatMap((batch) => batch.files.map(knownKey)))
    files = files.filter((file) => !known.has(knownKey(file)))
    if (files.length === 0) return undefined
    const batch: Batch = {number: (batches.at(-1)?.number ?? 0) + 1, run: draft.run, createdAt: draft.createdAt, files}
    const outcome = await store.putIfAbsent(layout.batch(batch.number), Buffer.from(`${JSON.stringify(batch)}\n`))
    if (outcome === 'created') return batch
    batches.push(...(await readBatches(store, batches.at(-1)?.number ?? 0)))
  }
}

/** A local file with the object's bytes: the object itself when the store is local, else a copy in `staging`. */
export async function localCopy(store: ObjectStore, key: string, staging: string, signal?: AbortSignal): Promise<string> {
  const direct = store.localPath(key)
  if (direct !== undefined) return direct
  const target = path.join(staging, path.basename(key))
  await pipeline(Readable.from(store.stream(key, {...(signal ? {signal} : {})})), createWriteStream(target, {mode: 0o600}), {signal})
  return target
}

function asStagingError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC') return new HippoError('STORE_FULL', {message: 'no space left while copying a received file', cause: error})
  if (code === 'ENOENT') return new HippoError('SOURCE_CHANGED', {message: 'a source file vanished while it was read', cause: error})
  if (code === 'EACCES') return new HippoError('SOURCE_UNREADABLE', {message: 'a source file may not be read by this user', cause: error})
  return error
}
