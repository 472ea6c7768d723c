// Errors of the operating system as errors of the store, in one place. Messages name the key and the error's code, never
// a received file's path.
import {HippoError} from '../../errors/hippo-error.ts'
import {missingKey, nestedKey} from '../object-key.ts'
import {systemCode} from '../system-code.ts'

/** A failed read: STORE_KEY_MISSING when there is no such object, else STORE_UNREADABLE; what is no system error passes through. */
export function readError(error: unknown, key: string): unknown {
  const code = systemCode(error)
  if (code === undefined || error instanceof HippoError) return error
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return missingKey(key)
  return new HippoError('STORE_UNREADABLE', {
    message: `object ${key} cannot be read: ${code}`,
    details: {key},
    cause: error,
    hint: 'check permissions and mounts with hippo doctor',
  })
}

/** A failed write: STORE_FULL, STORE_KEY_INVALID or STORE_UNWRITABLE; what is no system error passes through. */
export function writeError(error: unknown, key: string): unknown {
  const code = systemCode(error)
  if (code === undefined || error instanceof HippoError) return error
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HippoError('STORE_FULL', {message: `no space left to store ${key}`, details: {key}, cause: error})
  }
  if (code === 'ENOTDIR' || code === 'EISDIR') return nestedKey(key)
  return new HippoError('STORE_UNWRITABLE', {message: `object ${key} cannot be written: ${code}`, details: {key}, cause: error})
}
