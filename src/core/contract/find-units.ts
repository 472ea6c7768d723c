// Numbers that some people wrote with a unit and some without, or with a unit in several spellings. A column in which the unit
// is written the same way everywhere is consistent and left alone; where units differ, or the numbers beside them lie far
// apart, dropping the unit would change what a value says, and nothing is proposed.
import {likenessOf} from '../clinical/unit-aliases.ts'
import {sumOf, type TextCounts} from './count-texts.ts'

/** Spellings of one unit, as they stand behind the numbers. */
export interface UnitSpellings {
  readonly unit: string
  readonly spellings: readonly string[]
  /** Some numbers have no unit at all. */
  readonly isOftenBare: boolean
}

const numberAndRest = /^([+-]?[0-9]+(?:\.[0-9]+)?)\s*([^0-9]*)$/
/** A spelling that fewer values share may as well be something else. */
const minSightings = 5
const minValues = 20
/** The share of values that are numbers, bare or with the unit; some may say more. */
const minShare = 0.9
/** A spelling of nearly all values is the way the column is written. */
const consistentShare = 0.95
/** Medians further apart than this are measured in something else. */
const maxRatio = 2

export function findUnits(counts: TextCounts): UnitSpellings | undefined {
  const total = sumOf(counts.values())
  if (total < minValues) return undefined
  const numbers = numbersBySpelling(counts)
  const common = [...numbers].filter(([spelling, values]) => values.length >= minSightings && (spelling === '' || likenessOf(spelling)))
  const sizes = common.map(([, values]) => values.length)
  const covered = sumOf(sizes)
  if (common.length < 2 || covered < minShare * total || Math.max(...sizes) >= consistentShare * total) return undefined
  const units = new Set(common.flatMap(([spelling]) => likenessOf(spelling) ?? []))
  const [unit] = units
  const medians = common.map(([, values]) => Math.abs(medianOf(values)))
  if (unit === undefined || units.size > 1 || Math.max(...medians) > maxRatio * Math.min(...medians)) return undefined
  return {
    unit,
    spellings: common.flatMap(([spelling]) => (spelling === '' ? [] : [spelling])).toSorted(),
    isOftenBare: common.some(([spelling]) => spelling === ''),
  }
}

function numbersBySpelling(counts: TextCounts): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>()
  for (const [text, count] of counts) {
    const [, number, rest] = numberAndRest.exec(text) ?? []
    if (number === undefined || rest === undefined) continue
    const known = numbers.get(rest) ?? []
    for (let n = 0; n < count; n++) known.push(Number(number))
    numbers.set(rest, known)
  }
  return numbers
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** The number alone where a text is one with a listed unit; any other text as it is. What the step dropUnit does, for samples. */
export function withoutUnit(text: string, {spellings}: UnitSpellings): string {
  const [, number, rest] = numberAndRest.exec(text) ?? []
  return number !== undefined && rest !== undefined && spellings.includes(rest) ? number : text
}
