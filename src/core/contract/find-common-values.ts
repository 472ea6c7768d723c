// The values of a column that has only few, told from their misspellings: rare texts that few edits part from a far more
// frequent one. One such text may be a value in its own right (`hypotension` beside `hypertension`); several are mistakes, for
// nobody mistypes the same way each time. A text that lies whole within the other (`typical` in `atypical`), one that differs
// in its digits and a short code are never taken for one.
import {isNear, sumOf, type TextCounts} from './count-texts.ts'

export interface CommonValues {
  /** Most frequent first. */
  readonly values: readonly string[]
  readonly misspelt: readonly string[]
}

const maxValues = 12
/** A value that fewer rows of the sample share may point at a person. */
const minSightings = 5
/** So many times more frequent is the right spelling than a wrong one. */
const minRatio = 20
const nearShare = 0.3
const minLetters = 3
/** Different misspellings in a column. */
const minMisspellings = 3
/** More wrong values than this, and they are not what was mistyped. */
const maxMisspeltShare = 0.06

/** The values, or undefined when the column has more than a few. */
export function findCommonValues(counts: TextCounts): CommonValues | undefined {
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a)
  const accepted: [text: string, count: number][] = []
  const misspelt: string[] = []
  let misspeltRows = 0
  for (const [text, count] of sorted) {
    const isMistyped = accepted.some(([right, rows]) => rows >= minRatio * count && isMisspelling(text, right))
    if (isMistyped) {
      misspelt.push(text)
      misspeltRows += count
    } else accepted.push([text, count])
    if (accepted.length > maxValues) return undefined
  }
  const areMistakes = misspelt.length >= minMisspellings && misspeltRows <= maxMisspeltShare * sumOf(counts.values())
  if (!areMistakes && counts.size > maxValues) return undefined
  const values = (areMistakes ? accepted : sorted).filter(([, count]) => count >= minSightings).map(([text]) => text)
  return values.length === 0 ? undefined : {values, misspelt: areMistakes ? misspelt : []}
}

function isMisspelling(text: string, right: string): boolean {
  const isPart = right.includes(text) || text.includes(right)
  return !isPart && text.length >= minLetters && digitsOf(text) === digitsOf(right) && isNear(text, right, nearShare)
}

const digitsOf = (text: string): string => text.replace(/[^0-9]/g, '')
