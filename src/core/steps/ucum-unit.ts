// Units as they are written on reports (`gm/dL`, `mm Hg`, `K/uL`) become UCUM's code for them. A spelling that is not known stays,
// for the rule `unit` to judge; nothing is converted.
import {spelledUnits} from '../clinical/unit-aliases.ts'
import {defineStep} from './define-step.ts'
import {withPlainSpaces} from './normalize.ts'
import {stepParams} from './step-params.ts'

export const ucumUnit = defineStep<object>({
  name: 'ucumUnit',
  parse: (raw, at) => {
    stepParams('ucumUnit', raw, at, [])
    return {}
  },
  apply: (_, input) => {
    const relation = {
      kind: 'values',
      columns: [
        {name: 'spelling', type: 'string'},
        {name: 'unit', type: 'string'},
      ],
      rows: spelledUnits(),
    } as const
    const key = [{kind: 'text', function: 'lower', of: {kind: 'text', function: 'trim', of: withPlainSpaces(input)}}] as const
    return {kind: 'coalesce', of: [{kind: 'lookup', key, relation, on: ['spelling'], take: 'unit'}, input]}
  },
  describe: () => "is UCUM's code for the unit where its spelling is known",
  examples: [
    {
      params: {},
      before: ['gm/dL', 'mm Hg', 'K/uL', 'MG/DL', '°F', 'mg/dL', 'furlong', null],
      after: ['g/dL', 'mm[Hg]', '10*3/uL', 'mg/dL', '[degF]', 'mg/dL', 'furlong', null],
    },
  ],
})
