// The number of a result beyond what a device can measure (`<0.5`) without its comparator. A limit is no measurement, and nobody may
// take it for one: the contract has to name the column that keeps the comparator.
import {behindComparator, comparators} from './comparators.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface DropComparatorParams {
  readonly comparator: string
}

export const dropComparator = defineStep<DropComparatorParams>({
  name: 'dropComparator',
  parse: (raw, at) => ({comparator: stepParams('dropComparator', raw, at, ['comparator']).needText('comparator')}),
  keepsIn: ({comparator}) => [{column: comparator, by: 'takeComparator'}],
  apply: (_, input) => ({kind: 'coalesce', of: [behindComparator(input, Object.values(comparators).flat()), input]}),
  describe: ({comparator}) => `loses the comparator before a number, which ${comparator} keeps`,
  examples: [
    {
      params: {comparator: 'value_comparator'},
      before: ['<0.5', ' >= 100', 'less than 2', '5', '< high', null],
      after: ['0.5', '100', '2', '5', '< high', null],
    },
  ],
})
