// Different texts of a column and how often each occurs, and the closeness of two of them. What detection of odd values is
// made of; nothing here knows what a value means.
import {editDistance} from '../errors/nearest.ts'

export type TextCounts = ReadonlyMap<string, number>

/** How often each text occurs; nulls are left out. */
export function countTexts(texts: Iterable<string | null>): TextCounts {
  const counts = new Map<string, number>()
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

export const sumOf = (counts: Iterable<number>): number => {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}

/** Whether so few edits part two texts that one may be the other, mistyped: at most this share of the longer one, and never less than one. */
export function isNear(a: string, b: string, share: number): boolean {
  const limit = Math.max(1, Math.floor(share * Math.max(a.length, b.length)))
  return Math.abs(a.length - b.length) <= limit && editDistance(a, b) <= limit
}
