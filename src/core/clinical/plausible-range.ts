// What a pack of plausible ranges says: for a LOINC term in a UCUM unit, the values that nothing but a mistake explains
// (impossible) and those that a clinician would look at twice (unlikely). Not reference ranges: what is ill is not wrong.

/** Both ends belong to the range; an end that is missing has no bound. */
export type Bounds = readonly [low: number | undefined, high: number | undefined]

/**
 * Where bounds come from. `M`: MIMIC-Extract, variable_ranges.csv (valid low and high); `R`: ricu, concept-dict.json (min and max); both adult intensive
 * care. `G`: growthcleanr's limits for adults. `D`: DQD 2022, CDM 5.3.1 concept level, since withdrawn (never alone for an impossible value). `physical`: what
 * a quantity can be. `own`: hippo's proposal, with its reason.
 */
export type BoundsSource = 'M' | 'R' | 'G' | 'D' | 'physical' | 'own'

export interface PlausibleRange {
  /** LOINC terms with these bounds: the same quantity in other specimens of blood, or by other methods. */
  readonly codes: readonly string[]
  readonly title: string
  /** Units in UCUM: the first is that of the bounds; of the others one is as many of the first as the factor says. */
  readonly unit: string
  readonly otherUnits?: Readonly<Record<string, number>>
  /** At every age. */
  readonly impossible: Bounds
  /** From 18 years on. */
  readonly unlikely: Bounds
  readonly sources: readonly BoundsSource[]
  /** Why a bound is not what the sources say. */
  readonly because?: string
}

export interface RangePack {
  /** As written in a contract. */
  readonly name: string
  readonly version: string
  readonly ranges: readonly PlausibleRange[]
  /** The clinician who stands for the bounds; undefined while nobody does. */
  readonly signedBy?: string
}

export type Tier = 'impossible' | 'unlikely'

/** Years of age from which bounds of the unlikely tier hold. */
export const adultFromYears = 18

/** The bounds of a LOINC term. */
export const rangeOf = ({ranges}: RangePack, code: string): PlausibleRange | undefined => ranges.find(({codes}) => codes.includes(code))

/** The units that a range has bounds in. */
export const unitsOf = ({unit, otherUnits = {}}: PlausibleRange): readonly string[] => [unit, ...Object.keys(otherUnits)]

const significantDigits = 12

/** Bounds of a range in one of its units; undefined for other units. */
export function boundsIn(range: PlausibleRange, [low, high]: Bounds, unit: string): Bounds | undefined {
  const factor = unit === range.unit ? 1 : range.otherUnits?.[unit]
  if (factor === undefined) return undefined
  const converted = (bound: number | undefined) =>
    bound === undefined ? undefined : Number((bound / factor).toPrecision(significantDigits))
  return [converted(low), converted(high)]
}

export const isWithin = (value: number, [low = -Infinity, high = Infinity]: Bounds): boolean => value >= low && value <= high
