// What rules of service levels share: a span of time that is promised, and columns that tell a time.
import type {Location} from '../errors/hippo-error.ts'
import type {ColumnSubject} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

export const dayMs = 86_400_000

/** The one parameter of the rule, a number above 0. */
export function readSpan(rule: string, name: string, raw: unknown, at: Location): number {
  const params = ruleParams(rule, raw, at, [name])
  const span = params.need(name, params.number(name))
  return span > 0 ? span : params.fail(name, `${name} is a number above 0`)
}

/** Why a column has no age; undefined when it has. */
export const timelessComplaint = ({type}: Pick<ColumnSubject, 'type'>): string | undefined =>
  type === 'date' || type === 'timestamp' ? undefined : `${typeName(type)} tells no time`
