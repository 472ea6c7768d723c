// Names in capitals or small letters alone are written with a capital at the beginning of each word: `O'BRIEN-SMITH` is
// O'Brien-Smith. A name in both kinds of letters was written with care and stays. `words` are written as listed (von, McDonald).
import {compare, concat, type Expr, or, text, when} from '../expr/expr.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface NameCaseParams {
  readonly words: readonly string[]
}

const inCase = (name: 'lower' | 'upper' | 'title' | 'trim', of: Expr): Expr => ({kind: 'text', function: name, of})
/** As the engine's `title` writes a word of a contract. */
const titled = (word: string): string =>
  [...word.toLowerCase()]
    .map((letter, index, all) => (/\p{Alphabetic}/u.test(all[index - 1] ?? '') ? letter : letter.toUpperCase()))
    .join('')

export const nameCase = defineStep<NameCaseParams>({
  name: 'nameCase',
  parse: (raw, at) => {
    const params = stepParams('nameCase', raw, at, ['words'])
    const words = params.texts('words') ?? []
    const odd = words.find((word) => word === '' || /\s/.test(word))
    if (odd !== undefined) params.fail('words', `"${odd}" is no single word`)
    return {words}
  },
  apply: ({words}, input) => {
    const padded = concat(text(' '), inCase('title', input), text(' '))
    const kept = words.reduce<Expr>((of, word) => ({kind: 'replaceText', of, find: ` ${titled(word)} `, by: ` ${word} `}), padded)
    const name = words.length === 0 ? inCase('title', input) : inCase('trim', kept)
    return when(or(compare(input, '=', inCase('upper', input)), compare(input, '=', inCase('lower', input))), name, input)
  },
  describe: ({words}) => `is written with capitals at the beginning of words${words.length === 0 ? '' : `, but for ${words.join(', ')}`}`,
  examples: [
    {
      params: {},
      before: ["O'BRIEN-SMITH", 'anna maria', 'McDonald', 'ÉMILE', 'van der Berg', '', null],
      after: ["O'Brien-Smith", 'Anna Maria', 'McDonald', 'Émile', 'van der Berg', '', null],
    },
    {params: {words: ['von', 'McDonald']}, before: ['ANNA VON MCDONALD', 'vonda', null], after: ['Anna von McDonald', 'Vonda', null]},
  ],
})
