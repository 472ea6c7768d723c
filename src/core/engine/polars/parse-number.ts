// Numbers and booleans from text: the exact form is checked first, then Polars' own conversion runs, because alone it also
// takes `nan`, `1e400`, `inf`, spaces and digits that it would have to round away.
import type {ParseTarget} from '../../expr/expr.ts'
import {decimalForm, falseTexts, integerForm, numberForm, plainNumberForm, trueTexts} from '../../expr/parse-forms.ts'
import {toRust} from '../../expr/portable-regex.ts'
import {any, binary, bool, booleanCall, cast, contains, type Dsl, dtypeOf, nullOf, stringCall, ternary, text} from './dsl.ts'

/** Text to int64; null outside its range. */
export function parseInteger(of: Dsl): Dsl {
  return guarded(of, integerForm, cast(of, 'Int64'), nullOf('int64'))
}

/** Text to a finite float64. */
export function parseFloat64(of: Dsl, plain: boolean): Dsl {
  const value = cast(of, 'Float64')
  const isSound = binary(contains(of, toRust(plain ? plainNumberForm : numberForm)), 'And', booleanCall('IsFinite', value))
  return ternary(isSound, value, nullOf('float64'))
}

/** Text to an exact decimal; more digits than the type holds are null, never rounded. */
export function parseDecimal(of: Dsl, type: Extract<ParseTarget['type'], {readonly kind: 'decimal'}>): Dsl {
  return guarded(of, decimalForm(type.precision, type.scale), cast(of, dtypeOf(type)), nullOf(type))
}

export function parseBoolean(of: Dsl): Dsl {
  const lower = stringCall('Lowercase', of)
  const isOneOf = (texts: readonly string[]): Dsl => any(texts.map((word) => binary(lower, 'Eq', text(word))))
  return ternary(isOneOf(trueTexts), bool(true), ternary(isOneOf(falseTexts), bool(false), nullOf('boolean')))
}

function guarded(of: Dsl, form: string, value: Dsl, otherwise: Dsl): Dsl {
  return ternary(contains(of, toRust(form)), value, otherwise)
}
