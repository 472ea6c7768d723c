// Secrets as people may see them. What looks like one in a setting is replaced before it leaves the configuration.

const secretKeys: ReadonlySet<string> = new Set(['key', 's3.accessKey', 's3.secretKey', 's3.sessionToken'])
export const mask = '••••'

/** The value to show for a setting, and whether it holds a secret; of a database URL only the password is hidden. */
export function maskSecret(key: string, value: unknown): {readonly value: unknown; readonly secret: boolean} {
  if (secretKeys.has(key)) return {value: mask, secret: true}
  if (key !== 'database' || value === 'embedded') return {value, secret: false}
  return maskUrl(String(value))
}

function maskUrl(text: string): {readonly value: string; readonly secret: boolean} {
  // What cannot be parsed cannot be masked in part.
  if (!URL.canParse(text)) return {value: mask, secret: true}
  const url = new URL(text)
  const hasPassword = url.password !== '' || url.searchParams.has('password')
  const credentials = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : `:${mask}`}@`
  const parameters = [...url.searchParams].map(([name, value]) => `${name}=${/password|sslkey|token/i.test(name) ? mask : value}`).join('&')
  return {
    value: `${url.protocol}//${credentials}${url.host}${url.pathname}${parameters === '' ? '' : `?${parameters}`}`,
    secret: hasPassword,
  }
}
