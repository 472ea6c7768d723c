// Where the keys of a store come from, first found wins: the settings (hippo.yaml, HIPPO_S3_*), the AWS_* variables (each also as
// a file), a web identity, the profiles in ~/.aws. Temporary ones are fetched again before they end. Nothing here ever puts a
// key, a secret or a token into a message.
import {readFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {HippoError} from '../../errors/hippo-error.ts'
import {type Profile, parseProfiles} from './profiles.ts'
import type {Credentials} from './s3-settings.ts'
import {assumeRoleWithWebIdentity, type TemporaryCredentials} from './web-identity.ts'

export interface CredentialSettings {
  readonly accessKey?: string
  readonly secretKey?: string
  readonly sessionToken?: string
  /** Name in ~/.aws; before everything else when given. */
  readonly profile?: string
  readonly region: string
  /** Of the S3 server; where it is not AWS, it is asked for temporary keys too. */
  readonly endpoint?: string
  readonly ca?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Gives the keys for each request. STORE_CREDENTIALS when there are none, with the places that were looked at. */
export function credentialsOf(settings: CredentialSettings, env: Environment): () => Promise<Credentials> {
  let known: Promise<TemporaryCredentials> | undefined
  return async () => {
    known ??= find(settings, env)
    const found = await known.catch((error: unknown) => {
      known = undefined
      throw error
    })
    if (found.expiresAt === undefined || found.expiresAt.getTime() - Date.now() > renewBeforeMs) return found.credentials
    known = undefined
    return credentialsAgain(settings, env, (again) => {
      known = again
    })
  }
}

const renewBeforeMs = 60_000

async function credentialsAgain(
  settings: CredentialSettings,
  env: Environment,
  keep: (found: Promise<TemporaryCredentials>) => void,
): Promise<Credentials> {
  const again = find(settings, env)
  keep(again)
  return (await again).credentials
}

async function find(settings: CredentialSettings, env: Environment): Promise<TemporaryCredentials> {
  if (settings.profile !== undefined) return ofProfile(settings.profile, settings, env)
  const {accessKey, secretKey, sessionToken} = settings
  const given = pair({accessKey, secretKey, sessionToken}, 's3.accessKey and s3.secretKey')
  if (given) return {credentials: given}
  const variables = pair(
    {
      accessKey: await variable('AWS_ACCESS_KEY_ID', env),
      secretKey: await variable('AWS_SECRET_ACCESS_KEY', env),
      sessionToken: await variable('AWS_SESSION_TOKEN', env),
    },
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  )
  if (variables) return {credentials: variables}
  const {AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: session} = env
  if (tokenFile && role) return assumeRoleWithWebIdentity({tokenFile, role, ...(session ? {session} : {}), ...settings}, env)
  const profile = env.AWS_PROFILE || 'default'
  return ofProfile(profile, settings, env)
}

interface Pair {
  readonly accessKey: string | undefined
  readonly secretKey: string | undefined
  readonly sessionToken: string | undefined
}

function pair({accessKey, secretKey, sessionToken}: Pair, names: string): Credentials | undefined {
  if (!accessKey && !secretKey) return undefined
  if (!accessKey || !secretKey) throw new HippoError('STORE_CREDENTIALS', {message: `of ${names} only one is set`, hint: 'set both'})
  return {accessKey, secretKey, ...(sessionToken ? {sessionToken} : {})}
}

async function variable(name: string, env: Environment): Promise<string | undefined> {
  const file = env[`${name}_FILE`]
  if (env[name] || !file) return env[name] || undefined
  return (await readSecret(file, `${name}_FILE`)).trim()
}

/** The text of a file with a secret; STORE_CREDENTIALS names the variable and the file, never what is in it. */
async function readSecret(file: string, named: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new HippoError('STORE_CREDENTIALS', {message: `${named} names a file that cannot be read: ${file}`, cause})
  }
}

async function ofProfile(name: string, settings: CredentialSettings, env: Environment): Promise<TemporaryCredentials> {
  const profile = await readProfile(name, env)
  const {aws_access_key_id: accessKey, aws_secret_access_key: secretKey, aws_session_token: sessionToken} = profile ?? {}
  const keys = pair({accessKey, secretKey, sessionToken}, `aws_access_key_id and aws_secret_access_key of profile ${name}`)
  if (keys) return {credentials: keys}
  const {web_identity_token_file: tokenFile, role_arn: role, role_session_name: session} = profile ?? {}
  if (tokenFile && role) return assumeRoleWithWebIdentity({tokenFile, role, ...(session ? {session} : {}), ...settings}, env)
  const other = ['sso_session', 'sso_start_url', 'credential_process', 'source_profile', 'credential_source'].find(
    (key) => profile?.[key] !== undefined,
  )
  if (other) {
    throw new HippoError('STORE_CREDENTIALS', {
      message: `profile ${name} takes its keys from ${other}, which hippo cannot do`,
      hint: 'export the keys to AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
    })
  }
  throw new HippoError('STORE_CREDENTIALS', {
    message: `there are no keys for the store: not in the settings s3.accessKey and s3.secretKey, not in AWS_ACCESS_KEY_ID, no web identity, no profile ${name} in ~/.aws`,
    hint: 'set HIPPO_S3_ACCESS_KEY and HIPPO_S3_SECRET_KEY, or each as a file (…_FILE)',
  })
}

async function readProfile(name: string, env: Environment): Promise<Profile | undefined> {
  const home = path.join(env.HOME || os.homedir(), '.aws')
  const files = [
    {file: env.AWS_CONFIG_FILE || path.join(home, 'config'), section: name === 'default' ? 'default' : `profile ${name}`},
    {file: env.AWS_SHARED_CREDENTIALS_FILE || path.join(home, 'credentials'), section: name},
  ]
  let found: Profile | undefined
  for (const {file, section} of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
      throw new HippoError('STORE_CREDENTIALS', {message: `${file} cannot be read: ${error.code}`, cause: error})
    })
    const profile = parseProfiles(text).get(section)
    // What is in the file of credentials counts before what is in the other.
    if (profile) found = {...found, ...profile}
  }
  return found
}
