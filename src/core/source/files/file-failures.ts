// What a failing read or write of a captured file or its copy means. Paths stay out of the messages: received names may
// identify people.
import {HippoError} from '../../errors/hippo-error.ts'

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined

/** STORE_UNREADABLE for a captured file that cannot be read; interruptions and errors of ours pass through. */
export function readFailure(cause: unknown): unknown {
  if (cause instanceof HippoError || codeOf(cause) === undefined || isAbort(cause)) return cause
  return new HippoError('STORE_UNREADABLE', {message: `a captured file cannot be read (${codeOf(cause)})`, cause})
}

/** STORE_FULL or STORE_UNWRITABLE for a copy that cannot be written; interruptions and errors of ours pass through. */
export function writeFailure(cause: unknown): unknown {
  const code = codeOf(cause)
  if (cause instanceof HippoError || code === undefined || isAbort(cause)) return cause
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HippoError('STORE_FULL', {message: 'no space left for the readable copy of a captured file', cause})
  }
  return new HippoError('STORE_UNWRITABLE', {message: `the readable copy of a captured file cannot be written (${code})`, cause})
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError'
}
