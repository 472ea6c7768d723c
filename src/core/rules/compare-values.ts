// How alike two values of a person's record are: the same, close (a typing error, a name more or less, day and month the wrong way round),
// or different. A missing value says nothing. Values are compared as `comparable` makes them: without accents, case, marks and the
// order of words.
import {distance} from 'fastest-levenshtein'
import type {ScalarValue} from '../expr/expr.ts'

export const comparisons = ['name', 'date', 'exact'] as const
export type Comparison = (typeof comparisons)[number]

export const levels = ['same', 'close', 'differs'] as const
export type Level = (typeof levels)[number] | 'missing'

/** Share of letters that two names have to have in common to be close. */
const closeNames = 0.8
/** A shorter code differs by a character on purpose. */
const shortestTypo = 6

/** The value as it is compared; null when there is nothing to compare. */
export function comparable(kind: Comparison, value: ScalarValue | undefined): string | null {
  if (value === null || value === undefined) return null
  if (kind === 'date') return String(value).slice(0, 10)
  const plain = String(value)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const text = kind === 'name' ? words.toSorted().join(' ') : words.join('')
  return text === '' ? null : text
}

/** How alike two comparable values are. */
export function levelOf(kind: Comparison, a: string | null, b: string | null): Level {
  if (a === null || b === null) return 'missing'
  if (a === b) return 'same'
  return isClose(kind, a, b) ? 'close' : 'differs'
}

function isClose(kind: Comparison, a: string, b: string): boolean {
  if (kind === 'date') return distance(a, b) === 1 || swapped(a) === b
  if (kind === 'exact') return Math.min(a.length, b.length) >= shortestTypo && distance(a, b) === 1
  return 1 - distance(a, b) / Math.max(a.length, b.length) >= closeNames || isPartOf(a, b) || isPartOf(b, a)
}

/** All words of one name are in the other. */
function isPartOf(few: string, many: string): boolean {
  const words = many.split(' ')
  return few.split(' ').every((word) => words.includes(word))
}

/** `2026-03-01` for `2026-01-03`. */
const swapped = (date: string): string => `${date.slice(0, 5)}${date.slice(8, 10)}-${date.slice(5, 7)}`
