// Text that is empty or nothing but white space becomes null; other text keeps its white space.
import {compare, type Expr, text, when} from '../expr/expr.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

const trimmed = (input: Expr): Expr =>
  input.kind === 'text' && input.function === 'trim' ? input : {kind: 'text', function: 'trim', of: input}

export const emptyAsNull = defineStep<object>({
  name: 'emptyAsNull',
  parse: (raw, at) => {
    stepParams('emptyAsNull', raw, at, [])
    return {}
  },
  apply: (_, input) => when(compare(trimmed(input), '=', text('')), text(null), input),
  describe: () => 'is missing when blank',
  examples: [{params: {}, before: ['', ' \t', ' a ', null], after: [null, null, ' a ', null]}],
})
