// How every rule opens its parameters.
import type {Location} from '../errors/hippo-error.ts'
import {type Params, readParams} from '../errors/read-params.ts'

export function ruleParams(rule: string, raw: unknown, at: Location, known: readonly string[]): Params {
  return readParams(raw, at, {code: 'CONTRACT_RULE_INVALID', subject: `rule ${rule}`, known})
}
