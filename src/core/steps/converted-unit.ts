// The unit that `convertUnit` converts to, for the column of the unit beside the number. The unit as received stays in a column of
// its own; one that nothing converts fails here as there.
import {and, isNull} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'
import {conversionPart, isTargeted, parseUnitTarget, type UnitTarget, unitTargetParams} from './unit-target.ts'

interface ConvertedUnitParams {
  readonly target: UnitTarget
  readonly received: string
}

export const convertedUnit = defineStep<ConvertedUnitParams>({
  name: 'convertedUnit',
  parse: (raw, at) => {
    const params = stepParams('convertedUnit', raw, at, [...unitTargetParams, 'received'])
    return {target: parseUnitTarget(params), received: params.needText('received')}
  },
  needs: ({target}) => (target.code === undefined ? [] : [target.code]),
  keepsIn: ({received}) => [{column: received}],
  apply: ({target}, input, scope) => ({kind: 'coalesce', of: [conversionPart(target, 'to', input, scope), input]}),
  fails: ({target}, input, scope) => {
    const targeted = isTargeted(target, scope)
    const isUnknown = isNull(conversionPart(target, 'to', input, scope))
    return and(isWritten(input), isUnknown, ...(targeted === undefined ? [] : [targeted]))
  },
  describe: ({target}) => `is the unit that convertUnit converts to: ${[...new Set(Object.values(target.units))].slice(0, 4).join(', ')}`,
  examples: [
    {
      params: {code: 'code', received: 'unit_received', to: {'2345-7': 'mg/dL', '8310-5': 'Cel'}},
      before: ['mmol/l', 'MG/DL', 'g/dL', 'furlong', null, 'mmol/l'],
      others: {code: ['2345-7', '2345-7', '718-7', '2345-7', '2345-7', ' 2345-7']},
      after: ['mg/dL', 'mg/dL', 'g/dL', 'furlong', null, 'mmol/l'],
      failed: [3, 5],
    },
  ],
})
