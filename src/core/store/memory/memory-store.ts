// A store that lives in the process, for tests and dry runs. Same contract as the others; each operation that changes
// something is one synchronous step, which makes it atomic.
import {createHash} from 'node:crypto'
import {resolveRange} from '../byte-range.ts'
import {assertForeignKey, assertObjectKey, missingKey, nestedKey} from '../object-key.ts'
import type {ByteRange, ObjectInfo, ObjectStore, PutOptions, SizedSource, StoreCapabilities} from '../object-store.ts'
import {chunkSizeBytes, differentBody, exactly} from '../sized-source.ts'

interface StoredObject {
  readonly bytes: Uint8Array
  readonly modifiedAt: number
}

/** An empty store. `now` gives modification times in milliseconds since the epoch. */
export function memoryStore(options: {readonly now?: () => number} = {}): ObjectStore {
  return new MemoryStore(options.now ?? Date.now)
}

class MemoryStore implements ObjectStore {
  readonly kind = 'memory'
  readonly uri = 'memory:'
  readonly #objects = new Map<string, StoredObject>()
  /** Number of objects below each would-be folder. */
  readonly #folders = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    assertForeignKey(key)
    const object = this.#objects.get(key)
    return object === undefined ? undefined : {key, sizeBytes: object.bytes.byteLength, modifiedAt: object.modifiedAt}
  }

  async get(key: string, options: {readonly range?: ByteRange; readonly signal?: AbortSignal} = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    assertForeignKey(key)
    const object = this.#objects.get(key)
    if (object === undefined) throw missingKey(key)
    const {start, end} = resolveRange(options.range, object.bytes.byteLength, key)
    return object.bytes.slice(start, end)
  }

  async *stream(key: string, options: {readonly range?: ByteRange; readonly signal?: AbortSignal} = {}): AsyncGenerator<Uint8Array> {
    const bytes = await this.get(key, options)
    for (let at = 0; at < bytes.byteLength; at += chunkSizeBytes) {
      options.signal?.throwIfAborted()
      yield bytes.subarray(at, at + chunkSizeBytes)
    }
  }

  async putIfAbsent(key: string, body: Uint8Array | SizedSource, options: PutOptions = {}): Promise<'created' | 'exists'> {
    assertObjectKey(key)
    const bytes = await readBody(key, body, options)
    if (this.#objects.has(key)) return 'exists'
    this.#store(key, bytes)
    return 'created'
  }

  async put(key: string, body: Uint8Array, options: PutOptions = {}): Promise<void> {
    assertObjectKey(key)
    this.#store(key, await readBody(key, body, options))
  }

  async *list(prefix: string, options: {readonly startAfter?: string} = {}): AsyncGenerator<ObjectInfo> {
    const after = options.startAfter ?? ''
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    for (const key of keys) {
      const info = await this.head(key)
      if (info !== undefined) yield info
    }
  }

  async delete(key: string): Promise<void> {
    assertForeignKey(key)
    if (this.#objects.delete(key)) this.#count(key, -1)
  }

  capabilities(): StoreCapabilities {
    return {conditionalPut: true, conditionalMultipart: true, versioning: false, objectLock: false}
  }

  localPath(): undefined {
    return undefined
  }

  #store(key: string, bytes: Uint8Array): void {
    if (this.#folders.has(key) || foldersOf(key).some((folder) => this.#objects.has(folder))) throw nestedKey(key)
    if (!this.#objects.has(key)) this.#count(key, 1)
    this.#objects.set(key, {bytes, modifiedAt: this.#now()})
  }

  #count(key: string, change: 1 | -1): void {
    for (const folder of foldersOf(key)) {
      const count = (this.#folders.get(folder) ?? 0) + change
      if (count === 0) this.#folders.delete(folder)
      else this.#folders.set(folder, count)
    }
  }
}

function foldersOf(key: string): readonly string[] {
  const segments = key.split('/')
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
}

async function readBody(key: string, body: Uint8Array | SizedSource, options: PutOptions): Promise<Uint8Array> {
  options.signal?.throwIfAborted()
  const bytes = body instanceof Uint8Array ? body.slice() : await collect(key, body, options.signal)
  if (options.sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== options.sha256) {
    throw differentBody(key, 'another SHA-256')
  }
  return bytes
}

async function collect(key: string, body: SizedSource, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(body.sizeBytes)
  let at = 0
  for await (const chunk of exactly(body, key, signal)) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
