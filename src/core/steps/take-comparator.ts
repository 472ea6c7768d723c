// The comparator of a result beyond what a device can measure (`<0.5`, `>= 100`, `less than 3`), as `<`, `<=`, `>`, `>=` or
// `~`; nothing where there is none. The number goes into another column that takes the same header: `dropComparator`.
import {type Expr, isPresent, text, when} from '../expr/expr.ts'
import {behindComparator, comparators} from './comparators.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

export const takeComparator = defineStep<object>({
  name: 'takeComparator',
  parse: (raw, at) => {
    stepParams('takeComparator', raw, at, [])
    return {}
  },
  apply: (_, input) =>
    Object.entries(comparators).reduceRight<Expr>(
      (otherwise, [sign, words]) => when(isPresent(behindComparator(input, words)), text(sign), otherwise),
      text(null),
    ),
  describe: () => 'is the comparator before a number, and nothing where there is none',
  examples: [
    {
      params: {},
      before: ['<0.5', '≤ 3', '>= 100', 'Less than 2', '~7', '5', '<', '< high', null],
      after: ['<', '<=', '>=', '<', '~', null, null, null, null],
    },
  ],
})
