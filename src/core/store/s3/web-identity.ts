// Keys for a workload that has a token of an identity provider and no secret (Kubernetes, CI): the token is traded for keys that
// end by themselves. AWS has a service of its own for it; other servers (MinIO, Ceph) answer at their S3 endpoint.
import {readFile} from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Credentials} from './s3-settings.ts'
import {element} from './xml.ts'

export interface TemporaryCredentials {
  readonly credentials: Credentials
  readonly expiresAt?: Date
}

export interface WebIdentity {
  /** Read each time: whoever issues tokens replaces it. */
  readonly tokenFile: string
  readonly role: string
  readonly session?: string
  readonly region: string
  readonly endpoint?: string
  readonly ca?: string
}

const timeoutMs = 10_000

/** Trades the token for keys of the role. STORE_CREDENTIALS when it is refused, STORE_UNREACHABLE when nobody answers. */
export async function assumeRoleWithWebIdentity(
  identity: WebIdentity,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TemporaryCredentials> {
  const endpoint = env.AWS_ENDPOINT_URL_STS || identity.endpoint || `https://sts.${identity.region}.amazonaws.com`
  const token = await readFile(identity.tokenFile, 'utf8').catch((cause: unknown) => {
    throw new HippoError('STORE_CREDENTIALS', {
      message: `the file with the web identity token cannot be read: ${identity.tokenFile}`,
      cause,
    })
  })
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: identity.role,
    RoleSessionName: identity.session ?? 'hippo',
    WebIdentityToken: token.trim(),
  })
  const {status, text} = await post(endpoint, form.toString(), identity.ca)
  const [accessKey, secretKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) => element(text, name))
  if (status !== 200 || !accessKey || !secretKey) {
    const code = element(text, 'Code')
    throw new HippoError('STORE_CREDENTIALS', {
      message: `${endpoint} gives no keys for role ${identity.role}: ${code ?? `status ${status}`}`,
      hint: 'check that the role trusts the token, and that the token has not ended',
    })
  }
  const expiresAt = Date.parse(element(text, 'Expiration') ?? '')
  return {
    credentials: {accessKey, secretKey, ...(sessionToken ? {sessionToken} : {})},
    ...(Number.isNaN(expiresAt) ? {} : {expiresAt: new Date(expiresAt)}),
  }
}

async function post(endpoint: string, form: string, ca: string | undefined): Promise<{readonly status: number; readonly text: string}> {
  try {
    return await new Promise((resolve, reject) => {
      const {request} = endpoint.startsWith('https:') ? https : http
      const headers = {'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(form)}
      const sent = request(endpoint, {method: 'POST', headers, timeout: timeoutMs, ...(ca === undefined ? {} : {ca})}, async (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve({status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8')}))
      })
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('timeout'), {code: 'ETIMEDOUT'})))
      sent.on('error', reject)
      sent.end(form)
    })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error'
    throw new HippoError('STORE_UNREACHABLE', {message: `${endpoint} cannot be asked for keys: ${code}`, cause})
  }
}
