// All letters become lower or upper case, by the simple Unicode mapping.
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface ChangeCaseParams {
  readonly to: 'lower' | 'upper'
}

export const changeCase = defineStep<ChangeCaseParams>({
  name: 'changeCase',
  parse: (raw, at) => {
    const params = stepParams('changeCase', raw, at, ['to'])
    return {to: params.need('to', params.oneOf('to', ['lower', 'upper']))}
  },
  apply: ({to}, input) => ({kind: 'text', function: to, of: input}),
  describe: ({to}) => `is in ${to} case`,
  examples: [
    {params: {to: 'lower'}, before: ['ÄBc', 'a', '', null], after: ['äbc', 'a', '', null]},
    {params: {to: 'upper'}, before: ['äbc', '1', null], after: ['ÄBC', '1', null]},
  ],
})
