// Which type changes lose nothing: a decimal gets more digits, a whole number becomes a decimal that holds all of them. Without
// the table feature typeWidening every data file has to hold the new type, so a table is widened by writing it anew.
import {type Field, type FieldType, isSameType} from './schema.ts'

/**
 * The table's fields with those types wider that `wanted` asks for; undefined when none gets wider. Type changes that could lose
 * something are left as they are: `evolveFields` refuses them.
 */
export function widenFields(current: readonly Field[], wanted: readonly Field[]): readonly Field[] | undefined {
  const types = new Map(wanted.map(({name, type}) => [name, type]))
  const widened = current.map((field) => {
    const type = types.get(field.name)
    return type !== undefined && isWider(type, field.type) ? {...field, type} : field
  })
  return widened.some((field, index) => field !== current[index]) ? widened : undefined
}

/** Digits that any int64 has at most. */
const int64Digits = 19

/** True when every value of `narrow` is one of `wide`, another type. */
export function isWider(wide: FieldType, narrow: FieldType): boolean {
  if (typeof wide !== 'object' || wide.kind !== 'decimal' || isSameType(wide, narrow)) return false
  const whole = wide.precision - wide.scale
  if (narrow === 'int64') return whole >= int64Digits
  return typeof narrow === 'object' && narrow.kind === 'decimal' && wide.scale >= narrow.scale && whole >= narrow.precision - narrow.scale
}
