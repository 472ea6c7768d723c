// A number written with its unit becomes the number: `12.0 oz` is 12.0 where `oz` is listed. Units are written exactly as
// listed; a text that is no number followed by one of them stays as it is. Nothing is converted: whoever lists two units says
// that they are one.
import {type Expr, matches, when} from '../expr/expr.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface DropUnitParams {
  readonly units: readonly string[]
}

const number = '[+-]?[0-9]+(?:[.,][0-9]+)*'

/** Literal text as a part of a portable pattern. */
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** The number alone where the text is one followed by one of the units; else the text. */
export function dropUnits(units: readonly string[], input: Expr): Expr {
  return units.reduceRight<Expr>((otherwise, unit) => {
    const bare: Expr = {kind: 'text', function: 'trim', of: {kind: 'replaceText', of: input, find: unit, by: ''}}
    return when(matches(input, `^[ ]*${number}[ ]*${literally(unit)}[ ]*$`), bare, otherwise)
  }, input)
}

export const dropUnit = defineStep<DropUnitParams>({
  name: 'dropUnit',
  parse: (raw, at) => {
    const params = stepParams('dropUnit', raw, at, ['units'])
    const units = params.need('units', params.texts('units')).map((unit) => unit.trim())
    if (units.length === 0) params.fail('units', 'it needs a unit')
    const odd = units.find((unit) => unit === '' || /^[.,+-]|[0-9]/.test(unit))
    if (odd !== undefined) params.fail('units', `"${odd}" is no unit: units have no digits and begin with no sign, point or comma`)
    return {units}
  },
  apply: ({units}, input) => dropUnits(units, input),
  describe: ({units}) => `is the number alone where it ends in ${units.join(', ')}`,
  examples: [
    {
      params: {units: ['oz', 'oz.', 'OZ.']},
      before: ['12.0 oz', '12.0 oz.', ' 16 OZ. ', '12oz', '12', '12.0 oz. can', 'oz', '12 oz 12 oz', '12 Oz', null],
      after: ['12.0', '12.0', '16', '12', '12', '12.0 oz. can', 'oz', '12 oz 12 oz', '12 Oz', null],
    },
    {params: {units: ['%', 'm/s']}, before: ['-0,5%', '1.5 m/s', '%', null], after: ['-0,5', '1.5', '%', null]},
  ],
})
