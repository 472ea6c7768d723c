// The operations of one bucket below one prefix, each retried where that is safe, with failures as errors of the store. It knows
// keys and bytes, not what they mean; conditional writes are in `write-object.ts`.
import type http from 'node:http'
import {type RetryLimits, withRetries} from './retry.ts'
import {s3Error} from './s3-errors.ts'
import type {S3Request, SendOnce} from './signed-request.ts'
import {S3Refusal} from './transport.ts'

export interface BucketSettings {
  readonly send: SendOnce
  readonly bucket: string
  /** Empty, or with a `/` at its end. */
  readonly prefix: string
  /** For people. */
  readonly endpoint: string
  readonly retries: RetryLimits
  /** Bodies above this are sent in parts. */
  readonly oneRequestBytes: number
  /** Over http the signature covers the body; over https a body needs a checksum of its own. */
  readonly signsBodies: boolean
  /** Headers of every request that makes an object: server-side encryption. */
  readonly objectHeaders: Readonly<Record<string, string>>
  /** Headers, besides, of an object that is never written again: its lock, which begins when they are asked for. */
  readonly lockHeaders?: () => Readonly<Record<string, string>>
}

/** A request for a key of the store; `action` is its name in S3's words. */
export interface BucketRequest extends Omit<S3Request, 'objectName'> {
  readonly action: string
  readonly key: string
}

export interface Answer {
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

export class Bucket {
  readonly settings: BucketSettings

  constructor(settings: BucketSettings) {
    this.settings = settings
  }

  /** One try; the body is still to be read. Throws what came, unmapped. */
  open({action: _, key, ...request}: BucketRequest): Promise<http.IncomingMessage> {
    return this.settings.send({...request, objectName: key === '' ? '' : this.settings.prefix + key})
  }

  /** One try, read to its end. Throws what came, unmapped. */
  async once(request: BucketRequest): Promise<Answer> {
    const response = await this.open(request)
    const body = await readAll(response)
    // A success whose body is an error: some servers answer long operations so.
    if (body.byteLength > 0 && /^\s*(<\?xml[^>]*>\s*)?<Error>/.test(body.subarray(0, 300).toString('utf8'))) {
      throw new S3Refusal(500, body.toString('utf8'), response.headers)
    }
    return {headers: response.headers, body}
  }

  /** An operation that may be repeated: tried again while that can help; failures as errors of the store. */
  async ask(request: BucketRequest): Promise<Answer> {
    return this.mapped(request, () => withRetries(this.settings.retries, request.signal, () => this.once(request)))
  }

  /** Runs `work`, its failures as errors of the store. A HEAD's refusal says nothing, so it is asked for in words. */
  async mapped<T>(request: Pick<BucketRequest, 'action' | 'key' | 'signal'>, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.error(await this.#inWords(error, request), request)
    }
  }

  error(error: unknown, {action, key}: Pick<BucketRequest, 'action' | 'key'>): unknown {
    const {bucket, endpoint} = this.settings
    return s3Error(error, {action, key, bucket, endpoint})
  }

  async #inWords(error: unknown, {key, signal}: Pick<BucketRequest, 'action' | 'key' | 'signal'>): Promise<unknown> {
    const isMute = error instanceof S3Refusal && error.text === '' && (error.status === 403 || error.status === 400)
    if (!isMute) return error
    const headers = key === '' ? {} : {range: 'bytes=0-0'}
    const query = key === '' ? {query: {'list-type': '2', 'max-keys': '1'}} : {}
    const asked = await this.once({action: '', method: 'GET', key, headers, ...query, ...(signal ? {signal} : {})}).catch(
      (told: unknown) => told,
    )
    return asked instanceof S3Refusal && asked.text !== '' ? asked : error
  }
}

/** The whole body; ECONNRESET when it ends before its announced length. */
export async function readAll(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}
