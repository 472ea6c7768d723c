// Whether some values of one code, all said to be in one unit, were measured in another: then their numbers stand in a heap of
// their own, where the conversion puts it. Pure, and careful before all: heaps that touch, too few values, or two units that would
// explain the same heap are named as not decided, and nothing is proposed for them.
import {type Conversion, conversionBetween, type Substance} from './convert-unit.ts'
import {knownUnits} from './unit-aliases.ts'

export interface UnitMix {
  readonly kind: 'mixed'
  /** The unit that the odd values are in, and the one they are said to be in. */
  readonly from: string
  readonly unit: string
  readonly side: 'below' | 'above'
  /** Values on that side of it are in `from`. */
  readonly bound: number
  readonly values: number
  /** 5 %, 50 % and 95 % of the odd values as they are, of them converted, and of the others. */
  readonly before: Quantiles
  readonly after: Quantiles
  readonly others: Quantiles
}

export type Quantiles = readonly [low: number, middle: number, high: number]

export interface UndecidedMix {
  readonly kind: 'undecided'
  readonly unit: string
  /** Units that the odd values might be in. */
  readonly from: readonly string[]
  readonly values: number
  readonly reason: string
}

/** A heap of fewer values is no heap. */
const minHeap = 20
/** Fewer than these are not worth a word. */
const minNamed = 10
/** The middles of two heaps agree within this factor. */
const maxDisagreement = 1.25
/** Share of the smaller heap that may lie in the middle third between the heaps. */
const maxInValley = 0.02
/** A heap nearer than this factor cannot be told from a tail. */
const minRatio = 1.5

/** What the values of one code and unit tell; at most one finding. Values are finite. */
export function findUnitMix(values: readonly number[], unit: string, substance: Substance = {}): UnitMix | UndecidedMix | undefined {
  const sorted = values.filter((value) => value > 0).toSorted((a, b) => a - b)
  const candidates = alternatives(unit, substance).flatMap((alternative) => weigh(sorted, unit, alternative) ?? [])
  const found = candidates.filter((candidate): candidate is UnitMix => candidate.kind === 'mixed')
  const [first, ...others] = found
  if (first === undefined) return candidates[0]
  // Units that are written as the same numbers (mg/L and ug/mL) are one alternative; two alternatives cannot be told apart here.
  if (others.length === 0) return first
  return {
    kind: 'undecided',
    unit,
    from: found.map(({from}) => from),
    values: first.values,
    reason: 'more than one unit explains the values',
  }
}

interface Alternative {
  readonly from: string
  readonly conversion: Conversion
}

/** Units in which the same quantity is given as other numbers, one for each set of numbers. */
function alternatives(unit: string, substance: Substance): readonly Alternative[] {
  const found = knownUnits.flatMap((from): readonly Alternative[] => {
    const conversion = conversionBetween(from, unit, substance)
    return conversion === undefined ? [] : [{from, conversion}]
  })
  return found.filter(
    ({conversion: {factor, shift}}, index) =>
      !isSame({factor, shift}, {factor: 1, shift: 0}) && found.findIndex(({conversion}) => isSame(conversion, {factor, shift})) === index,
  )
}

/** The same numbers, but for what reckoning leaves in the last digits. */
const isSame = (a: Conversion, b: Conversion): boolean =>
  Math.abs(a.factor / b.factor - 1) < 1e-9 && Math.abs(a.shift - b.shift) <= 1e-9 * Math.max(1, Math.abs(b.shift))

const convert = (value: number, {factor, shift}: Conversion): number => (value + shift) * factor
const written = (value: number, {factor, shift}: Conversion): number => value / factor - shift

function weigh(sorted: readonly number[], unit: string, {from, conversion}: Alternative): UnitMix | UndecidedMix | undefined {
  const heap = split(sorted, conversion)
  if (heap === undefined) return undefined
  const {odd, others, side, bound, inValley} = heap
  const [own, converted] = [middleOf(others), convert(middleOf(odd), conversion)]
  const disagrees = converted <= 0 || Math.abs(Math.log(converted / own)) > Math.log(maxDisagreement)
  const isTail = odd.length < 2 * inValley
  if (disagrees || isTail || odd.length < minNamed) return undefined
  const undecided = (reason: string): UndecidedMix => ({kind: 'undecided', unit, from: [from], values: odd.length, reason})
  const after = odd.map((value) => convert(value, conversion))
  const isAlike = isAlikeSpread(after, others)
  // A few values apart are worth a word only where nothing else speaks against them: every analyte has a few odd ones.
  if (odd.length < minHeap)
    return inValley === 0 && isAlike ? undecided(`${odd.length} values are too few to tell a unit from mistakes`) : undefined
  if (inValley > maxInValley * odd.length) return undecided('the values of both units run into each other')
  if (!isAlike) return undecided('the values would spread otherwise than the others')
  return {
    kind: 'mixed',
    from,
    unit,
    side,
    bound: roundBound(bound),
    values: odd.length,
    before: quantiles(odd),
    after: quantiles(after),
    others: quantiles(others),
  }
}

interface Heap {
  readonly odd: readonly number[]
  readonly others: readonly number[]
  readonly side: 'below' | 'above'
  readonly bound: number
  /** Values in the middle third between the two heaps. */
  readonly inValley: number
}

/** The values that are nearer to where the other unit would put the middle of all; the larger heap is in the unit that is said. */
function split(sorted: readonly number[], conversion: Conversion): Heap | undefined {
  const middle = middleOf(sorted)
  const there = written(middle, conversion)
  if (!(middle > 0) || !(there > 0)) return undefined
  const distance = Math.log(there / middle)
  if (Math.abs(distance) < Math.log(minRatio)) return undefined
  const at = (share: number): number => middle * Math.exp(distance * share)
  const bound = at(1 / 2)
  const isOdd = (value: number): boolean => (distance < 0 ? value < bound : value > bound)
  const [odd, others] = [sorted.filter(isOdd), sorted.filter((value) => !isOdd(value))]
  const [low, high] = [Math.min(at(1 / 3), at(2 / 3)), Math.max(at(1 / 3), at(2 / 3))]
  // Of two heaps with as many values either may be the wrong one.
  if (odd.length >= others.length || odd.length === 0) return undefined
  return {
    odd,
    others,
    side: distance < 0 ? 'below' : 'above',
    bound: valley(odd, others, distance < 0),
    inValley: sorted.filter((value) => value > low && value < high).length,
  }
}

/** Half-way, by ratio, between the heaps as they are. */
function valley(odd: readonly number[], others: readonly number[], isBelow: boolean): number {
  const [below, above] = isBelow ? [odd, others] : [others, odd]
  return Math.sqrt((below.at(-1) ?? 1) * (above[0] ?? 1))
}

/** Values in the right unit spread like the others: the middle half of one is not thrice as wide as that of the other. */
function isAlikeSpread(a: readonly number[], b: readonly number[]): boolean {
  const spread = (values: readonly number[]): number => Math.log(quantile(values, 0.75) / quantile(values, 0.25)) + 0.02
  const ratio = spread(a) / spread(b)
  return ratio > 1 / 3 && ratio < 3
}

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
const middleOf = (sorted: readonly number[]): number => quantile(sorted, 0.5)

/** Of sorted values. */
export function quantiles(sorted: readonly number[]): Quantiles {
  const at = (share: number): number => Number(quantile(sorted, share).toPrecision(4))
  return [at(0.05), at(0.5), at(0.95)]
}

const roundBound = (value: number): number => Number(value.toPrecision(3))
