// What a store in S3 is opened with, after configuration and credentials were read.
import {HippoError} from '../../errors/hippo-error.ts'
import {isForeignKey} from '../object-key.ts'

export interface Credentials {
  readonly accessKey: string
  readonly secretKey: string
  readonly sessionToken?: string
}

export interface S3Location {
  readonly bucket: string
  /** Empty, or `/`-separated with a `/` at its end. */
  readonly prefix: string
}

export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
}

/** Bucket and prefix of `s3://bucket/prefix`; CONFIG_INVALID for anything else. */
export function parseLocation(lake: string): S3Location {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(lake)
  if (!match?.[1]) {
    throw new HippoError('CONFIG_INVALID', {
      message: 'lake: expected s3://BUCKET/PREFIX, the bucket of 3 to 63 characters a-z 0-9 . -',
    })
  }
  const prefix = (match[2] ?? '').replace(/\/+$/, '')
  if (prefix !== '' && !isForeignKey(prefix)) {
    throw new HippoError('CONFIG_INVALID', {
      message: 'lake: the prefix must not hold an empty segment, . or .. as a segment, or a control character, nor begin with .tmp',
    })
  }
  return {bucket: match[1], prefix: prefix === '' ? '' : `${prefix}/`}
}

/** Where the server is: `http://host:port` or `https://host`, AWS when absent; CONFIG_INVALID for anything else. */
export function parseEndpoint(endpoint: string | undefined): Endpoint {
  if (endpoint === undefined) return {host: 's3.amazonaws.com', port: 443, isTls: true}
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  const isBare =
    url !== undefined && (url.pathname === '/' || url.pathname === '') && url.search === '' && url.username === '' && url.hash === ''
  if (!isBare || !['http:', 'https:'].includes(url.protocol)) {
    throw new HippoError('CONFIG_INVALID', {
      message: 's3.endpoint: expected http://HOST:PORT or https://HOST:PORT, without path or credentials',
    })
  }
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  return {host: url.hostname.replace(/^\[|\]$/g, ''), port, isTls}
}
