// The text belongs to this column only when another column says so (its text is one of a list); else there is none.
import {isIn, text, when} from '../expr/expr.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface KeepWhenParams {
  readonly column: string
  readonly values: readonly string[]
}

export const keepWhen = defineStep<KeepWhenParams>({
  name: 'keepWhen',
  parse: (raw, at) => {
    const params = stepParams('keepWhen', raw, at, ['column', 'in'])
    return {column: params.needText('column'), values: params.need('in', params.scalars('in')).map(String)}
  },
  needs: ({column}) => [column],
  apply: ({column, values}, input, scope) => when(isIn(scope.text(column), values), input, text(null)),
  describe: ({column, values}) => `is kept when ${column} is ${values.join(' or ')}`,
  examples: [
    {
      params: {column: 'kind', in: ['numeric', 1]},
      before: ['5', '6', '7', '8', null],
      others: {kind: ['numeric', '1', 'text', null, 'numeric']},
      after: ['5', '6', null, null, null],
    },
  ],
})
