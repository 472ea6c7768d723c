// Writing objects in one request. A conditional put whose answer was lost is neither won nor lost: what is stored is looked at,
// and a mark that every put carries says whose it is. Only then is the same put sent again.
import {createHash, randomUUID} from 'node:crypto'
import type {Bucket, BucketSettings} from './bucket.ts'
import {headObject, sha256Header, writeIdHeader} from './read-object.ts'
import {withRetries} from './retry.ts'
import {isRetryable, isUnknown} from './s3-errors.ts'
import {S3Refusal, S3Timeout} from './transport.ts'

export type Outcome = 'created' | 'exists'

export interface WriteOptions {
  /** Hex, of `body`. */
  readonly sha256: string
  readonly signal?: AbortSignal
  readonly isImmutable?: true
}

/** Stores the body under the key unless there is an object: whole or not at all, and of many writers one. */
export async function createObject(bucket: Bucket, key: string, body: Buffer, options: WriteOptions): Promise<Outcome> {
  const writeId = randomUUID()
  const request = {...putRequest(key, body, options), headers: {...putHeaders(bucket, {...options, writeId}), 'if-none-match': '*'}}
  return bucket.mapped(request, () =>
    decide(bucket, {key, writeId, ...(options.signal ? {signal: options.signal} : {})}, () => bucket.once(request)),
  )
}

/** Stores the body under the key, whatever is there. */
export async function replaceObject(bucket: Bucket, key: string, body: Buffer, options: WriteOptions): Promise<void> {
  await bucket.ask({...putRequest(key, body, options), headers: putHeaders(bucket, {...options, writeId: randomUUID()})})
}

function putRequest(key: string, body: Buffer, {sha256, signal}: WriteOptions) {
  return {action: 'PutObject', method: 'PUT', key, body, bodySha256: sha256, ...(signal ? {signal} : {})} as const
}

function putHeaders({settings}: Bucket, {sha256, ...marks}: Pick<WriteOptions, 'sha256' | 'isImmutable'> & {readonly writeId: string}) {
  return {
    ...objectHeaders(settings, {sha256, ...marks}),
    'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
  }
}

/** What every object of hippo carries. */
export function objectHeaders(
  {objectHeaders: ofStore, lockHeaders}: Pick<BucketSettings, 'objectHeaders' | 'lockHeaders'>,
  {sha256, writeId, isImmutable}: {readonly sha256?: string; readonly writeId: string; readonly isImmutable?: true},
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/octet-stream',
    ...ofStore,
    ...(isImmutable ? lockHeaders?.() : {}),
    ...(sha256 === undefined ? {} : {[sha256Header]: sha256}),
    [writeIdHeader]: writeId,
  }
}

interface Attempt {
  readonly key: string
  readonly writeId: string
  readonly signal?: AbortSignal
}

/** Sends a conditional write until it is known who won. Throws the last failure when that stays open. */
export async function decide(bucket: Bucket, {key, writeId, signal}: Attempt, send: () => Promise<unknown>): Promise<Outcome> {
  let isOpen = false
  const winner = async (): Promise<Outcome | undefined> => {
    const head = await headObject(bucket, key, signal)
    if (head === undefined) return undefined
    return head.writeId === writeId ? 'created' : 'exists'
  }
  return withRetries(bucket.settings.retries, signal, async () => {
    try {
      await send()
      return 'created'
    } catch (error) {
      signal?.throwIfAborted()
      const isTaken = error instanceof S3Refusal && (error.status === 412 || error.code === 'PreconditionFailed')
      const isGone = error instanceof S3Refusal && error.code === 'NoSuchUpload' && isOpen
      // What is sent again may meet what the first try left.
      isOpen ||= isRetryable(error)
      if (!isTaken && !isGone && !isUnknown(error)) throw error
      const outcome = await winner()
      // Without a lost answer before, the object that is in the way cannot be ours.
      if (outcome !== undefined) return isTaken && !isOpen ? 'exists' : outcome
      isOpen = true
      // versitygw with sidecar files refuses a key as taken a moment before its object can be read.
      throw isTaken ? new S3Timeout('taken, but nothing to be read yet') : error
    }
  })
}

/** Hex SHA-256 of bytes in memory. */
export function sha256Of(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
