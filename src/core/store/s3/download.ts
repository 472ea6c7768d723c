// A whole object into a local file: ranges of it side by side, because one connection does not fill a network. The file holds
// exactly the object's bytes or the download fails; a file that was begun is the caller's to remove.
import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {HippoError} from '../../errors/hippo-error.ts'
import {missingKey} from '../object-key.ts'
import {chunkSizeBytes} from '../sized-source.ts'
import type {Bucket} from './bucket.ts'
import {differentHash, headObject, type ObjectHead, readObject} from './read-object.ts'

const rangeBytes = 16 * 1024 * 1024
const rangesAtOnce = 4

/** Writes the object to `path`, which is made with mode 0600. STORE_KEY_MISSING, or STORE_CORRUPT when it is not what was written. */
export async function downloadTo(bucket: Bucket, key: string, path: string, signal?: AbortSignal): Promise<void> {
  const head = await headObject(bucket, key, signal)
  if (head === undefined) throw missingKey(key)
  const file = await open(path, 'w', 0o600)
  try {
    await fill(file, bucket, key, head, signal)
  } finally {
    await file.close()
  }
  // Ranges cannot be hashed as they come; the file has just been written, so this reads memory.
  if (head.sha256 !== undefined && (await hashOfFile(path)) !== head.sha256) throw differentHash(key)
}

async function fill(
  file: FileHandle,
  bucket: Bucket,
  key: string,
  {sizeBytes, etag}: ObjectHead,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < sizeBytes) {
      const start = next
      const end = Math.min(start + rangeBytes, sizeBytes)
      next = end
      let at = start
      for await (const chunk of readObject(bucket, key, {range: {start, end}, ...(signal ? {signal} : {})})) {
        await file.write(chunk, 0, chunk.byteLength, at)
        at += chunk.byteLength
      }
    }
  }
  const results = await Promise.allSettled(Array.from({length: rangesAtOnce}, work))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  const now = await headObject(bucket, key, signal)
  if (now?.etag !== etag) throw new HippoError('STORE_CORRUPT', {message: `object ${key} changed while it was read`, details: {key}})
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, {highWaterMark: chunkSizeBytes})) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
