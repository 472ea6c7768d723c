// Every occurrence of a literal text is replaced by another.
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface ReplaceTextParams {
  readonly find: string
  readonly by: string
}

export const replaceText = defineStep<ReplaceTextParams>({
  name: 'replaceText',
  parse: (raw, at) => {
    const params = stepParams('replaceText', raw, at, ['find', 'by'])
    const find = params.needText('find')
    if (find === '') params.fail('find', 'there is nothing to find')
    return {find, by: params.needText('by')}
  },
  apply: ({find, by}, input) => ({kind: 'replaceText', of: input, find, by}),
  describe: ({find, by}) => (by === '' ? `loses every "${find}"` : `has "${by}" for every "${find}"`),
  examples: [
    {params: {find: ',', by: '.'}, before: ['1,5', '1,2,3', 'a', null], after: ['1.5', '1.2.3', 'a', null]},
    {params: {find: '.*', by: ''}, before: ['a.*b', 'abc'], after: ['ab', 'abc']},
  ],
})
