// The one place that knows the `minio` client, loaded on first use. Only its signed-request core is used: its streams, its
// multipart upload and its retries lose conditions, bytes or answers (docs/decisions/2026-11-23-object-stores.md). A client is
// made for each request, because its transport is where a request can be given limits and a signal of its own.
import http from 'node:http'
import https from 'node:https'
import type {Credentials, Endpoint} from './s3-settings.ts'
import {type TransportLimits, transportOf} from './transport.ts'

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Whole key in the bucket; empty for the bucket itself. */
  readonly objectName: string
  /** Parameter -> value, unescaped. */
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Hex SHA-256 of the body; signed over http, where it also guards the body on its way. */
  readonly bodySha256?: string
  readonly signal?: AbortSignal
  /** The server may be silent for as long as it needs to complete an upload. */
  readonly isCompletion?: true
}

export interface SignerSettings {
  readonly endpoint: Endpoint
  readonly bucket: string
  readonly region: string
  readonly pathStyle: boolean
  /** PEM of the authority to trust besides those the system knows. */
  readonly ca?: string
  readonly limits: TransportLimits
  readonly credentials: () => Promise<Credentials>
}

export type SendOnce = (request: S3Request) => Promise<http.IncomingMessage>

export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Sends signed requests, each once. Resolves with a successful answer whose body is still to be read; throws `S3Refusal`, `S3Timeout` or an error of the network. */
export function signedRequests(settings: SignerSettings): SendOnce {
  const {endpoint, bucket, region, pathStyle, limits} = settings
  const agent = endpoint.isTls
    ? new https.Agent({keepAlive: true, maxSockets: 64, ...(settings.ca === undefined ? {} : {ca: settings.ca})})
    : new http.Agent({keepAlive: true, maxSockets: 64})
  let loading: Promise<typeof import('minio')> | undefined
  return async ({method, objectName, query, headers, body, bodySha256, signal, isCompletion}) => {
    signal?.throwIfAborted()
    loading ??= import('minio')
    const {Client} = await loading
    const credentials = await settings.credentials()
    const client = new Client({
      endPoint: endpoint.host,
      port: endpoint.port,
      useSSL: endpoint.isTls,
      region,
      pathStyle,
      ...credentials,
      transport: transportOf(isCompletion ? {...limits, idleMs: limits.completeMs} : limits, signal),
      transportAgent: agent,
      retryOptions: {disableRetry: true},
    })
    const payload = body ?? Buffer.alloc(0)
    return client.makeRequestStreamAsync(
      {
        method,
        bucketName: bucket,
        ...(objectName === '' ? {} : {objectName}),
        ...(query === undefined ? {} : {query: encodeQuery(query)}),
        headers: {...headers, ...(method === 'GET' || method === 'HEAD' ? {} : {'content-length': String(payload.byteLength)})},
      },
      payload,
      endpoint.isTls ? '' : (bodySha256 ?? emptySha256),
      successes,
      region,
    )
  }
}

/** The transport has judged the status already. */
const successes = Array.from({length: 100}, (_, index) => 200 + index)

/** Escaped as the signature wants it: everything but A-Z a-z 0-9 - _ . ~ */
function encodeQuery(query: Readonly<Record<string, string>>): string {
  const escaped = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  return Object.entries(query)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .join('&')
}
