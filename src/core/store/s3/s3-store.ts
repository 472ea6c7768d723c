// Objects in a bucket of any S3-compatible server that decides conditional puts. Nothing is written before the server has shown
// that it does (`probe.ts`); reading needs no probe. The bucket is asked for once before the first read, because a missing
// bucket answers like a missing object and would look like an empty lake.
import {unlink} from 'node:fs/promises'
import {HippoError} from '../../errors/hippo-error.ts'
import type {ContentPlacement, Placed} from '../content-placement.ts'
import type {FileCopy} from '../copy-to-file.ts'
import type {KeptVersions, ObjectLock, ObjectVersion} from '../kept-versions.ts'
import {assertForeignKey, assertObjectKey, isObjectKey, nestedKey} from '../object-key.ts'
import type {ByteRange, ObjectInfo, ObjectStore, PutOptions, SizedSource, StoreCapabilities} from '../object-store.ts'
import type {StoreCheck} from '../probed-store.ts'
import {differentBody, exactly, fileSource, hashOfSource} from '../sized-source.ts'
import type {Bucket} from './bucket.ts'
import {describeProbe} from './check-server.ts'
import {downloadTo} from './download.ts'
import {askForBucket, hasKeysBelow, listObjects} from './list-objects.ts'
import {bucketKeeping, listVersions, lockOfVersion, removeVersion} from './object-versions.ts'
import {assertSafe, type ProbeResult} from './probe.ts'
import {headObject, readObject} from './read-object.ts'
import type {RememberedProbe} from './remembered-probe.ts'
import {S3Refusal} from './transport.ts'
import {uploadObject} from './upload-parts.ts'
import {createObject, type Outcome, replaceObject, sha256Of} from './write-object.ts'

/** Bodies above this are looked for before they are sent: to lose a race after sending them is dear. */
const lookFirstBytes = 1024 * 1024

interface ReadOptions {
  readonly range?: ByteRange
  readonly signal?: AbortSignal
}

export class S3Store implements ObjectStore, ContentPlacement, FileCopy, KeptVersions {
  readonly kind = 's3'
  readonly uri: string
  readonly #bucket: Bucket
  readonly #probed: RememberedProbe
  #ready: Promise<unknown> | undefined
  #result: ProbeResult | undefined
  /** Under way. */
  #trial: Promise<ProbeResult> | undefined
  /** Key prefixes that were seen to be no objects. */
  readonly #folders = new Set<string>()

  /** `probed` gives the newest result for the server; it is asked for by the first call that writes. */
  constructor(bucket: Bucket, probed: RememberedProbe) {
    this.#bucket = bucket
    this.#probed = probed
    this.uri = `s3://${bucket.settings.bucket}/${bucket.settings.prefix}`.replace(/\/$/, '')
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    assertForeignKey(key)
    await this.#reachable()
    const head = await headObject(this.#bucket, key)
    return head === undefined ? undefined : {key, sizeBytes: head.sizeBytes, modifiedAt: head.modifiedAt}
  }

  async get(key: string, options: ReadOptions = {}): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.stream(key, options)) chunks.push(chunk)
    const bytes = inOne(chunks)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  async *stream(key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    assertForeignKey(key)
    options.signal?.throwIfAborted()
    await this.#reachable()
    yield* readObject(this.#bucket, key, options)
  }

  async putIfAbsent(key: string, body: Uint8Array | SizedSource, options: PutOptions = {}): Promise<Outcome> {
    await this.#writable(key, options)
    if (body instanceof Uint8Array) return this.#create(key, Buffer.from(body), options)
    if (body.sizeBytes <= this.#bucket.settings.oneRequestBytes) return this.#create(key, await collect(body, key, options.signal), options)
    return this.#upload(key, body, options)
  }

  async placeContent(body: SizedSource, keyOf: (sha256: string) => string, options: PutOptions = {}): Promise<Placed> {
    const bytes =
      body.sizeBytes <= this.#bucket.settings.oneRequestBytes ? await collect(body, 'a received file', options.signal) : undefined
    const sha256 = bytes === undefined ? await hashOfSource(body, options.signal) : sha256Of(bytes)
    if (options.sha256 !== undefined && options.sha256 !== sha256) throw differentBody('a received file', 'another SHA-256')
    const key = keyOf(sha256)
    await this.#writable(key, options)
    const known = {...options, sha256}
    return {key, sha256, outcome: await (bytes === undefined ? this.#upload(key, body, known) : this.#create(key, bytes, known))}
  }

  async placeFile(key: string, path: string): Promise<Outcome> {
    const outcome = await this.putIfAbsent(key, await fileSource(path))
    await unlink(path)
    return outcome
  }

  async put(key: string, body: Uint8Array, options: PutOptions = {}): Promise<void> {
    await this.#writable(key, options)
    await replaceObject(this.#bucket, key, Buffer.from(body), withHash(key, body, options))
  }

  async *list(prefix: string, options: {readonly startAfter?: string} = {}): AsyncGenerator<ObjectInfo> {
    await this.#reachable()
    yield* listObjects(this.#bucket, prefix, options.startAfter ?? '')
  }

  async delete(key: string): Promise<void> {
    assertForeignKey(key)
    const request = {action: 'DeleteObject', method: 'DELETE', key} as const
    await this.#reachable()
    await this.#bucket.ask(request).catch((error: unknown) => {
      const isGone = error instanceof Error && error.cause instanceof S3Refusal && error.cause.status === 404
      if (!isGone) throw error
    })
    this.#folders.clear()
  }

  async copyToFile(key: string, path: string, options: {readonly signal?: AbortSignal} = {}): Promise<void> {
    assertForeignKey(key)
    await this.#reachable()
    await downloadTo(this.#bucket, key, path, options.signal)
  }

  /** As far as the server was tried out; a server that fails in conditional puts is not written to at all. */
  capabilities(): StoreCapabilities {
    const {isMultipartSafe = false, keeping} = this.#result ?? {}
    const versioning = keeping !== undefined && keeping.versioning !== 'off'
    return {conditionalPut: true, conditionalMultipart: isMultipartSafe, versioning, objectLock: keeping?.objectLock ?? false}
  }

  async *versions(prefix: string): AsyncGenerator<ObjectVersion> {
    await this.#reachable()
    if ((await bucketKeeping(this.#bucket)).versioning === 'off') return
    for await (const version of listVersions(this.#bucket, prefix)) if (isObjectKey(version.key)) yield version
  }

  async lockOf(version: ObjectVersion): Promise<ObjectLock | undefined> {
    return version.isMarker ? undefined : lockOfVersion(this.#bucket, version)
  }

  async removeVersion(version: ObjectVersion, {bypassGovernance}: {readonly bypassGovernance: boolean}): Promise<void> {
    await removeVersion(this.#bucket, version, bypassGovernance)
    this.#folders.clear()
  }

  /** Tries the server out anew and says what was seen. */
  async check(): Promise<StoreCheck> {
    await this.#reachable()
    this.#result = await this.#probed.again()
    return describeProbe(this.#result, this.#bucket.settings.endpoint)
  }

  localPath(): undefined {
    return undefined
  }

  /** Asks for the bucket once; a failure is asked again by the next call. */
  async #reachable(): Promise<void> {
    this.#ready ??= askForBucket(this.#bucket)
    await this.#ready.catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
  }

  async #writable(key: string, {signal, isImmutable}: PutOptions): Promise<void> {
    assertObjectKey(key)
    signal?.throwIfAborted()
    await this.#reachable()
    const result = this.#result ?? (await this.#tryOut())
    assertSafe(result, this.#bucket.settings.endpoint)
    if (isImmutable && this.#bucket.settings.lockHeaders) await this.#lockable()
    if (!result.refusesNestedKeys) await this.#assertNotNested(key)
  }

  /** One trial for all who begin to write at once: each would be some two hundred requests. A failure is tried again by the next call. */
  async #tryOut(): Promise<ProbeResult> {
    this.#trial ??= this.#probed().finally(() => {
      this.#trial = undefined
    })
    this.#result = await this.#trial
    return this.#result
  }

  /** CONFIG_INVALID for a bucket without object lock, where settings ask for it; it may have got one since it was tried out. */
  async #lockable(): Promise<void> {
    if (this.#result?.keeping?.objectLock) return
    this.#result = await this.#probed.again()
    if (this.#result.keeping?.objectLock) return
    const {bucket} = this.#bucket.settings
    throw new HippoError('CONFIG_INVALID', {
      message: `s3.lock is set, but the bucket ${bucket} has no object lock: received bytes cannot be locked in it`,
      hint: 'a bucket gets object lock when it is made; make one and copy the lake into it, or take s3.lock out of hippo.yaml',
    })
  }

  /** For servers that would take a key below another key and then list only one of the two. */
  async #assertNotNested(key: string): Promise<void> {
    const segments = key.split('/')
    const folders = segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
    const unseen = folders.filter((folder) => !this.#folders.has(folder))
    const [isAbove, ...heads] = await Promise.all([
      hasKeysBelow(this.#bucket, key),
      ...unseen.map((folder) => headObject(this.#bucket, folder)),
    ])
    if (isAbove || heads.some((head) => head !== undefined)) throw nestedKey(key)
    for (const folder of unseen) this.#folders.add(folder)
  }

  async #create(key: string, body: Buffer, options: PutOptions): Promise<Outcome> {
    const known = withHash(key, body, options)
    if (body.byteLength > lookFirstBytes && (await headObject(this.#bucket, key, options.signal)) !== undefined) return 'exists'
    return createObject(this.#bucket, key, body, known)
  }

  #upload(key: string, body: SizedSource, options: PutOptions): Promise<Outcome> {
    return uploadObject(this.#bucket, key, body, {...options, isConditional: this.#result?.isMultipartSafe ?? false})
  }
}

async function collect(body: SizedSource, key: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of exactly(body, key, signal)) chunks.push(chunk)
  return inOne(chunks)
}

/** The chunks as one block; not copied when there is only one. */
function inOne(chunks: readonly Uint8Array[]): Buffer {
  const [only] = chunks
  if (only === undefined || chunks.length > 1) return Buffer.concat(chunks)
  return Buffer.from(only.buffer, only.byteOffset, only.byteLength)
}

function withHash(key: string, body: Uint8Array, {sha256: announced, ...options}: PutOptions) {
  const sha256 = sha256Of(body)
  if (announced !== undefined && announced !== sha256) throw differentBody(key, 'another SHA-256')
  return {sha256, ...options}
}
