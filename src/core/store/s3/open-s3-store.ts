// Opens a lake in a bucket: settings in, store out. No request is sent and no client loaded before the first use.
import {readFile} from 'node:fs/promises'
import type {S3Settings} from '../../config/config.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {Bucket, type BucketSettings} from './bucket.ts'
import {credentialsOf, type Environment} from './credentials.ts'
import {rememberedProbe} from './remembered-probe.ts'
import {defaultRetryLimits, type RetryLimits} from './retry.ts'
import {parseEndpoint, parseLocation} from './s3-settings.ts'
import {S3Store} from './s3-store.ts'
import {signedRequests} from './signed-request.ts'
import type {TransportLimits} from './transport.ts'
import {partSizeBytes} from './upload-parts.ts'

export interface S3StoreOptions {
  /** `s3://bucket/prefix`. */
  readonly lake: string
  readonly s3: S3Settings
  readonly env: Environment
  /** Absolute folder in which results of probes are remembered. */
  readonly probeFolder?: string
  readonly limits?: Partial<TransportLimits & RetryLimits>
  /** Bodies above this are sent in parts; the size of a part when absent. */
  readonly oneRequestBytes?: number
}

const defaultTransportLimits: TransportLimits = {connectMs: 5000, idleMs: 30_000, completeMs: 600_000}

/** The store of a lake in S3. CONFIG_INVALID for a location or endpoint that is none, or a certificate that cannot be read. */
export async function openS3Store(options: S3StoreOptions): Promise<S3Store> {
  const bucket = await openBucket(options)
  return new S3Store(bucket, rememberedProbe(bucket, options.probeFolder))
}

/** The bucket of a lake, to be used without what the store makes sure of first. */
export async function openBucket(options: S3StoreOptions): Promise<Bucket> {
  const {s3, lake, env} = options
  const {bucket, prefix} = parseLocation(lake)
  const endpoint = parseEndpoint(s3.endpoint)
  const ca = s3.ca === undefined ? undefined : await readAuthority(s3.ca)
  const send = signedRequests({
    endpoint,
    bucket,
    region: s3.region,
    pathStyle: s3.pathStyle,
    limits: {...defaultTransportLimits, ...options.limits},
    credentials: credentialsOf({...s3, ...(ca === undefined ? {} : {ca})}, env),
    ...(ca === undefined ? {} : {ca}),
  })
  return new Bucket({
    send,
    bucket,
    prefix,
    endpoint: s3.endpoint ?? 'AWS S3',
    retries: {...defaultRetryLimits, ...options.limits},
    oneRequestBytes: options.oneRequestBytes ?? partSizeBytes,
    signsBodies: !endpoint.isTls,
    objectHeaders: encryptionHeaders(s3),
    ...lockHeaders(s3),
  })
}

function encryptionHeaders({encryption, encryptionKey}: S3Settings): Readonly<Record<string, string>> {
  if (encryption === undefined) return {}
  return {
    'x-amz-server-side-encryption': encryption,
    ...(encryptionKey === undefined ? {} : {'x-amz-server-side-encryption-aws-kms-key-id': encryptionKey}),
  }
}

const dayMs = 24 * 3600 * 1000

function lockHeaders({lock, lockDays}: S3Settings): Pick<BucketSettings, 'lockHeaders'> {
  if (lock === undefined && lockDays === undefined) return {}
  if (lock === undefined || lockDays === undefined) {
    throw new HippoError('CONFIG_INVALID', {
      message: 's3.lock and s3.lockDays belong together: how received bytes are locked, and for how long',
    })
  }
  return {
    lockHeaders: () => ({
      'x-amz-object-lock-mode': lock.toUpperCase(),
      'x-amz-object-lock-retain-until-date': new Date(Date.now() + lockDays * dayMs).toISOString(),
    }),
  }
}

async function readAuthority(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new HippoError('CONFIG_INVALID', {message: `s3.ca names a file that cannot be read: ${file}`, cause})
  }
}
