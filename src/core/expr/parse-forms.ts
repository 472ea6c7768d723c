// The exact texts that `parse` accepts, as portable patterns over the whole text: an engine checks the form first and only
// then lets its own cast run, because casts differ (spaces, `1d`, `inf`, `0x10`, rounding). Ranges come after the form:
// int64 and finite float64, dates that exist, years 0001 to 9999 in UTC. Nothing is trimmed; digits are ASCII.

/** int64: also within -9223372036854775808 to 9223372036854775807. */
export const integerForm = '^[+-]?[0-9]{1,19}$'

/** float64: also finite. */
export const numberForm = '^[+-]?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$'

/** float64 with `plain`. */
export const plainNumberForm = '^-?[0-9]+(?:\\.[0-9]+)?$'

/** decimal(precision, scale): written digits count, leading zeros too; zeros behind the last place are no loss, anything else would be rounded. */
export function decimalForm(precision: number, scale: number): string {
  const whole = precision === scale ? '0' : `[0-9]{1,${precision - scale}}`
  return `^[+-]?${whole}(?:\\.${scale === 0 ? '0+' : `[0-9]{1,${scale}}0*`})?$`
}

/** boolean: compared after lower-casing. */
export const trueTexts: readonly string[] = ['true', 't', 'yes', 'y', '1']
export const falseTexts: readonly string[] = ['false', 'f', 'no', 'n', '0']

const year = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])'
const date = `${year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])`
const time = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?'
const offset = '(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)'

/** date without formats; the day must also exist in its month. */
export const isoDateForm = `^${date}$`

/**
 * timestamp without formats: `T` or one space, seconds given, up to nine fraction digits (cut to six), offset `Z`, `+HH`,
 * `+HHMM`, `+HH:MM` up to 14:59 either way, or none. No leap second, no 24:00. The day must exist, and the year in UTC.
 */
export const isoTimestampForm = `^${date}[T ]${time}${offset}?$`

/** timestamp without formats whose offset is required. */
export const isoOffsetTimestampForm = `^${date}[T ]${time}${offset}$`

/** Texts whose last digit `checkDigit` checks; 18 digits fit an int64. */
export const checkedDigitsForm = '^[0-9]{2,18}$'

/** Characters that `trim` strips from both ends. */
export const trimmedCharacters = ' \t\n\r\v\f\u00a0\ufeff'
