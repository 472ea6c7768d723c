// Random portable patterns, and short texts that they may or may not match.
import {pick, type Random} from '../conformance/engine/random-expressions.ts'

const atoms = [
  'a',
  'b',
  '-',
  'é',
  '😀',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '\\.',
  '[ab]',
  '[^a]',
  '[a-c\\d]',
  '[\\W]',
  '\\x{301}',
  '^',
  '$',
  '\\n',
]
const repeats = ['', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?']
const characters = ['a', 'b', 'c', '-', 'é', '😀', '1', ' ', '\n', '.', '\u0301', '\u00a0', '\r', '\u0085', '\u2028']

export function randomPattern(random: Random, depth: number): string {
  const part = (): string => {
    if (depth > 0 && random() < 0.3) return `${pick(random, ['(', '(?:'])}${randomPattern(random, depth - 1)})${pick(random, repeats)}`
    const atom = pick(random, atoms)
    return atom === '^' || atom === '$' ? atom : atom + pick(random, repeats)
  }
  const sequence = (): string => Array.from({length: 1 + Math.floor(random() * 3)}, part).join('')
  return random() < 0.3 ? `${sequence()}|${sequence()}` : sequence()
}

/** Up to four characters. */
export function randomText(random: Random): string {
  return Array.from({length: Math.floor(random() * 5)}, () => pick(random, characters)).join('')
}
