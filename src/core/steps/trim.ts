// Strips white space (the portable set of expr.ts) on both ends. Text of nothing but white space becomes empty, and empty
// text ends as null.
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

export const trim = defineStep<object>({
  name: 'trim',
  parse: (raw, at) => {
    stepParams('trim', raw, at, [])
    return {}
  },
  apply: (_, input) => ({kind: 'text', function: 'trim', of: input}),
  describe: () => 'is stripped of white space on both ends',
  examples: [{params: {}, before: [' a b\t', 'a', '\u00a0x\ufeff', '  ', null], after: ['a b', 'a', 'x', '', null]}],
})
