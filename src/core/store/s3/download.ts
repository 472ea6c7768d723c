// A whole object into a local file: a small one with one request, of a large one ranges side by side, because one connection does not
// fill a network. The file holds exactly the object's bytes or the download fails; a file that was begun is the caller's to remove.
import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {HippoError} from '../../errors/hippo-error.ts'
import {chunkSizeBytes} from '../sized-source.ts'
import type {Bucket} from './bucket.ts'
import {differentHash, type ObjectHead, readObject} from './read-object.ts'

const rangeBytes = 16 * 1024 * 1024
const rangesAtOnce = 4

/** Writes the object to `path`, which is made with mode 0600. STORE_KEY_MISSING, or STORE_CORRUPT when it is not what was written. */
export async function downloadTo(bucket: Bucket, key: string, path: string, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    const head = await takeSmall(file, bucket, key, signal)
    if (head !== undefined) await takeRanges({file, path, bucket, key, head, ...(signal ? {signal} : {})})
  } finally {
    await file.close()
  }
}

/** Writes the object when it is small; what it is when it is too large for one connection. */
async function takeSmall(file: FileHandle, bucket: Bucket, key: string, signal?: AbortSignal): Promise<ObjectHead | undefined> {
  let head: ObjectHead | undefined
  const onOpened = (of: ObjectHead) => {
    head = of
  }
  let at = 0
  for await (const chunk of readObject(bucket, key, {onOpened, ...(signal ? {signal} : {})})) {
    if (head !== undefined && head.sizeBytes > rangeBytes) return head
    await writeWhole(file, chunk, at)
    at += chunk.byteLength
  }
  return undefined
}

interface LargeObject {
  readonly file: FileHandle
  readonly path: string
  readonly bucket: Bucket
  readonly key: string
  readonly head: ObjectHead
  readonly signal?: AbortSignal
}

interface TakenRange {
  readonly start: number
  readonly end: number
  /** Settles when its bytes are in the file. */
  readonly taken: PromiseWithResolvers<void>
}

async function takeRanges(object: LargeObject): Promise<void> {
  const {sizeBytes} = object.head
  const ranges = Array.from({length: Math.ceil(sizeBytes / rangeBytes)}, (_, index): TakenRange => {
    const taken = Promise.withResolvers<void>()
    // Whoever does not wait for it must not make its failure an unhandled one.
    taken.promise.catch(() => undefined)
    return {start: index * rangeBytes, end: Math.min((index + 1) * rangeBytes, sizeBytes), taken}
  })
  const rest = ranges.values()
  let hasFailed = false
  const work = async () => {
    for (const range of rest) {
      if (hasFailed) return
      try {
        await takeRange(object, range)
        range.taken.resolve()
      } catch (error) {
        hasFailed = true
        range.taken.reject(error)
        throw error
      }
    }
  }
  const results = await Promise.allSettled([...Array.from({length: rangesAtOnce}, work), compareHash(object, ranges)])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function takeRange({file, bucket, key, head, signal}: LargeObject, {start, end}: TakenRange): Promise<void> {
  let etag = head.etag
  const onOpened = (of: ObjectHead) => {
    etag = of.etag
  }
  let at = start
  for await (const chunk of readObject(bucket, key, {range: {start, end}, onOpened, ...(signal ? {signal} : {})})) {
    if (etag !== head.etag) throw new HippoError('STORE_CORRUPT', {message: `object ${key} changed while it was read`, details: {key}})
    await writeWhole(file, chunk, at)
    at += chunk.byteLength
  }
}

/** Ranges come in any order: the file is hashed behind them, from memory, while later ones are on their way. */
async function compareHash({path, key, head}: LargeObject, ranges: readonly TakenRange[]): Promise<void> {
  if (head.sha256 === undefined) return
  const hash = createHash('sha256')
  for (const {start, end, taken} of ranges) {
    await taken.promise
    for await (const chunk of createReadStream(path, {start, end: end - 1, highWaterMark: chunkSizeBytes})) hash.update(chunk as Buffer)
  }
  if (hash.digest('hex') !== head.sha256) throw differentHash(key)
}

async function writeWhole(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < chunk.byteLength) {
    const {bytesWritten} = await file.write(chunk, written, chunk.byteLength - written, position + written)
    written += bytesWritten
  }
}
