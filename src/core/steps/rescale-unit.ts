// Numbers of one code that were measured in another unit than the row says, told by where they lie: glucose below 36 in a column of
// mg/dL is mmol/L. The contract says the code, both units and the bound, as `hippo units` proposes them; nothing is found out here. The
// number as received stays in a column of its own. A code with white space around it fails: it is one of them, and not written as it is.
import {type Conversion, conversionBetween} from '../clinical/convert-unit.ts'
import {analyteOf} from '../clinical/molar-masses.ts'
import type {Params} from '../errors/read-params.ts'
import {and, compare, type Expr, literal, not, text, when} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'
import {isListedCode} from './unit-target.ts'

interface RescaleCase {
  readonly code: string
  readonly from: string
  readonly to: string
  readonly side: '<' | '>'
  readonly bound: number
  readonly conversion: Conversion
}

interface RescaleUnitParams {
  readonly code: string
  readonly received: string
  readonly cases: readonly RescaleCase[]
}

function readCase(params: Params, code: string, raw: unknown): RescaleCase {
  const {from, to, below, above, ...others} = (typeof raw === 'object' && raw !== null ? raw : {}) as Readonly<Record<string, unknown>>
  const bound = below ?? above
  const isSound = typeof from === 'string' && typeof to === 'string' && typeof bound === 'number' && Object.keys(others).length === 0
  if (!isSound || (below !== undefined && above !== undefined))
    return params.fail('cases', `${code} needs from and to (units), and below or above (a number)`)
  const conversion = conversionBetween(from, to, analyteOf(code))
  if (conversion === undefined) return params.fail('cases', `${code}: nothing converts ${from} to ${to}`)
  return {code, from, to, side: below === undefined ? '>' : '<', bound, conversion}
}

export const rescaleUnit = defineStep<RescaleUnitParams>({
  name: 'rescaleUnit',
  parse: (raw, at) => {
    const params = stepParams('rescaleUnit', raw, at, ['code', 'received', 'cases'])
    const cases = Object.entries(params.need('cases', params.map('cases'))).map(([code, one]) => readCase(params, code, one))
    return {code: params.needText('code'), received: params.needText('received'), cases}
  },
  needs: ({code}) => [code],
  keepsIn: ({received}) => [{column: received}],
  apply: (_, input) => input,
  fails: ({code, cases}, input, scope) => {
    const codes = cases.map((one) => one.code)
    const isExact: Expr = {kind: 'isIn', of: scope.text(code), values: codes, type: 'string'}
    return and(isWritten(input), isListedCode(scope.text(code), codes), not(isExact))
  },
  convert: ({code, cases}, value, scope) =>
    cases.reduceRight<Expr>((otherwise, {code: own, side, bound, conversion: {factor, shift}}) => {
      const moved: Expr = shift === 0 ? value : {kind: 'arithmetic', operator: '+', left: value, right: literal(shift, 'float64')}
      const scaled: Expr = {kind: 'arithmetic', operator: '*', left: moved, right: literal(factor, 'float64')}
      return when(and(compare(scope.text(code), '=', text(own)), compare(value, side, literal(bound, 'float64'))), scaled, otherwise)
    }, value),
  describe: ({cases}) =>
    `is converted where it lies in another unit: ${cases.map(({code, from, to, side, bound}) => `${code} ${side} ${bound} from ${from} to ${to}`).join(', ')}`,
  examples: [
    {
      params: {
        code: 'code',
        received: 'value_received',
        cases: {'2345-7': {from: 'mmol/L', to: 'mg/dL', below: 36}, '8310-5': {from: '[degF]', to: 'Cel', above: 60}},
      },
      before: ['5', '90', '98.6', '37', '5', null, '5', '5'],
      others: {code: ['2345-7', '2345-7', '8310-5', '8310-5', '718-7', '2345-7', '2345-7 ', null]},
      after: ['5', '90', '98.6', '37', '5', null, '5', '5'],
      failed: [6],
      converted: [90.078, 90, 37, 37, 5, null, 5, 5],
    },
  ],
})
