// Large bodies in parts: four on their way at once, each retried by itself, in buffers that are used again, so that memory stays
// flat whatever the size. The object appears when the upload is completed, under the same condition as a single put; every
// upload that is not completed is aborted.
import {createHash, randomUUID} from 'node:crypto'
import {HippoError} from '../../errors/hippo-error.ts'
import type {SizedSource} from '../object-store.ts'
import {differentBody, exactly} from '../sized-source.ts'
import type {Bucket} from './bucket.ts'
import {headObject} from './read-object.ts'
import {decide, type Outcome, objectHeaders, sha256Of} from './write-object.ts'
import {element, encodeText} from './xml.ts'

export const partSizeBytes = 16 * 1024 * 1024
const partsAtOnce = 4
const mostParts = 10_000
const restarts = 3

export interface UploadOptions {
  /** Hex; compared with the bytes before the object can be seen. */
  readonly sha256?: string
  /** False where the server does not decide such races: then nobody else may write the key. */
  readonly isConditional: boolean
  readonly signal?: AbortSignal
  readonly isImmutable?: true
}

/** Stores a body of any size under the key unless there is an object. STORE_CORRUPT when the body is not what was announced. */
export async function uploadObject(bucket: Bucket, key: string, body: SizedSource, options: UploadOptions): Promise<Outcome> {
  for (let start = 1; ; start++) {
    // The condition is judged only after all parts have arrived: look before sending them.
    if ((await headObject(bucket, key, options.signal)) !== undefined) return 'exists'
    try {
      return await uploadOnce(bucket, key, body, options)
    } catch (error) {
      // S3 gives up an upload whose key is being written by others; it has to begin anew.
      const isConflict = error instanceof HippoError && error.details.code === 'ConditionalRequestConflict'
      if (!isConflict || start === restarts) throw error
    }
  }
}

async function uploadOnce(bucket: Bucket, key: string, body: SizedSource, options: UploadOptions): Promise<Outcome> {
  const upload = await sendUpload(bucket, key, body, options)
  return upload.complete()
}

export interface SentUpload {
  /** Makes the object visible, or gives the upload up when another writer was first. */
  complete(): Promise<Outcome>
}

/** Sends all parts; nothing is visible before the upload is completed. It is aborted when that fails. */
export async function sendUpload(bucket: Bucket, key: string, body: SizedSource, options: UploadOptions): Promise<SentUpload> {
  const {signal, sha256, isImmutable} = options
  const stopped = signal === undefined ? {} : {signal}
  const writeId = randomUUID()
  const uploadId = await initiate(bucket, key, {writeId, ...(sha256 ? {sha256} : {}), ...(isImmutable ? {isImmutable} : {}), ...stopped})
  const upload = {key, uploadId, ...stopped}
  const unlessCreated = async <T>(work: () => Promise<T>): Promise<T> => {
    let result: T | undefined
    try {
      result = await work()
      return result
    } finally {
      if (result === undefined || result === 'exists') await abort(bucket, upload)
    }
  }
  const etags = await unlessCreated(() => sendParts(bucket, upload, body, sha256))
  const request = completion(upload, etags, options.isConditional)
  return {
    complete: () => unlessCreated(() => bucket.mapped(request, () => decide(bucket, {...upload, writeId}, () => bucket.once(request)))),
  }
}

interface Upload {
  readonly key: string
  readonly uploadId: string
  readonly signal?: AbortSignal
}

async function initiate(
  bucket: Bucket,
  key: string,
  {signal, ...marks}: {readonly writeId: string; readonly sha256?: string; readonly isImmutable?: true; readonly signal?: AbortSignal},
): Promise<string> {
  const headers = objectHeaders(bucket.settings, marks)
  const {body} = await bucket.ask({action: 'PutObject', method: 'POST', key, query: {uploads: ''}, headers, ...(signal ? {signal} : {})})
  const uploadId = element(body.toString('utf8'), 'UploadId')
  if (uploadId === undefined) throw new HippoError('STORE_NOT_S3', {message: `${bucket.settings.endpoint} began an upload without an id`})
  return uploadId
}

/** The entity tags of the parts in order. */
async function sendParts(bucket: Bucket, upload: Upload, body: SizedSource, sha256: string | undefined): Promise<readonly string[]> {
  const sizeBytes = Math.max(partSizeBytes, Math.ceil(body.sizeBytes / mostParts))
  const stop = new AbortController()
  const signal = upload.signal === undefined ? stop.signal : AbortSignal.any([upload.signal, stop.signal])
  const etags: string[] = []
  const spare: Buffer[] = []
  const sending = new Set<Promise<void>>()
  const hash = sha256 === undefined ? undefined : createHash('sha256')
  try {
    for await (const part of partsOf(body, {key: upload.key, sizeBytes, spare, ...(upload.signal ? {signal: upload.signal} : {})})) {
      hash?.update(part)
      const number = etags.push('')
      const one = sendPart(bucket, {...upload, signal}, number, part).then((etag) => {
        etags[number - 1] = etag
        sending.delete(one)
        if (part.byteLength === sizeBytes) spare.push(part)
      })
      // Judged below; a failure while the next part is read must not count as unhandled.
      one.catch(() => undefined)
      sending.add(one)
      if (sending.size >= partsAtOnce) await Promise.race(sending)
    }
    await Promise.all(sending)
  } catch (error) {
    stop.abort()
    await Promise.allSettled(sending)
    throw error
  }
  if (hash !== undefined && hash.digest('hex') !== sha256) throw differentBody(upload.key, 'another SHA-256')
  return etags
}

interface PartsChoice {
  readonly key: string
  readonly sizeBytes: number
  /** Buffers to use again. */
  readonly spare: Buffer[]
  readonly signal?: AbortSignal
}

/** The body in buffers of one size, the last as long as what is left. */
async function* partsOf(body: SizedSource, {key, sizeBytes, spare, signal}: PartsChoice): AsyncGenerator<Buffer> {
  let buffer = spare.pop() ?? Buffer.allocUnsafeSlow(sizeBytes)
  let filled = 0
  for await (const chunk of exactly(body, key, signal)) {
    for (let from = 0; from < chunk.byteLength; ) {
      const taken = Math.min(chunk.byteLength - from, sizeBytes - filled)
      buffer.set(chunk.subarray(from, from + taken), filled)
      from += taken
      filled += taken
      if (filled < sizeBytes) continue
      yield buffer
      buffer = spare.pop() ?? Buffer.allocUnsafeSlow(sizeBytes)
      filled = 0
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}

async function sendPart(bucket: Bucket, {key, uploadId, signal}: Upload, number: number, part: Buffer): Promise<string> {
  const {headers} = await bucket.ask({
    action: 'PutObject',
    method: 'PUT',
    key,
    query: {partNumber: String(number), uploadId},
    ...(bucket.settings.signsBodies
      ? {bodySha256: sha256Of(part)}
      : {headers: {'content-md5': createHash('md5').update(part).digest('base64')}}),
    body: part,
    ...(signal ? {signal} : {}),
  })
  return headers.etag ?? ''
}

function completion({key, uploadId, signal}: Upload, etags: readonly string[], isConditional: boolean) {
  const parts = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${encodeText(etag)}</ETag></Part>`)
  const body = Buffer.from(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`,
  )
  return {
    action: 'PutObject',
    method: 'POST',
    key,
    query: {uploadId},
    headers: {'content-type': 'application/xml', ...(isConditional ? {'if-none-match': '*'} : {})},
    body,
    bodySha256: sha256Of(body),
    isCompletion: true,
    ...(signal ? {signal} : {}),
  } as const
}

/** Frees the parts. What cannot be aborted costs room until the bucket's own rule for unfinished uploads removes it. */
async function abort(bucket: Bucket, {key, uploadId}: Upload): Promise<void> {
  await bucket.ask({action: 'AbortMultipartUpload', method: 'DELETE', key, query: {uploadId}}).catch((error: unknown) => {
    if (!(error instanceof HippoError)) throw error
  })
}
