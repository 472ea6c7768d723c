// Numbers that stand for "nothing": 9999, -1, 999.9, told by three things together. They look like one (nines alone, or a negative of few digits), they
// are frequent, and they lie far from all the others, which lie close together. A number that the others reach is one of them.
import type {TextCounts} from './count-texts.ts'
import {sumOf} from './count-texts.ts'

const looksLikeNothing = /^-(?:1|9+(?:\.9+)?)$|^9{2,}(?:\.9+)?$/
const minSightings = 5
const minShare = 0.005
const minOthers = 20
/** In spans of the other numbers, from the nearest of them. */
const minDistance = 1

/** Texts of such numbers among the texts of a column of numbers; none where one number alone is left. */
export function findMissingNumbers(counts: TextCounts): readonly string[] {
  const numbers = [...counts].map(([text, count]) => ({text, count, value: Number(text)})).filter(({value}) => Number.isFinite(value))
  const total = sumOf(numbers.map(({count}) => count))
  const isSuspect = ({text, count}: {readonly text: string; readonly count: number}): boolean =>
    looksLikeNothing.test(text) && count >= Math.max(minSightings, minShare * total)
  const suspects = numbers.filter(isSuspect)
  const others = numbers.filter((one) => !suspects.includes(one))
  if (suspects.length === 0 || sumOf(others.map(({count}) => count)) < minOthers || others.length < minOthers) return []
  const [low, high] = [Math.min(...others.map(({value}) => value)), Math.max(...others.map(({value}) => value))]
  const span = high - low
  const isFar = (value: number): boolean => value - high > minDistance * span || low - value > minDistance * span
  // Where nothing else is below zero, one number that is cannot be a measurement, however near it lies.
  const isOdd = ({value}: {readonly value: number}): boolean => isFar(value) || (value < 0 && low >= 0)
  return suspects.filter(isOdd).map(({text}) => text)
}
