// Bodies of objects: what `putIfAbsent` takes, looked at in one way by every store.

import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {open, stat} from 'node:fs/promises'
import {HippoError} from '../errors/hippo-error.ts'
import type {SizedSource} from './object-store.ts'
import {systemCode} from './system-code.ts'

/** Bytes per read when streaming files: large enough that per-read cost vanishes beside hashing. */
export const chunkSizeBytes = 4 * 1024 * 1024

/** A local file as a body. Its size is taken now: a file that changes afterwards fails the put with STORE_CORRUPT. */
export async function fileSource(path: string): Promise<SizedSource> {
  const {size} = await stat(path)
  const isSmall = size <= smallFileBytes
  return {
    sizeBytes: size,
    localPath: path,
    open: () => (isSmall ? readSmall(path, size) : createReadStream(path, {highWaterMark: Math.min(chunkSizeBytes, size)})),
  }
}

/** Up to here a file is read at once: a stream of a small one costs more than its bytes. */
const smallFileBytes = 256 * 1024

/** All of a file in one read, and the byte behind its end when it has grown, by which `exactly` knows. */
async function* readSmall(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const block = Buffer.allocUnsafeSlow(sizeBytes + 1)
    let filled = 0
    for (;;) {
      const {bytesRead} = await file.read(block, filled, block.byteLength - filled)
      filled += bytesRead
      if (bytesRead === 0 || filled >= sizeBytes) break
    }
    if (filled > 0) yield block.subarray(0, filled)
  } finally {
    await file.close()
  }
}

/** The body was not what its owner said: nothing was stored. */
export function differentBody(key: string, what: string): HippoError {
  return new HippoError('STORE_CORRUPT', {
    message: `the bytes given for ${key} are not what was announced: ${what}; nothing was stored`,
    hint: 'the file changed while it was read, or was damaged on its way: run the same command again',
    details: {key},
  })
}

/** The body itself cannot be read, through no fault of the store. */
export function bodyError(error: unknown, key: string): unknown {
  const code = systemCode(error)
  if (code === undefined) return error
  return new HippoError('SOURCE_UNREADABLE', {message: `the file to be stored as ${key} cannot be read: ${code}`, cause: error})
}

/** Passes chunks on; STORE_CORRUPT once they are more, or at the end fewer, than announced; SOURCE_UNREADABLE when they cannot be read. */
export async function* exactly(source: SizedSource, key: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let seen = 0
  try {
    for await (const chunk of source.open()) {
      signal?.throwIfAborted()
      seen += chunk.byteLength
      if (seen > source.sizeBytes) throw differentBody(key, `more than ${source.sizeBytes} bytes`)
      yield chunk
    }
  } catch (error) {
    throw bodyError(error, key)
  }
  if (seen < source.sizeBytes) throw differentBody(key, `${seen} of ${source.sizeBytes} bytes`)
}

/** Hex SHA-256 of a body, read once. */
export async function hashOfSource(body: SizedSource, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of exactly(body, 'a body', signal)) hash.update(chunk)
  return hash.digest('hex')
}
