// Which columns of a table hold a measurement: its code, its number, its unit. Told by their names alone, for drafts and proposals that a person
// reads.
import {snakeName} from './name-hints.ts'

export type MeasurementPart = 'code' | 'value' | 'unit'

/** Names that leave no doubt, without the marks between their words. */
const plain: Readonly<Record<MeasurementPart, RegExp>> = {
  code: /^(?:loinc|code|loinccode|testcode|observationcode|itemcode)$/,
  value: /^(?:value|result|resultvalue|valuenumber|numericvalue|valuenum|valueasnumber)$/,
  unit: /^(?:unit|units|unitcode|valueuom|uom|resultunit|resultunits|unitofmeasure)$/,
}

/** Names that say so beside something else, in snake case. */
const wide: Readonly<Record<MeasurementPart, RegExp>> = {
  code: /(^|_)loinc(_code)?$/,
  value:
    /^(value|result|reading|measurement|numeric|number|val)(_(num|number|numeric|value|as_number|quantity|n))?$|_(value|result)(_num(ber|eric)?)?$/,
  unit: /(^|_)(units?|uom|ucum)(_(code|of_measure))?$/,
}

/** Whether a column is called after that part of a measurement. */
export const isCalledAfter = (part: MeasurementPart, name: string): boolean => isPlainly(part, name) || wide[part].test(snakeName(name))

const isPlainly = (part: MeasurementPart, name: string): boolean => plain[part].test(snakeName(name).replaceAll('_', ''))

/** The columns of a header that may hold that part: those whose names leave no doubt, or else all that are called after it. */
export function measurementColumns(part: MeasurementPart, header: readonly string[]): readonly string[] {
  const sure = header.filter((name) => isPlainly(part, name))
  return sure.length > 0 ? sure : header.filter((name) => isCalledAfter(part, name))
}
