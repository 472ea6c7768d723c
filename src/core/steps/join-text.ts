// The text and those of other columns in one, with a separator between them; parts that are missing are left out, with their
// separator.
import {concat, type Expr, isNull, text, when} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface JoinTextParams {
  readonly columns: readonly string[]
  readonly separator: string
}

export const joinText = defineStep<JoinTextParams>({
  name: 'joinText',
  parse: (raw, at) => {
    const params = stepParams('joinText', raw, at, ['with', 'separator'])
    const columns = params.need('with', params.texts('with'))
    if (columns.length === 0) params.fail('with', 'it needs a column to join with')
    return {columns, separator: params.needText('separator')}
  },
  needs: ({columns}) => columns,
  apply: ({columns, separator}, input, scope) => {
    const part = (of: Expr): Expr => when(isWritten(of), of, text(null))
    return columns.reduce<Expr>((joined, name) => {
      const next = part(scope.text(name))
      const both: Expr = concat(joined, text(separator), next)
      return when(isNull(next), joined, when(isNull(joined), next, both))
    }, part(input))
  },
  describe: ({columns, separator}) => `is joined with ${columns.join(', ')} by "${separator}"`,
  examples: [
    {
      params: {with: ['middle', 'family'], separator: ' '},
      before: ['Ada', 'Ada', null, null, ' '],
      others: {middle: ['B.', null, null, 'C.', null], family: ['Lovelace', 'Lovelace', 'Lovelace', null, null]},
      after: ['Ada B. Lovelace', 'Ada Lovelace', 'Lovelace', 'C.', null],
    },
  ],
})
