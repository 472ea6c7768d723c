// Numbers are converted to the contract's unit, by the unit that each row writes: UCUM between the units of one dimension
// that health data use (known spellings of them, too), the molar mass of the LOINC code between mass and amount of substance. The number and the unit as received stay in columns of
// their own. A unit that is unknown or missing, or that nothing converts, and a code with
// white space around it, fail: the number is not taken as it stands.
import {and, type Expr, isNull, text, when} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep, type StepScope} from './define-step.ts'
import {stepParams} from './step-params.ts'
import {conversionPart, hasShifts, isTargeted, parseUnitTarget, type UnitTarget, unitTargetParams} from './unit-target.ts'

interface ConvertUnitParams {
  readonly target: UnitTarget
  /** Column with the unit as received. */
  readonly unit: string
  /** Column that keeps the number as received. */
  readonly received: string
  /** The unit of numbers without one. */
  readonly whenMissing?: string
}

/** The row's unit; numbers without one have the unit that the contract says, if it says one. */
function unitOf({unit, whenMissing}: ConvertUnitParams, scope: StepScope): Expr {
  const written = scope.text(unit)
  return whenMissing === undefined ? written : when(isWritten(written), written, text(whenMissing))
}

const codeOf = ({target}: ConvertUnitParams): readonly string[] => (target.code === undefined ? [] : [target.code])

export const convertUnit = defineStep<ConvertUnitParams>({
  name: 'convertUnit',
  parse: (raw, at) => {
    const params = stepParams('convertUnit', raw, at, [...unitTargetParams, 'unit', 'received', 'whenMissing'])
    const whenMissing = params.text('whenMissing')
    return {
      target: parseUnitTarget(params),
      unit: params.needText('unit'),
      received: params.needText('received'),
      ...(whenMissing === undefined ? {} : {whenMissing}),
    }
  },
  needs: (params) => [params.unit, ...codeOf(params)],
  keepsIn: ({received}) => [{column: received}],
  apply: (_, input) => input,
  fails: (params, input, scope) => {
    const isUnknown = isNull(conversionPart(params.target, 'factor', unitOf(params, scope), scope))
    const targeted = isTargeted(params.target, scope)
    return and(isWritten(input), isUnknown, ...(targeted === undefined ? [] : [targeted]))
  },
  convert: (params, value, scope) => {
    const unit = unitOf(params, scope)
    const factor = conversionPart(params.target, 'factor', unit, scope)
    const shift = conversionPart(params.target, 'shift', unit, scope)
    const moved: Expr = hasShifts(params.target) ? {kind: 'arithmetic', operator: '+', left: value, right: shift} : value
    const converted: Expr = {kind: 'arithmetic', operator: '*', left: moved, right: factor}
    const targeted = isTargeted(params.target, scope)
    return targeted === undefined ? converted : when(targeted, converted, value)
  },
  describe: ({target, unit}) => {
    const units = [...new Set(Object.values(target.units))]
    return `is converted to ${units.slice(0, 4).join(', ')}${units.length > 4 ? ', …' : ''} by the unit in ${unit}`
  },
  examples: [
    {
      params: {code: 'code', unit: 'unit', received: 'value_received', to: {'2345-7': 'mg/dL', '8310-5': 'Cel'}},
      before: ['90', '5', '5', '5', '98.6', '7', null, '5', '7'],
      others: {
        code: ['2345-7', '2345-7', '2345-7', '2345-7', '8310-5', '718-7', '2345-7', '2345-7 ', null],
        unit: ['mg/dL', 'mmol/L', 'furlong', null, 'deg F', 'g/dL', null, 'mmol/L', 'g/dL'],
      },
      after: ['90', '5', '5', '5', '98.6', '7', null, '5', '7'],
      failed: [2, 3, 7],
      converted: [90, 90.078, null, null, 37, 7, null, null, 7],
    },
    {
      params: {unit: 'unit', received: 'weight_received', to: 'kg', whenMissing: 'kg'},
      before: ['100', '2', '70', '9', null],
      others: {unit: ['lbs', ' KG ', null, 'cm', 'kg']},
      after: ['100', '2', '70', '9', null],
      failed: [3],
      converted: [45.359237, 2, 70, null, null],
    },
  ],
})
