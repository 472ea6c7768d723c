// Reading objects. A stream that breaks off goes on where it was, as long as the object is still the same one; what arrives is
// exactly the bytes asked for, and a whole object is compared with the SHA-256 its writer gave it.
import {createHash} from 'node:crypto'
import type http from 'node:http'
import {HippoError} from '../../errors/hippo-error.ts'
import {type ResolvedRange, resolveRange} from '../byte-range.ts'
import {missingKey} from '../object-key.ts'
import type {ByteRange} from '../object-store.ts'
import type {Bucket} from './bucket.ts'
import {withRetries} from './retry.ts'
import {isRetryable} from './s3-errors.ts'
import {S3Refusal} from './transport.ts'

export interface ObjectHead {
  readonly sizeBytes: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
  readonly etag: string
  /** Of the whole object, as its writer said; other writers than hippo say nothing. */
  readonly sha256?: string
  /** Which put made it. */
  readonly writeId?: string
}

export const sha256Header = 'x-amz-meta-hippo-sha256'
export const writeIdHeader = 'x-amz-meta-hippo-write'

/** What the server says of an object; undefined when there is none. */
export async function headObject(bucket: Bucket, key: string, signal?: AbortSignal): Promise<ObjectHead | undefined> {
  const request = {action: 'GetObject', method: 'HEAD', key, ...(signal ? {signal} : {})} as const
  return bucket.mapped(request, async () => {
    try {
      const {headers} = await withRetries(bucket.settings.retries, signal, () => bucket.once(request))
      return headOf(headers)
    } catch (error) {
      if (error instanceof S3Refusal && error.status === 404) return undefined
      throw error
    }
  })
}

function headOf(headers: http.IncomingHttpHeaders): ObjectHead {
  const [sha256, writeId] = [headers[sha256Header], headers[writeIdHeader]]
  return {
    sizeBytes: Number(headers['content-length'] ?? 0),
    modifiedAt: Date.parse(headers['last-modified'] ?? ''),
    etag: headers.etag ?? '',
    ...(typeof sha256 === 'string' ? {sha256} : {}),
    ...(typeof writeId === 'string' ? {writeId} : {}),
  }
}

interface ReadOptions {
  readonly range?: ByteRange
  readonly signal?: AbortSignal
  /** Hears once, before the first byte, what the server says of the whole object; nothing for a range without bytes. */
  readonly onOpened?: (head: ObjectHead) => void
}

/** The bytes of an object or of a range of it. STORE_KEY_MISSING, or STORE_CORRUPT when it lacks the range or is not what was written. */
export async function* readObject(bucket: Bucket, key: string, {range, signal, onOpened}: ReadOptions): AsyncGenerator<Uint8Array> {
  const request = {action: 'GetObject', key, ...(signal ? {signal} : {})}
  let reading: Reading | undefined
  let failures = 0
  for (;;) {
    const opened: Opened = await bucket.mapped(request, () =>
      withRetries(bucket.settings.retries, signal, () => openAt(bucket, {key, range, reading, signal})),
    )
    if (opened === 'empty') return
    const isFirst = reading === undefined
    reading = opened.reading
    try {
      if (isFirst) onOpened?.(opened.head)
      for await (const chunk of opened.response as AsyncIterable<Buffer>) {
        reading.at += chunk.byteLength
        reading.hash?.update(chunk)
        failures = 0
        yield chunk
      }
      if (reading.at === reading.end) return assertWhole(reading, key)
      throw Object.assign(new Error('the answer ended early'), {code: 'ECONNRESET'})
    } catch (error) {
      signal?.throwIfAborted()
      failures += 1
      if (!isRetryable(error) || failures >= bucket.settings.retries.tries) throw bucket.error(error, request)
    } finally {
      opened.response.destroy()
    }
  }
}

/** Where a read is: it outlives the connections it needs. */
interface Reading extends ResolvedRange {
  at: number
  readonly etag: string
  readonly hash?: ReturnType<typeof createHash>
  readonly sha256?: string
}

type Opened = 'empty' | {readonly reading: Reading; readonly head: ObjectHead; readonly response: http.IncomingMessage}

interface OpenChoice {
  readonly key: string
  readonly range: ByteRange | undefined
  readonly reading: Reading | undefined
  readonly signal: AbortSignal | undefined
}

async function openAt(bucket: Bucket, {key, range, reading, signal}: OpenChoice): Promise<Opened> {
  if (reading?.at === reading?.end && reading !== undefined) return 'empty'
  const header = reading === undefined ? headerOf(range) : `bytes=${reading.at}-${reading.end - 1}`
  if (header === 'empty') return emptyRange(bucket, key, range, signal)
  const headers = header === undefined ? {} : {range: header}
  const request = {action: 'GetObject', method: 'GET', key, headers, ...(signal ? {signal} : {})} as const
  let response: http.IncomingMessage
  try {
    response = await bucket.open(request)
  } catch (error) {
    if (error instanceof S3Refusal && error.status === 416) return emptyRange(bucket, key, range, signal)
    throw error
  }
  try {
    const head = {...headOf(response.headers), sizeBytes: wholeSize(response, key)}
    return {reading: continued(reading, startOf(response, head, range, key), key), head, response}
  } catch (error) {
    response.destroy()
    throw error
  }
}

function headerOf(range: ByteRange | undefined): string | undefined {
  if (range === undefined) return undefined
  if (range.start < 0) return `bytes=${range.start}`
  if (range.end === undefined) return `bytes=${range.start}-`
  return range.end <= range.start ? 'empty' : `bytes=${range.start}-${range.end - 1}`
}

/** A range without bytes is one that HTTP cannot ask for; it still must lie within the object. */
async function emptyRange(bucket: Bucket, key: string, range: ByteRange | undefined, signal?: AbortSignal): Promise<'empty'> {
  const head = await headObject(bucket, key, signal)
  if (head === undefined) throw missingKey(key)
  const {start, end} = resolveRange(range, head.sizeBytes, key)
  if (start < end) throw new HippoError('STORE_CORRUPT', {message: `object ${key} changed while it was read`, details: {key}})
  return 'empty'
}

const partHeader = /^bytes (\d+)-(\d+)\/(\d+)$/

function wholeSize({headers}: http.IncomingMessage, key: string): number {
  const partly = partHeader.exec(headers['content-range'] ?? '')
  const sizeBytes = Number(partly === null ? (headers['content-length'] ?? Number.NaN) : partly[3])
  if (Number.isSafeInteger(sizeBytes)) return sizeBytes
  throw new HippoError('STORE_NOT_S3', {message: `the server does not say how long ${key} is`})
}

/** The part of the object that follows the answer. */
function startOf({headers}: http.IncomingMessage, head: ObjectHead, range: ByteRange | undefined, key: string): Reading {
  const {sizeBytes, sha256, etag} = head
  const at = Number(partHeader.exec(headers['content-range'] ?? '')?.[1] ?? 0)
  const resolved = resolveRange(range, sizeBytes, key)
  const isWhole = resolved.start === 0 && resolved.end === sizeBytes
  return {...resolved, at, etag, ...(isWhole && sha256 !== undefined ? {sha256, hash: createHash('sha256')} : {})}
}

/** The reading that goes on; STORE_CORRUPT when another object, or another part of it, was answered. */
function continued(before: Reading | undefined, now: Reading, key: string): Reading {
  const wanted = before ?? {...now, at: now.start}
  if (now.at === wanted.at && now.etag === wanted.etag) return wanted
  const what = now.etag === wanted.etag ? 'the server gave another range than was asked for' : 'it changed while it was read'
  throw new HippoError('STORE_CORRUPT', {message: `object ${key} cannot be read: ${what}`, details: {key}})
}

function assertWhole({hash, sha256}: Reading, key: string): void {
  if (hash !== undefined && hash.digest('hex') !== sha256) throw differentHash(key)
}

/** The stored bytes are not those that were written. */
export function differentHash(key: string): HippoError {
  return new HippoError('STORE_CORRUPT', {message: `object ${key} is not what was written: its SHA-256 is another`, details: {key}})
}
