// Text that only who has the workspace key can read: what must be kept for a while and names a person. AES-256-GCM under a key made
// from the workspace key; sealed twice, a text looks different, and altered it cannot be opened.
import {createCipheriv, createDecipheriv, createHmac, randomBytes} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'

const nonceBytes = 12
const tagBytes = 16

/** Base64 of nonce, tag and cipher text. */
export function seal(key: string, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
}

/** CONFIG_INVALID when it was sealed with another key, or altered since. */
export function openSealed(key: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(key), bytes.subarray(0, nonceBytes))
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new HippoError('CONFIG_INVALID', {
      message: 'the workspace key is not the one with which this lake keeps what names a person, or that was altered',
      hint: 'set HIPPO_KEY or HIPPO_KEY_FILE to the key of that time',
      cause,
    })
  }
}

const keyOf = (key: string): Buffer => createHmac('sha256', key).update('hippo seal').digest()
