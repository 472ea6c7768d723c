// Objects as files below one folder. A body is written, hashed and synced under a private name first and then given its
// key by link(2), which fails when the key is taken: readers see an object whole or not at all, and of many writers
// exactly one wins. Stored objects are read-only and share no file with anything outside the store.
import {type FileHandle, open, stat, unlink} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import {HippoError} from '../../errors/hippo-error.ts'
import {resolveRange} from '../byte-range.ts'
import type {ContentPlacement, Placed} from '../content-placement.ts'
import type {ObjectHash} from '../hash-object.ts'
import {assertForeignKey, assertObjectKey, missingKey} from '../object-key.ts'
import type {ByteRange, ObjectInfo, ObjectStore, PutOptions, SizedSource, StoreCapabilities} from '../object-store.ts'
import {chunkSizeBytes, differentBody} from '../sized-source.ts'
import {makeFolder} from './durable-folder.ts'
import {readError, writeError} from './file-errors.ts'
import {hashFile} from './hash-file.ts'
import {infoOf, listFolder} from './list-folder.ts'
import {publish, removeEmptyFolders, replace, takeOver} from './publish.ts'
import {type UnfinishedFiles, unfinishedFiles} from './unfinished-files.ts'
import {writeFile} from './write-file.ts'

interface ReadOptions {
  readonly range?: ByteRange
  readonly signal?: AbortSignal
}

/** Opens a folder as a store; it is made (mode 0700) by the first write. What dead processes left unfinished is removed. */
export async function openLocalStore(root: string): Promise<ObjectStore & ContentPlacement> {
  const absolute = resolve(root)
  const unfinished = unfinishedFiles(absolute)
  await unfinished.clean()
  return new LocalStore(absolute, unfinished)
}

class LocalStore implements ObjectStore, ContentPlacement, ObjectHash {
  readonly kind = 'local'
  readonly uri: string
  readonly #root: string
  readonly #unfinished: UnfinishedFiles

  constructor(root: string, unfinished: UnfinishedFiles) {
    this.#root = root
    this.#unfinished = unfinished
    this.uri = pathToFileURL(root).href
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    assertForeignKey(key)
    return infoOf(this.#root, key).catch((error: unknown) => {
      throw readError(error, key)
    })
  }

  async get(key: string, options: ReadOptions = {}): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.stream(key, options)) chunks.push(chunk)
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
  }

  async *stream(key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    assertForeignKey(key)
    options.signal?.throwIfAborted()
    try {
      const file = await open(this.localPath(key), 'r')
      try {
        yield* readRange(file, key, options)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw readError(error, key)
    }
  }

  async hashObject(key: string, {signal}: {readonly signal?: AbortSignal} = {}): Promise<string> {
    assertForeignKey(key)
    try {
      const file = await open(this.localPath(key), 'r')
      try {
        return await hashFile(file, signal)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw readError(error, key)
    }
  }

  async putIfAbsent(key: string, body: Uint8Array | SizedSource, options: PutOptions = {}): Promise<'created' | 'exists'> {
    assertObjectKey(key)
    if ((await this.head(key)) !== undefined) return 'exists'
    return this.#withUnfinished(key, async (path) => {
      const sha256 = await writeFile(body, {path, key, signal: options.signal})
      if (options.sha256 !== undefined && options.sha256 !== sha256) throw differentBody(key, 'another SHA-256')
      return publish(path, this.#root, key)
    })
  }

  async placeContent(body: SizedSource, keyOf: (sha256: string) => string, options: PutOptions = {}): Promise<Placed> {
    return this.#withUnfinished('a received file', async (path) => {
      const sha256 = await writeFile(body, {path, key: 'a received file', signal: options.signal})
      const key = keyOf(sha256)
      assertObjectKey(key)
      if (options.sha256 !== undefined && options.sha256 !== sha256) throw differentBody(key, 'another SHA-256')
      return {key, sha256, outcome: await publish(path, this.#root, key)}
    })
  }

  async placeFile(key: string, path: string): Promise<'created' | 'exists'> {
    assertObjectKey(key)
    return this.#withUnfinished(key, async (unfinished) => {
      await takeOver(path, unfinished, key)
      return publish(unfinished, this.#root, key)
    })
  }

  async put(key: string, body: Uint8Array, options: PutOptions = {}): Promise<void> {
    assertObjectKey(key)
    await this.#withUnfinished(key, async (path) => {
      const sha256 = await writeFile(body, {path, key, signal: options.signal})
      if (options.sha256 !== undefined && options.sha256 !== sha256) throw differentBody(key, 'another SHA-256')
      await replace(path, this.#root, key)
    })
  }

  async *list(prefix: string, options: {readonly startAfter?: string} = {}): AsyncGenerator<ObjectInfo> {
    try {
      yield* listFolder(this.#root, {prefix, startAfter: options.startAfter ?? ''})
    } catch (error) {
      throw readError(error, prefix)
    }
  }

  async delete(key: string): Promise<void> {
    assertForeignKey(key)
    const path = this.localPath(key)
    try {
      const stats = await stat(path).catch(() => undefined)
      if (!stats?.isFile()) return
      await unlink(path)
    } catch (error) {
      throw writeError(error, key)
    }
    await removeEmptyFolders(dirname(path), this.#root)
  }

  capabilities(): StoreCapabilities {
    return {conditionalPut: true, conditionalMultipart: true, versioning: false, objectLock: false}
  }

  localPath(key: string): string {
    return join(this.#root, key)
  }
  async #withUnfinished<T>(key: string, use: (path: string) => Promise<T>): Promise<T> {
    const path = this.#unfinished.newPath()
    try {
      await makeFolder(dirname(this.#root))
      await makeFolder(this.#root, 0o700)
      await makeFolder(this.#unfinished.folder, 0o700)
      return await use(path)
    } catch (error) {
      throw writeError(error, key)
    } finally {
      await unlink(path).catch(() => undefined)
    }
  }
}

/** New buffers for each chunk: the reader may keep them. */
async function* readRange(file: FileHandle, key: string, {range, signal}: ReadOptions): AsyncGenerator<Uint8Array> {
  const stats = await file.stat()
  if (!stats.isFile()) throw missingKey(key)
  const {start, end} = resolveRange(range, stats.size, key)
  for (let at = start; at < end; ) {
    signal?.throwIfAborted()
    const {buffer, bytesRead} = await file.read(new Uint8Array(Math.min(chunkSizeBytes, end - at)), 0, undefined, at)
    if (bytesRead === 0) throw truncated(key, at)
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

function truncated(key: string, sizeBytes: number): HippoError {
  return new HippoError('STORE_CORRUPT', {message: `object ${key} ended after ${sizeBytes} bytes while it was read`, details: {key}})
}
