// How every step opens its parameters.
import type {Location} from '../errors/hippo-error.ts'
import {type Params, readParams} from '../errors/read-params.ts'

export function stepParams(step: string, raw: unknown, at: Location, known: readonly string[]): Params {
  return readParams(raw, at, {code: 'CONTRACT_STEP_INVALID', subject: `step ${step}`, known})
}
