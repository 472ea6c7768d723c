// A small S3 server in the test's own process that can be made to fail: it drops connections, refuses, keeps silent, carries a
// request out and loses the answer, or decides conditional puts by checking first and writing later, as some servers do. It
// keeps objects in memory, checks no signature and knows one bucket.
import {createHash, randomUUID} from 'node:crypto'
import http from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'
import {SmallS3Versions, type VersionsOptions} from './small-s3-versions.ts'

export interface SmallS3Request {
  readonly method: string
  /** In the bucket; empty for the bucket itself. */
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: http.IncomingHttpHeaders
}

export type Fault =
  /** The connection is cut before anything is done. */
  | {readonly kind: 'drop'}
  /** The request is carried out and its answer never arrives. */
  | {readonly kind: 'loseAnswer'}
  /** Half of the answer's body arrives. */
  | {readonly kind: 'cutAnswer'}
  /** No answer, nothing done. */
  | {readonly kind: 'mute'}
  /** The request is carried out, and nothing is answered. */
  | {readonly kind: 'muteAfter'}
  | {
      readonly kind: 'refuse'
      readonly status: number
      readonly code?: string
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }

export interface SmallS3Options {
  /** Conditions that are judged some time before the write they guard. */
  readonly checksThenWrites?: readonly ('put' | 'complete')[]
  /** Asked for every request. */
  readonly fault?: (request: SmallS3Request) => Fault | undefined
  /** The bucket keeps versions of objects, perhaps under locks. */
  readonly versions?: VersionsOptions
  /** Answers requests to `POST /` (a token service). */
  readonly tokens?: (form: URLSearchParams) => {readonly status: number; readonly body: string}
}

export interface StoredObject {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export interface SmallS3 {
  readonly endpoint: string
  readonly objects: ReadonlyMap<string, StoredObject>
  /** Uploads that were neither completed nor aborted. */
  readonly uploads: ReadonlyMap<string, unknown>
  readonly requests: readonly SmallS3Request[]
  /** Where the bucket keeps them. */
  readonly versions: SmallS3Versions<StoredObject> | undefined
  /** Holds these objects from now on and no others, and no unfinished upload. */
  reset(objects: ReadonlyMap<string, StoredObject>): void
  close(): Promise<void>
}

export const smallBucket = 'small'

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

export async function startSmallS3(options: SmallS3Options = {}): Promise<SmallS3> {
  const objects = new Map<string, StoredObject>()
  const uploads = new Map<string, PartsSent>()
  const requests: SmallS3Request[] = []
  const versions = options.versions ? new SmallS3Versions<StoredObject>(options.versions) : undefined
  const state: State = {objects, uploads, options, versions}
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://small')
    const [, bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/')
    const asked = {method: request.method ?? '', key: rest.join('/'), query: url.searchParams, headers: request.headers}
    const body = await readAll(request).catch(() => undefined)
    if (body === undefined) return
    if (bucket === '' && options.tokens) return send(response, {...options.tokens(new URLSearchParams(body.toString()))})
    requests.push(asked)
    const fault = options.fault?.(asked)
    if (fault?.kind === 'drop') return request.socket.destroy()
    if (fault?.kind === 'mute') return
    if (fault?.kind === 'refuse') return send(response, refusal(fault.status, fault.code, fault.body, fault.headers))
    const answer = bucket === smallBucket ? await carryOut(state, asked, body) : refusal(404, 'NoSuchBucket')
    if (fault?.kind === 'loseAnswer') return request.socket.destroy()
    if (fault?.kind === 'muteAfter') return
    if (fault?.kind === 'cutAnswer') return cut(response, answer)
    send(
      response,
      asked.method === 'HEAD'
        ? {...answer, body: '', headers: {'content-length': String(answer.body?.length ?? 0), ...answer.headers}}
        : answer,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    uploads,
    requests,
    versions,
    reset: (given) => {
      objects.clear()
      uploads.clear()
      for (const [key, object] of given) objects.set(key, object)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface PartsSent {
  readonly headers: Record<string, string>
  readonly locks: http.IncomingHttpHeaders
  readonly parts: Map<number, Buffer>
}

interface State {
  readonly objects: Map<string, StoredObject>
  readonly uploads: Map<string, PartsSent>
  readonly options: SmallS3Options
  readonly versions: SmallS3Versions<StoredObject> | undefined
}

async function carryOut(state: State, asked: SmallS3Request, body: Buffer): Promise<Answer> {
  const {method, key, query} = asked
  const told = method === 'GET' ? toldOfVersions(state, asked) : undefined
  if (told) return told
  if (key === '') return list(state, query)
  if (method === 'PUT' && query.has('uploadId')) return putPart(state, query, body)
  if (method === 'PUT') return write(state, asked, 'put', {body, headers: kept(asked.headers)})
  if (method === 'POST' && query.has('uploads')) return initiate(state, asked)
  if (method === 'POST') return complete(state, asked)
  if (method === 'DELETE' && query.has('uploadId')) {
    return state.uploads.delete(query.get('uploadId') ?? '') ? {status: 204} : refusal(404, 'NoSuchUpload')
  }
  if (method === 'DELETE') return remove(state, asked)
  return read(state, asked)
}

/** What a bucket says of versions and locks, one that keeps none included. */
function toldOfVersions({versions}: State, {key, query}: SmallS3Request): Answer | undefined {
  const answer = versions?.answer(key, query)
  if (answer !== undefined) return answer === 'none' ? refusal(404, 'NoSuchObjectLockConfiguration') : {status: 200, body: answer}
  if (query.has('versioning')) return {status: 200, body: '<VersioningConfiguration/>'}
  return query.has('object-lock') ? refusal(404, 'ObjectLockConfigurationNotFoundError') : undefined
}

function remove({objects, versions}: State, {key, query, headers}: SmallS3Request): Answer {
  const id = query.get('versionId')
  const left = versions && id !== null ? versions.remove(key, id, headers['x-amz-bypass-governance-retention'] === 'true') : undefined
  if (left === 'locked') return refusal(403, 'AccessDenied', '<Error><Code>AccessDenied</Code><Message>object lock</Message></Error>')
  if (versions && id === null) versions.put(key, {})
  if (left) objects.set(key, left)
  else objects.delete(key)
  return {status: 204}
}

const racyMs = 20

async function write(
  {objects, options, versions}: State,
  {key, headers}: SmallS3Request,
  what: 'put' | 'complete',
  object: StoredObject,
): Promise<Answer> {
  const checksum = headers['x-amz-checksum-sha256']
  if (checksum !== undefined && createHash('sha256').update(object.body).digest('base64') !== checksum) return refusal(400, 'BadDigest')
  if (headers['if-none-match'] === '*') {
    if (objects.has(key)) return refusal(412, 'PreconditionFailed')
    if (options.checksThenWrites?.includes(what)) await sleep(racyMs)
  }
  versions?.put(key, headers, object)
  objects.set(key, object)
  return {status: 200, headers: {etag: etagOf(object.body)}, body: what === 'complete' ? '<CompleteMultipartUploadResult/>' : ''}
}

function initiate({uploads}: State, {headers}: SmallS3Request): Answer {
  const id = randomUUID()
  const locks = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-object-lock-')))
  uploads.set(id, {headers: kept(headers), locks, parts: new Map()})
  return {status: 200, body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`}
}

function putPart({uploads}: State, query: URLSearchParams, body: Buffer): Answer {
  const upload = uploads.get(query.get('uploadId') ?? '')
  if (!upload) return refusal(404, 'NoSuchUpload')
  upload.parts.set(Number(query.get('partNumber')), body)
  return {status: 200, headers: {etag: etagOf(body)}}
}

async function complete(state: State, asked: SmallS3Request): Promise<Answer> {
  const id = asked.query.get('uploadId') ?? ''
  const upload = state.uploads.get(id)
  if (!upload) return refusal(404, 'NoSuchUpload')
  const body = Buffer.concat([...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part))
  const answer = await write(state, {...asked, headers: {...upload.locks, ...asked.headers}}, 'complete', {body, headers: upload.headers})
  if (answer.status === 200) state.uploads.delete(id)
  return answer
}

function read({objects}: State, {key, headers}: SmallS3Request): Answer {
  const object = objects.get(key)
  if (!object) return refusal(404, 'NoSuchKey')
  const {body} = object
  const told = {...object.headers, etag: etagOf(body), 'last-modified': new Date().toUTCString(), server: 'SmallS3'}
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '')
  if (!range) return {status: 200, headers: told, body}
  const start = range[1] === '' ? Math.max(0, body.length - Number(range[2])) : Number(range[1])
  const end = range[1] === '' || range[2] === '' ? body.length : Math.min(body.length, Number(range[2]) + 1)
  if (start >= body.length) return refusal(416, 'InvalidRange')
  return {status: 206, headers: {...told, 'content-range': `bytes ${start}-${end - 1}/${body.length}`}, body: body.subarray(start, end)}
}

function list({objects}: State, query: URLSearchParams): Answer {
  const [prefix, most] = [query.get('prefix') ?? '', Number(query.get('max-keys') ?? 1000)]
  const after = query.get('continuation-token') ?? query.get('start-after') ?? ''
  // In the order of the bytes, as S3 lists.
  const found = [...objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => Buffer.from(key))
    .filter((key) => key.compare(Buffer.from(after)) > 0)
    .sort(Buffer.compare)
    .map(String)
  const page = found.slice(0, most)
  const contents = page.map((key) => {
    const size = objects.get(key)?.body.length ?? 0
    return `<Contents><Key>${xml(key)}</Key><LastModified>${new Date().toISOString()}</LastModified><Size>${size}</Size></Contents>`
  })
  const more = found.length > page.length
  const next = more ? `<NextContinuationToken>${xml(page.at(-1) ?? '')}</NextContinuationToken>` : ''
  return {status: 200, body: `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`}
}

const kept = (headers: http.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (name.startsWith('x-amz-meta-') ? [[name, String(value)]] : [])))

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function refusal(status: number, code?: string, body?: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers,
    body: body ?? (code === undefined ? '' : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`),
  }
}

function send(response: http.ServerResponse, {status, headers, body}: Answer): void {
  const bytes = Buffer.from(body ?? '')
  response.writeHead(status, {'content-length': bytes.length, ...headers})
  response.end(bytes)
}

function cut(response: http.ServerResponse, {status, headers, body = ''}: Answer): void {
  const whole = Buffer.from(body)
  response.writeHead(status, {...headers, 'content-length': whole.length})
  response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.socket?.destroy())
}

async function readAll(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
