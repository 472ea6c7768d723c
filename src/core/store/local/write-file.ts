// Writes a body to a new file and hashes it on the way. Reading, hashing and writing of neighbouring chunks overlap, so
// that storing costs about what the slowest of the three costs.
import {createHash} from 'node:crypto'
import {constants, copyFile, type FileHandle, open} from 'node:fs/promises'
import type {SizedSource} from '../object-store.ts'
import {bodyError, differentBody, exactly} from '../sized-source.ts'
import {hashFile} from './hash-file.ts'

export interface WriteRequest {
  /** Path of a file that does not exist. */
  readonly path: string
  /** For messages. */
  readonly key: string
  readonly signal?: AbortSignal | undefined
}

/** Writes, syncs and closes; resolves to the SHA-256 in hex. STORE_CORRUPT when the body is not as long as announced. */
export async function writeFile(body: Uint8Array | SizedSource, request: WriteRequest): Promise<string> {
  const {path, key, signal} = request
  signal?.throwIfAborted()
  if (!(body instanceof Uint8Array) && body.localPath !== undefined) return copyLocal(body.localPath, body.sizeBytes, request)
  return withFile(path, 'wx', async (file) =>
    body instanceof Uint8Array ? writeBytes(file, body) : copy(exactly(body, key, signal), file),
  )
}

/**
 * The system copies, sharing blocks where the file system can (btrfs, xfs, apfs); the copy, not the source, is hashed while it
 * goes to disk, so that what is stored is what was hashed.
 */
async function copyLocal(from: string, sizeBytes: number, {path, key, signal}: WriteRequest): Promise<string> {
  // A pipe in the file's place would keep a plain open waiting for ever.
  const source = await open(from, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw bodyError(error, key)
  })
  const isFile = (await source.stat().finally(() => source.close())).isFile()
  if (!isFile) throw differentBody(key, 'it is no file any more')
  await copyFile(from, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  return withFile(path, 'r', async (file) => {
    const {size} = await file.stat()
    if (size !== sizeBytes) throw differentBody(key, `${size} of ${sizeBytes} bytes`)
    const [sha256] = await Promise.all([hashFile(file, signal), file.sync()])
    return sha256
  })
}

async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o666)
  try {
    const result = await use(file)
    await file.sync()
    return result
  } finally {
    await file.close()
  }
}

async function writeBytes(file: FileHandle, bytes: Uint8Array): Promise<string> {
  await writeAll(file, bytes)
  return createHash('sha256').update(bytes).digest('hex')
}

async function copy(chunks: AsyncIterable<Uint8Array>, file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) {
    const writing = writeAll(file, chunk)
    // A rejection is seen by the await below; it must not count as unhandled while the chunk is hashed.
    writing.catch(() => undefined)
    hash.update(chunk)
    await writing
  }
  return hash.digest('hex')
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    const {bytesWritten} = await file.write(bytes, at, Math.min(bytes.byteLength - at, 2 ** 30))
    at += bytesWritten
  }
}
