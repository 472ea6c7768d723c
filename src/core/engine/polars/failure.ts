// What may be said about an error inside the engine. Polars quotes values in its messages, so nothing of them is repeated:
// only the class, found by fixed words, and the phase.
import type {ErrorCode} from '../../errors/codes.ts'
import {HippoError} from '../../errors/hippo-error.ts'

export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
}

const noSpaceLeft = 28
const permissionDenied = 13
const readOnlyFileSystem = 30

const classes: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/invalid utf-?8/i, 'text that is not UTF-8'],
  [/could not parse|found more fields|schema lengths differ|not properly escaped|malformed/i, 'a malformed file'],
  [/parquet|thrift|out of spec/i, 'a damaged Parquet file'],
  [/conversion|strict_cast|casting/i, 'a value that does not fit its column type'],
  [/not found|unable to find column/i, 'a column that is not there'],
  [/schema|dtype|data ?type/i, 'types that do not match'],
  [/out of memory|memory allocation/i, 'too little memory'],
  [/recursion|serializ/i, 'a plan that is too large'],
]

/** An error as it may leave the engine process. */
export function describeFailure(error: unknown, phase: string): Failure {
  if (error instanceof HippoError)
    return {code: error.code, message: error.message, ...(error.hint === undefined ? {} : {hint: error.hint})}
  const text = error instanceof Error ? error.message : ''
  const number = Number(/os error ([0-9]+)/.exec(text)?.[1] ?? Number.NaN)
  if (number === noSpaceLeft || codeOf(error) === 'ENOSPC')
    return {code: 'STORE_FULL', message: `the disk is full (engine, phase ${phase})`}
  if (number === permissionDenied || number === readOnlyFileSystem) {
    return {code: 'STORE_UNWRITABLE', message: `the engine may not read or write a file (phase ${phase})`}
  }
  const found = classes.find(([pattern]) => pattern.test(text))?.[1]
  const what = Number.isNaN(number) ? (found ?? 'an unforeseen error') : `operating system error ${number}`
  return {code: 'ENGINE_FAILED', message: `the engine failed in phase ${phase}: ${what}`}
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
