// What S3 servers and the network between say, as errors of the store, in one table. Messages name the key, the server's code
// and what was expected; never a credential, and of a server's text only what no S3 server wrote (a portal's page).
import type {ErrorCode} from '../../errors/codes.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {missingKey, nestedKey} from '../object-key.ts'
import {S3Refusal, S3Timeout} from './transport.ts'

/** What was asked, for the message. */
export interface Asked {
  /** The operation in S3's words, as policies name it: GetObject, PutObject, ListBucket … */
  readonly action: string
  /** Without the lake's prefix; empty for the bucket itself. */
  readonly key: string
  readonly bucket: string
  readonly endpoint: string
}

const codes: Readonly<Record<string, ErrorCode>> = {
  NoSuchBucket: 'STORE_BUCKET_MISSING',
  SignatureDoesNotMatch: 'STORE_CREDENTIALS',
  InvalidAccessKeyId: 'STORE_CREDENTIALS',
  XAdminUserNotFound: 'STORE_CREDENTIALS',
  InvalidToken: 'STORE_CREDENTIALS',
  ExpiredToken: 'STORE_CREDENTIALS',
  TokenRefreshRequired: 'STORE_CREDENTIALS',
  AuthorizationHeaderMalformed: 'STORE_CREDENTIALS',
  AccessDenied: 'STORE_FORBIDDEN',
  AllAccessDisabled: 'STORE_FORBIDDEN',
  AccountProblem: 'STORE_FORBIDDEN',
  RequestTimeTooSkewed: 'STORE_CLOCK_SKEW',
  XMinioStorageFull: 'STORE_FULL',
  InsufficientStorage: 'STORE_FULL',
  QuotaExceeded: 'STORE_FULL',
  XMinioAdminBucketQuotaExceeded: 'STORE_FULL',
  SlowDown: 'STORE_BUSY',
  SlowDownRead: 'STORE_BUSY',
  SlowDownWrite: 'STORE_BUSY',
  ServiceUnavailable: 'STORE_BUSY',
  InternalError: 'STORE_BUSY',
  XMinioServerNotInitialized: 'STORE_BUSY',
  OperationAborted: 'STORE_BUSY',
  ConditionalRequestConflict: 'STORE_BUSY',
  RequestTimeout: 'STORE_TIMEOUT',
  ObjectLocked: 'STORE_LOCKED',
  InvalidObjectState: 'STORE_LOCKED',
  BadDigest: 'STORE_CORRUPT_IN_TRANSIT',
  InvalidDigest: 'STORE_CORRUPT_IN_TRANSIT',
  XAmzContentSHA256Mismatch: 'STORE_CORRUPT_IN_TRANSIT',
  XAmzContentChecksumMismatch: 'STORE_CORRUPT_IN_TRANSIT',
  IncompleteBody: 'STORE_CORRUPT_IN_TRANSIT',
  KeyTooLongError: 'STORE_KEY_INVALID',
  XMinioInvalidResourceName: 'STORE_KEY_INVALID',
  XMinioInvalidObjectName: 'STORE_KEY_INVALID',
  InvalidBucketName: 'CONFIG_INVALID',
  PermanentRedirect: 'STORE_NOT_S3',
}

const nested = new Set(['ObjectParentIsFile', 'ExistingObjectIsDirectory', 'XMinioParentIsObject', 'XMinioObjectExistsAsDirectory'])
const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchVersion'])

const networkCodes: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'STORE_UNREACHABLE',
  EHOSTUNREACH: 'STORE_UNREACHABLE',
  ENETUNREACH: 'STORE_UNREACHABLE',
  EAI_AGAIN: 'STORE_UNREACHABLE',
  ENOTFOUND: 'STORE_UNREACHABLE',
  ECONNRESET: 'STORE_INTERRUPTED',
  EPIPE: 'STORE_INTERRUPTED',
  ECONNABORTED: 'STORE_INTERRUPTED',
  ERR_STREAM_PREMATURE_CLOSE: 'STORE_INTERRUPTED',
  ETIMEDOUT: 'STORE_TIMEOUT',
}

/** Any failure of a request as a HippoError; HippoErrors and aborts pass through, as does what is no failure of S3 or network. */
export function s3Error(error: unknown, asked: Asked): unknown {
  if (error instanceof S3Refusal) return refusalError(error, asked)
  if (error instanceof HippoError || !(error instanceof Error) || error.name === 'AbortError') return error
  const place = placeOf(asked)
  if (error instanceof S3Timeout) {
    return new HippoError('STORE_TIMEOUT', {message: `${asked.action} of ${place} at ${asked.endpoint}: ${error.message}`, cause: error})
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return error
  if (isTlsCode(code)) return tlsError(code, asked, error)
  const ours = networkCodes[code] ?? (/^HPE_/.test(code) ? 'STORE_NOT_S3' : undefined)
  if (ours === undefined) return error
  const hint = networkHint(code, asked)
  return new HippoError(ours, {
    message: `${asked.action} of ${place} at ${asked.endpoint} failed: ${code}`,
    details: {key: asked.key},
    cause: error,
    ...hint,
  })
}

function networkHint(code: string, {endpoint}: Asked): {readonly hint?: string} {
  if (code === 'ENOTFOUND') return {hint: 'check s3.endpoint: there is no host of that name'}
  if (code !== 'ECONNRESET' || !endpoint.startsWith('http://')) return {}
  return {
    hint: 'run the same command again; if it never works, write https:// in s3.endpoint: some servers that speak TLS hang up like this',
  }
}

/** True when the request may or may not have been carried out: no answer came, or one that leaves it open. */
export function isUnknown(error: unknown): boolean {
  if (error instanceof S3Refusal) return error.status >= 500 && error.status !== 501 && error.status !== 507
  if (error instanceof S3Timeout) return true
  return networkCodeOf(error) !== undefined
}

/** True when asking again can help. Conditional puts are asked again only by who can tell afterwards whose bytes won. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof S3Refusal) {
    if (error.status === 501 || isFull(error)) return false
    if (error.status >= 500 || error.status === 408 || error.status === 429) return true
    return ['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout', 'SlowDown'].includes(error.code ?? '')
  }
  if (error instanceof S3Timeout) return true
  const code = networkCodeOf(error)
  return code !== undefined && code !== 'ENOTFOUND'
}

function networkCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code in networkCodes ? error.code : undefined
}

function refusalError(refusal: S3Refusal, asked: Asked): HippoError {
  const {status, code} = refusal
  const {action, key, bucket, endpoint} = asked
  const details = {key, status, ...(code === undefined ? {} : {code})}
  if (code !== undefined && nested.has(code)) return nestedKey(key)
  if (code !== undefined && missing.has(code) && key !== '') return missingKey(key)
  if (code === undefined && isForeignPage(refusal)) return notS3(refusal, asked)
  const ours = isFull(refusal) ? 'STORE_FULL' : ((code === undefined ? undefined : codes[code]) ?? codeOfStatus(refusal, asked))
  const said = code === undefined ? `status ${status}` : `${code} (status ${status})`
  const make = (message: string, hint?: string) => new HippoError(ours, {message, details, cause: refusal, ...(hint ? {hint} : {})})
  if (isLock(refusal))
    return new HippoError('STORE_LOCKED', {message: `${key} is locked against ${action}: ${said}`, details, cause: refusal})
  switch (ours) {
    case 'STORE_BUCKET_MISSING':
      return make(
        `there is no bucket ${bucket} at ${endpoint}`,
        `create the bucket ${bucket}, or correct lake and s3.endpoint in hippo.yaml`,
      )
    case 'STORE_CREDENTIALS':
      return make(`${endpoint} does not accept the credentials: ${said}`)
    case 'STORE_FORBIDDEN':
      return make(`the credentials may not ${action} ${placeOf(asked)}: ${said}`, `allow s3:${action} for them, or use others`)
    case 'STORE_CLOCK_SKEW':
      return make(`the clock here says ${new Date().toISOString()}, that of ${endpoint} says ${clockOf(refusal)}`)
    case 'STORE_FULL':
      return make(`no space left at ${endpoint} for ${key}: ${said}`, 'free some space on the server, then run the same command again')
    default:
      return make(`${action} of ${placeOf(asked)} was refused: ${said}`)
  }
}

/** Of a 404 about the bucket only an answer without any word can mean the bucket. */
function codeOfStatus({status, code}: S3Refusal, {key}: Asked): ErrorCode {
  if (status === 401 || status === 403) return 'STORE_FORBIDDEN'
  if (status === 404)
    return key !== '' ? 'STORE_KEY_MISSING' : code === undefined || missing.has(code) ? 'STORE_BUCKET_MISSING' : 'STORE_UNREADABLE'
  if (status === 408) return 'STORE_TIMEOUT'
  if (status === 429 || (status >= 500 && status !== 501)) return 'STORE_BUSY'
  if (status >= 300 && status < 400) return 'STORE_NOT_S3'
  return 'STORE_UNREADABLE'
}

/** Some servers tell a full disk by its code, MinIO during an upload in parts only in the text of an internal error. */
function isFull({status, code, text}: S3Refusal): boolean {
  return status === 507 || (code !== undefined && codes[code] === 'STORE_FULL') || /no space left on device|disk quota exceeded/i.test(text)
}

/** Retention answers 403 or 400 with common codes; only the text tells it from a missing right. */
function isLock({status, text}: S3Refusal): boolean {
  return (status === 403 || status === 400) && /WORM|object lock|object is locked|retention/i.test(text)
}

/** An error page of something that is no S3 server. An empty answer (HEAD) says nothing either way. */
function isForeignPage({text, status}: S3Refusal): boolean {
  return text.trim() !== '' && !/<Error[ >]/.test(text) && (status < 500 || /<html/i.test(text))
}

function notS3({text, status}: S3Refusal, {endpoint}: Asked): HippoError {
  if (/HTTP request.*HTTPS server|Client sent an HTTP request/i.test(text)) {
    return new HippoError('STORE_TLS', {message: `${endpoint} speaks TLS`, hint: 'write https:// in s3.endpoint'})
  }
  const start = text
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, 80)
  return new HippoError('STORE_NOT_S3', {
    message: `${endpoint} answered with status ${status} and something that no S3 server says: ${start}`,
  })
}

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|ERR_OSSL)/.test(code)
}

function tlsError(code: string, {endpoint}: Asked, cause: Error): HippoError {
  const isScheme = code === 'EPROTO' || code.startsWith('ERR_SSL_WRONG_VERSION') || code.startsWith('ERR_SSL_PACKET')
  const hint = isScheme
    ? 'check the scheme in s3.endpoint: https:// only where the server speaks TLS'
    : 'name the file with its certificate authority as s3.ca in hippo.yaml, or in NODE_EXTRA_CA_CERTS'
  return new HippoError('STORE_TLS', {message: `no TLS connection to ${endpoint}: ${code}`, hint, cause})
}

function clockOf({headers}: S3Refusal): string {
  const at = Date.parse(headers.date ?? '')
  return Number.isNaN(at) ? 'another time' : new Date(at).toISOString()
}

function placeOf({bucket, key}: Asked): string {
  return key === '' ? `bucket ${bucket}` : key
}
