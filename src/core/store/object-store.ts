// Bytes by key. Every store passes `test/conformance/object-store.suite.ts`. Keys are `/`-separated, of
// `[A-Za-z0-9._=%-]` segments, hold hashes and never received file names, and no key lies below another key. What other tools
// stored under other names can be listed, read and deleted, not written.

export interface ObjectInfo {
  readonly key: string
  readonly sizeBytes: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
}

/** Half-open range of bytes: `start` inclusive, `end` exclusive. A negative `start` without `end` means the last bytes. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

export interface PutOptions {
  /** Checked against the bytes as they are written; STORE_CORRUPT when they differ. */
  readonly sha256?: string
  readonly signal?: AbortSignal
  /** Received bytes, never written again: a store with object lock puts them under it as its settings say. */
  readonly isImmutable?: true
}

/** A body of known size that can be opened more than once. */
export interface SizedSource {
  readonly sizeBytes: number
  /** Local file with the same bytes; lets a local store copy it with the kernel's help. */
  readonly localPath?: string
  open(): AsyncIterable<Uint8Array>
}

export interface StoreCapabilities {
  readonly conditionalPut: boolean
  /** The same for large bodies, which arrive in parts. */
  readonly conditionalMultipart: boolean
  readonly versioning: boolean
  readonly objectLock: boolean
}

export interface ObjectStore {
  readonly kind: 'local' | 's3' | 'memory'
  /** For people and lineage, without credentials: an absolute `file:` or `s3:` URI. */
  readonly uri: string
  head(key: string): Promise<ObjectInfo | undefined>
  /** The whole object or exactly the range asked for; STORE_KEY_MISSING when there is none. */
  get(key: string, options?: {readonly range?: ByteRange; readonly signal?: AbortSignal}): Promise<Uint8Array>
  stream(key: string, options?: {readonly range?: ByteRange; readonly signal?: AbortSignal}): AsyncIterable<Uint8Array>
  /** The commit point of the lake: whole and durable or not at all. `exists` means another writer was first. */
  putIfAbsent(key: string, body: Uint8Array | SizedSource, options?: PutOptions): Promise<'created' | 'exists'>
  /** Only for what can be made again (hints, caches). */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<void>
  /** Objects whose key starts with the prefix, in byte order of their keys. */
  list(prefix: string, options?: {readonly startAfter?: string}): AsyncIterable<ObjectInfo>
  /** Vacuum and erasure only; deleting what is not there is no error. */
  delete(key: string): Promise<void>
  capabilities(): StoreCapabilities
  /** A local path at which the object can be read, when the store has one; engines read remote objects from staged copies. */
  localPath(key: string): string | undefined
}
