// What a key may look like, the same in every store: what one store accepts, all accept, so that a lake can move. hippo writes
// under a small alphabet only. Other tools name folders after values, with spaces, percent signs and letters of any language:
// such objects are listed, read and deleted under the names they have.
import {HippoError} from '../errors/hippo-error.ts'

const maxKeyBytes = 900
const maxSegmentBytes = 255
const segmentPattern = /^[A-Za-z0-9._=%-]+$/

/** First segment that stores keep for themselves (unfinished writes). */
export const reservedSegment = '.tmp'

/** True for `/`-separated segments of `[A-Za-z0-9._=%-]`, at most 900 bytes, none empty, `.` or `..`, the first not `.tmp`. */
export function isObjectKey(key: string): boolean {
  if (key.length === 0 || key.length > maxKeyBytes) return false
  const segments = key.split('/')
  if (segments[0] === reservedSegment) return false
  return segments.every(
    (segment) => segment.length <= maxSegmentBytes && segment !== '.' && segment !== '..' && segmentPattern.test(segment),
  )
}

const maxForeignKeyBytes = 1024

/** True for what an object of another tool may be called: segments of any characters but control ones, none empty, `.` or `..`. */
export function isForeignKey(key: string): boolean {
  if (Buffer.byteLength(key) > maxForeignKeyBytes || !key.isWellFormed()) return false
  const segments = key.split('/')
  if (segments[0] === reservedSegment) return false
  return segments.every(
    (segment) =>
      segment !== '' && segment !== '.' && segment !== '..' && Buffer.byteLength(segment) <= maxSegmentBytes && !/\p{Cc}/u.test(segment),
  )
}

/** Throws STORE_KEY_INVALID for what no object can be called; the text of the key is not repeated, for it may hold anything. */
export function assertForeignKey(key: string): void {
  if (isForeignKey(key)) return
  throw new HippoError('STORE_KEY_INVALID', {
    message: `an object key of ${key.length} characters is not valid: no object lies under it in any store`,
  })
}

/** Order of keys by the bytes of their UTF-8, as S3 lists them: below 0 when `a` comes first. */
export function compareKeys(a: string, b: string): number {
  // Without surrogates the order of code units is the same.
  if (!/[\ud800-\udfff]/.test(a) && !/[\ud800-\udfff]/.test(b)) return a < b ? -1 : a > b ? 1 : 0
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Throws STORE_KEY_INVALID for what is no key; the text of the key is not repeated, for it may hold anything. */
export function assertObjectKey(key: string): void {
  if (isObjectKey(key)) return
  throw new HippoError('STORE_KEY_INVALID', {
    message: `an object key of ${key.length} characters is not valid: expected at most 900 of A-Z a-z 0-9 . _ = % - in segments separated by /`,
  })
}

/** One of the two is an object and the other would have to be a folder. */
export function nestedKey(key: string): HippoError {
  return new HippoError('STORE_KEY_INVALID', {message: `key ${key} lies below another key, or another key lies below it`})
}

export function missingKey(key: string): HippoError {
  return new HippoError('STORE_KEY_MISSING', {message: `there is no object ${key}`, details: {key}})
}

/** True for the error of reading an object that is not there. */
export function isMissingKey(error: unknown): boolean {
  return error instanceof HippoError && error.code === 'STORE_KEY_MISSING'
}
