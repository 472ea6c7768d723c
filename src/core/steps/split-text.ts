// One part of a text that a separator divides (`SMITH^JOHN`), counted from 1; nothing where there is no such part. Several
// columns take the same header, each its part.
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface SplitTextParams {
  readonly separator: string
  readonly part: number
}

const maxParts = 100

export const splitText = defineStep<SplitTextParams>({
  name: 'splitText',
  parse: (raw, at) => {
    const params = stepParams('splitText', raw, at, ['separator', 'part'])
    const separator = params.needText('separator')
    if ([...separator].length !== 1) params.fail('separator', 'a separator is one character', 'put replaceText before it for longer ones')
    const part = params.need('part', params.count('part'))
    if (part < 1 || part > maxParts) params.fail('part', `parts are counted from 1 to ${maxParts}`)
    return {separator, part}
  },
  apply: ({separator, part}, input) => {
    const code = `\\x{${(separator.codePointAt(0) ?? 0).toString(16)}}`
    return {
      kind: 'extract',
      of: input,
      before: part === 1 ? '' : `(?:[^${code}]*${code}){${part - 1}}`,
      take: `[^${code}]*`,
      after: `(?:${code}(?:.|\\n)*)?`,
    }
  },
  describe: ({separator, part}) => `is part ${part} of what "${separator}" divides`,
  examples: [
    {
      params: {separator: '^', part: 2},
      before: ['SMITH^JOHN^A', 'SMITH', 'SMITH^', '^JOHN', 'A^B\nC^D', '', null],
      after: ['JOHN', null, '', 'JOHN', 'B\nC', null, null],
    },
    {params: {separator: '/', part: 1}, before: ['120/80', '120', null], after: ['120', '120', null]},
  ],
})
