// A byte range against an object of known size. Stores give exactly the bytes asked for or fail: a range that reaches
// past the end means the object is not what the caller takes it for.
import {HippoError} from '../errors/hippo-error.ts'
import type {ByteRange} from './object-store.ts'

export interface ResolvedRange {
  readonly start: number
  readonly end: number
}

/** Offsets with 0 <= start <= end <= size. A negative start asks for the last bytes, or all when there are fewer; STORE_CORRUPT past the end. */
export function resolveRange(range: ByteRange | undefined, sizeBytes: number, key: string): ResolvedRange {
  if (range === undefined) return {start: 0, end: sizeBytes}
  if (range.start < 0) {
    if (range.end !== undefined) throw new RangeError('a byte range with a negative start has no end')
    return {start: Math.max(0, sizeBytes + range.start), end: sizeBytes}
  }
  const end = range.end ?? Math.max(range.start, sizeBytes)
  if (range.start > end) throw new RangeError(`byte range ${range.start} to ${end} runs backwards`)
  if (end > sizeBytes) {
    throw new HippoError('STORE_CORRUPT', {
      message: `object ${key} has ${sizeBytes} bytes, fewer than the range ${range.start} to ${end} that was asked for`,
      details: {key},
    })
  }
  return {start: range.start, end}
}
