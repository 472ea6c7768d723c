// One HTTP exchange with time limits, an abort signal and every refusal told whole. The client's own transport hangs on a mute
// server and forgets status and body of a 5xx; here any answer but success becomes an `S3Refusal`, so that one table of
// errors (`s3-errors.ts`) sees everything. It does not retry: `request.ts` does.
import http from 'node:http'
import https from 'node:https'

export interface TransportLimits {
  /** Until the connection (with TLS) stands. */
  readonly connectMs: number
  /** Without a byte in either direction. */
  readonly idleMs: number
  /** The same while a server puts the parts of a large body together, which some do by copying them. */
  readonly completeMs: number
}

/** The server answered, but not with success. Its text may repeat what was signed, so it is not part of what errors print. */
export class S3Refusal extends Error {
  readonly #text: string
  override readonly name = 'S3Refusal'
  readonly status: number
  /** The `<Code>` of the answer; undefined when it is not the XML of an S3 server. */
  readonly code: string | undefined
  readonly headers: http.IncomingHttpHeaders

  constructor(status: number, text: string, headers: http.IncomingHttpHeaders) {
    super(`status ${status}`)
    this.status = status
    this.#text = text
    this.headers = headers
    this.code = /<Error>[\s\S]*?<Code>([^<]*)<\/Code>/.exec(text)?.[1]
  }

  get text(): string {
    return this.#text
  }
}

/** No answer in time; the request may have been carried out all the same. */
export class S3Timeout extends Error {
  override readonly name = 'S3Timeout'
}

/** Of an answer that is no success: enough for any S3 error, little enough for a portal's page. */
const mostRefusalBytes = 16 * 1024

export type Transport = Pick<typeof http, 'request'>

/** The transport of one request. `agent` keeps connections; the signal ends the request at any point, its body included. */
export function transportOf(limits: Pick<TransportLimits, 'connectMs' | 'idleMs'>, signal: AbortSignal | undefined): Transport {
  const request = (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest => {
    const {request: send} = options.protocol === 'https:' ? https : http
    const sent = send({...options, ...(signal === undefined ? {} : {signal})})
    limit(sent, limits)
    sent.once('response', (response) => {
      const status = response.statusCode ?? 0
      if (status >= 200 && status < 300) onResponse(response)
      else readRefusal(response, status).then((refusal) => sent.emit('error', refusal))
    })
    return sent
  }
  return {request: request as Transport['request']}
}

function limit(sent: http.ClientRequest, {connectMs, idleMs}: Pick<TransportLimits, 'connectMs' | 'idleMs'>): void {
  const stop = (what: string) => () => sent.destroy(new S3Timeout(what))
  sent.setTimeout(idleMs, stop(`no byte for ${idleMs} ms`))
  sent.once('socket', (socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(stop(`no connection within ${connectMs} ms`), connectMs)
    const connected = () => clearTimeout(timer)
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected)
    socket.once('close', connected)
  })
}

/** What can be read of the answer; an answer that breaks off still has its status. */
async function readRefusal(response: http.IncomingMessage, status: number): Promise<S3Refusal> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.byteLength
      if (sizeBytes <= mostRefusalBytes) chunks.push(chunk)
    }
  } catch {
    // The status alone decides then.
  }
  return new S3Refusal(status, Buffer.concat(chunks).toString('utf8'), response.headers)
}
