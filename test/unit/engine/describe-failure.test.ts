import {describe, expect, it} from 'vitest'
import {describeFailure} from '../../../src/core/engine/polars/failure.ts'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'

describe('describeFailure', () => {
  it.each([
    [
      'conversion from `str` to `i64` failed in column \'v\' for 1 out of 1 values: ["PATIENT-4711"]',
      'a value that does not fit its column type',
    ],
    ['could not parse `PATIENT-4711` as dtype `i64` at column 3', 'a malformed file'],
    ['invalid utf-8 sequence in PATIENT-4711', 'text that is not UTF-8'],
    ['parquet: File out of specification: PATIENT-4711', 'a damaged Parquet file'],
    ['PATIENT-4711', 'an unforeseen error'],
  ])('names the class of an error and never repeats it: %s', (message, what) => {
    const failure = describeFailure(new Error(message), 'write')

    expect(failure).toEqual({code: 'ENGINE_FAILED', message: `the engine failed in phase write: ${what}`})
  })

  it.each([
    ['No space left on device (os error 28): /data/PATIENT.csv', 'STORE_FULL'],
    ['Permission denied (os error 13): /data/PATIENT.csv', 'STORE_UNWRITABLE'],
    ['Read-only file system (os error 30)', 'STORE_UNWRITABLE'],
  ])('knows the trouble with disks: %s', (message, code) => {
    const failure = describeFailure(new Error(message), 'write')

    expect(failure.code).toBe(code)
    expect(failure.message).not.toContain('PATIENT')
  })

  it('hands on what hippo said itself', () => {
    const error = new HippoError('CONTRACT_UNSUPPORTED', {message: 'a format', hint: 'another'})

    expect(describeFailure(error, 'compile')).toEqual({code: 'CONTRACT_UNSUPPORTED', message: 'a format', hint: 'another'})
  })

  it('copes with what is no error at all', () => {
    expect(describeFailure('PATIENT-4711', 'write').message).toBe('the engine failed in phase write: an unforeseen error')
  })
})
