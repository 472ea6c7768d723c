// The one error class. A message says what, where and what was expected; the hint is the next thing to do. Neither ever
// holds a row value: column, rule, count, file and row number only. Failing data is a result, not an error.
import {type ErrorCode, type ErrorKind, type ExitCode, errorKinds} from './codes.ts'

/** A place in a file: 1-based line and column. `snippet` is the line itself when it holds no patient data (YAML, SQL). */
export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly snippet?: string
}

export interface HippoErrorOptions {
  readonly message: string
  readonly hint?: string
  readonly at?: Location
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

export class HippoError extends Error {
  override readonly name = 'HippoError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly at: Location | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: HippoErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : {cause: options.cause})
    const kind: ErrorKind = errorKinds[code]
    this.code = code
    this.hint = options.hint ?? kind.hint
    this.at = options.at
    this.details = options.details ?? {}
  }

  get kind(): ErrorKind {
    return errorKinds[this.code]
  }

  get exitCode(): ExitCode {
    return this.kind.exitCode
  }
}

/** The shape of `error` in every JSON document. */
export interface ErrorJson {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
  readonly exitCode: number
  readonly retryable: boolean
  readonly retryAfterSeconds?: number
  readonly location?: {readonly file: string; readonly line: number; readonly column: number}
}

/** Turns anything thrown into a HippoError; a full or read-only disk is STORE_*, what hippo did not foresee is RUN_INTERNAL; both keep the cause. */
export function toHippoError(error: unknown): HippoError {
  if (error instanceof HippoError) return error
  if (isAbort(error)) return new HippoError('RUN_INTERRUPTED', {message: 'interrupted', cause: error})
  const condition = environmentError(error)
  if (condition) return condition
  // The text of an unforeseen error may hold a value (a driver quoting a row), so only its class is repeated.
  const name = error instanceof Error ? error.name : typeof error
  return new HippoError('RUN_INTERNAL', {message: `unexpected ${name}`, cause: error})
}

export function toErrorJson(error: HippoError): ErrorJson {
  const {kind, at} = error
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : {hint: error.hint}),
    exitCode: kind.exitCode,
    retryable: kind.retryable,
    ...(kind.retryAfterSeconds === undefined ? {} : {retryAfterSeconds: kind.retryAfterSeconds}),
    ...(at === undefined ? {} : {location: {file: at.file, line: at.line, column: at.column}}),
  }
}

/** No room and no right to write, wherever they were met: the operating system's codes and PostgreSQL's disk_full. */
function environmentError(cause: unknown): HippoError | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') return new HippoError('STORE_FULL', {message: 'no space left on the disk', cause})
  if (code === '53100') return new HippoError('STORE_FULL', {message: 'no space left on the disk of the database', cause})
  if (code === 'EROFS') return new HippoError('STORE_UNWRITABLE', {message: 'the file system is read-only', cause})
  return undefined
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
