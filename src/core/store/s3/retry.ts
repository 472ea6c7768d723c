// Asking again: a few tries with full-jitter backoff, never longer than a minute in all. What may be asked again is the
// caller's to say; conditional puts look first whether they were carried out.
import {setTimeout as sleep} from 'node:timers/promises'
import {isRetryable} from './s3-errors.ts'
import {S3Refusal} from './transport.ts'

export interface RetryLimits {
  readonly tries: number
  readonly baseDelayMs: number
  readonly mostDelayMs: number
  readonly totalMs: number
}

export const defaultRetryLimits: RetryLimits = {tries: 5, baseDelayMs: 100, mostDelayMs: 5000, totalMs: 60_000}

/** The result of `attempt`, tried again while its failure is one that time can mend; throws the last failure as it came. */
export async function withRetries<T>(
  limits: RetryLimits,
  signal: AbortSignal | undefined,
  attempt: (tryNumber: number) => Promise<T>,
  mayRetry: (error: unknown) => boolean = isRetryable,
): Promise<T> {
  const startedAt = Date.now()
  for (let tryNumber = 1; ; tryNumber++) {
    try {
      return await attempt(tryNumber)
    } catch (error) {
      signal?.throwIfAborted()
      const delayMs = delayOf(error, tryNumber, limits)
      const isLate = Date.now() - startedAt + delayMs > limits.totalMs
      if (tryNumber >= limits.tries || isLate || !mayRetry(error)) throw error
      await sleep(delayMs, undefined, signal === undefined ? {} : {signal})
    }
  }
}

/** As long as the server asks, but some ask for a minute while they start, which takes them a second. */
function delayOf(error: unknown, tryNumber: number, {baseDelayMs, mostDelayMs}: RetryLimits): number {
  const asked = error instanceof S3Refusal ? Number(error.headers['retry-after']) : Number.NaN
  if (Number.isFinite(asked) && asked >= 0) return Math.min(asked * 1000, mostDelayMs)
  return Math.random() * Math.min(mostDelayMs, baseDelayMs * 2 ** tryNumber)
}
