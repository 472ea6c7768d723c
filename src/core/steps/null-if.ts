// Texts that stand for "nothing" (`?`, `N/A`) become null.
import {type Expr, isIn, text, when} from '../expr/expr.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface NullIfParams {
  readonly values: readonly string[]
  readonly ignoreCase: boolean
}

export const nullIf = defineStep<NullIfParams>({
  name: 'nullIf',
  parse: (raw, at) => {
    const params = stepParams('nullIf', raw, at, ['values', 'ignoreCase'])
    const values = params.need('values', params.scalars('values')).map(String)
    const ignoreCase = params.flag('ignoreCase') ?? false
    return {values: ignoreCase ? values.map((value) => value.toLowerCase()) : values, ignoreCase}
  },
  apply: ({values, ignoreCase}, input) => {
    const compared: Expr = ignoreCase ? {kind: 'text', function: 'lower', of: input} : input
    return when(isIn(compared, values), text(null), input)
  },
  describe: ({values}) => `is missing when it is ${values.join(' or ')}`,
  examples: [
    {params: {values: ['?', 'N/A', 999]}, before: ['?', 'n/a', 'N/A', '999', '? ', null], after: [null, 'n/a', null, null, '? ', null]},
    {params: {values: ['Unknown'], ignoreCase: true}, before: ['UNKNOWN', 'unknown', 'known'], after: [null, null, 'known']},
  ],
})
