// The comparators that stand before a number, as people write them.
import type {Expr} from '../expr/expr.ts'

/** How each comparator is written. */
export const comparators: Readonly<Record<string, readonly string[]>> = {
  '<=': ['<=', '=<', '≤', 'at most', 'up to'],
  '>=': ['>=', '=>', '≥', 'at least'],
  '<': ['<', 'less than', 'below', 'under', 'lower than'],
  '>': ['>', 'greater than', 'more than', 'above', 'over', 'higher than'],
  '~': ['~', '≈', 'about', 'approx.', 'approx', 'ca.', 'ca'],
}

const anyCase = (word: string): string =>
  [...word].map((letter) => (/[a-z]/.test(letter) ? `[${letter}${letter.toUpperCase()}]` : letter === '.' ? '\\.' : letter)).join('')
const oneOf = (words: readonly string[]): string => `(?:${words.map(anyCase).join('|')})`
const number = '[+-]?[0-9.,](?:.|\\n)*'

/** The text behind a comparator and before what is no part of a number; null where there is none of these words. */
export const behindComparator = (input: Expr, words: readonly string[]): Expr => ({
  kind: 'extract',
  of: input,
  before: `\\s*${oneOf(words)}\\s*`,
  take: number,
  after: '',
})
