// Settings that come from the environment, each also as a file (`HIPPO_DATABASE_URL_FILE`), the way container secrets arrive.
// An empty variable counts as unset; a variable and its file together are refused, because nobody can tell which was meant.
import {HippoError} from '../errors/hippo-error.ts'

export type ReadText = (path: string) => Promise<string>
export type Environment = Readonly<Record<string, string | undefined>>

/** Variable -> path of the setting it gives. */
export const settingVariables = {
  HIPPO_NAME: ['name'],
  HIPPO_KEY: ['key'],
  HIPPO_LAKE: ['lake'],
  HIPPO_DATABASE_URL: ['database'],
  HIPPO_DATABASE_IDLE_MINUTES: ['databaseIdleMinutes'],
  HIPPO_S3_ENDPOINT: ['s3', 'endpoint'],
  HIPPO_S3_REGION: ['s3', 'region'],
  HIPPO_S3_ACCESS_KEY: ['s3', 'accessKey'],
  HIPPO_S3_SECRET_KEY: ['s3', 'secretKey'],
  HIPPO_S3_SESSION_TOKEN: ['s3', 'sessionToken'],
  HIPPO_S3_PROFILE: ['s3', 'profile'],
  HIPPO_S3_PATH_STYLE: ['s3', 'pathStyle'],
  HIPPO_S3_CA: ['s3', 'ca'],
  HIPPO_S3_ENCRYPTION: ['s3', 'encryption'],
  HIPPO_S3_ENCRYPTION_KEY: ['s3', 'encryptionKey'],
  HIPPO_S3_LOCK: ['s3', 'lock'],
  HIPPO_S3_LOCK_DAYS: ['s3', 'lockDays'],
} as const satisfies Record<string, readonly string[]>

/** The value of a variable, or of the file that `<NAME>_FILE` names (without its last line break); undefined when neither is set. */
export async function readVariable(
  name: string,
  env: Environment,
  readFile: ReadText,
): Promise<{readonly value: string; readonly from: string} | undefined> {
  const value = env[name]
  const fileVariable = `${name}_FILE`
  const file = env[fileVariable]
  if (value && file) {
    throw new HippoError('CONFIG_INVALID', {message: `${name} and ${fileVariable} are both set`, hint: 'unset one of them'})
  }
  if (value) return {value, from: name}
  if (!file) return undefined
  try {
    return {value: (await readFile(file)).replace(/\r?\n$/, ''), from: fileVariable}
  } catch (cause) {
    throw new HippoError('CONFIG_INVALID', {
      message: `${fileVariable} names a file that cannot be read: ${file}`,
      hint: 'check the path and its permissions',
      cause,
    })
  }
}
