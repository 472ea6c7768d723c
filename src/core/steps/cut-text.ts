// A part of a text by its place, as in records of fixed width: `length` characters from the one at `from`, counted from 1.
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface CutTextParams {
  readonly from: number
  readonly length?: number
}

export const cutText = defineStep<CutTextParams>({
  name: 'cutText',
  parse: (raw, at) => {
    const params = stepParams('cutText', raw, at, ['from', 'length'])
    const from = params.need('from', params.count('from'))
    if (from < 1) params.fail('from', 'characters are counted from 1')
    const length = params.count('length')
    return {from, ...(length === undefined ? {} : {length})}
  },
  apply: ({from, length}, input) => ({kind: 'substring', of: input, start: from - 1, ...(length === undefined ? {} : {length})}),
  describe: ({from, length}) => (length === undefined ? `is what begins at character ${from}` : `is ${length} characters from ${from} on`),
  examples: [
    {params: {from: 3, length: 2}, before: ['abcdef', 'abc', 'a', 'äöüß', null], after: ['cd', 'c', '', 'üß', null]},
    {params: {from: 2}, before: ['abc', null], after: ['bc', null]},
  ],
})
